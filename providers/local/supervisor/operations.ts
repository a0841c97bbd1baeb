import { Turns } from "./wait.js";

type Listener = (line: string) => void;

interface Operation<T> {
    readonly fingerprint: string;
    readonly lines: string[];
    readonly listeners: Set<Listener>;
    readonly done: Promise<T>;
}

/**
 * What is being done to objects: one thing at a time for each of them. Who asks for what is being done already joins
 * in, with all that was told so far; who asks for something else waits.
 */
export class Operations {
    private readonly turns = new Map<string, Turns>();
    private readonly running = new Map<string, Operation<unknown>>();
    private readonly labels = new Set<string>();
    private asked = 0;

    /** Operations under way and waiting, but for housekeeping. */
    get count(): number {
        return this.asked;
    }

    list(): string[] {
        return [...this.labels].sort();
    }

    /** True while something is being done to an object, or waits for it. */
    isBusy(key: string): boolean {
        return this.running.has(key);
    }

    async run<T>(
        key: string,
        /** Shown as long as it goes on; none for housekeeping. */
        label: string | undefined,
        fingerprint: string,
        work: (progress: Listener) => Promise<T>,
        listener: Listener,
    ): Promise<T> {
        const newest = this.running.get(key);
        if (newest !== undefined && newest.fingerprint === fingerprint)
            return this.join(newest as Operation<T>, listener);
        const lines: string[] = [];
        const listeners = new Set<Listener>([listener]);
        const progress = (line: string) => {
            lines.push(line);
            for (const listen of listeners) listen(line);
        };
        const counts = label === undefined ? 0 : 1;
        this.asked += counts;
        const turns = this.turns.get(key) ?? new Turns();
        this.turns.set(key, turns);
        const done = turns.take(async () => {
            if (label === undefined) return work(progress);
            this.labels.add(label);
            return work(progress).finally(() => this.labels.delete(label));
        });
        const operation: Operation<T> = { fingerprint, lines, listeners, done };
        this.running.set(key, operation);
        try {
            return await done;
        } finally {
            this.asked -= counts;
            if (this.running.get(key) === operation) {
                this.running.delete(key);
                this.turns.delete(key);
            }
        }
    }

    private async join<T>(operation: Operation<T>, listener: Listener): Promise<T> {
        for (const line of operation.lines) listener(line);
        operation.listeners.add(listener);
        try {
            return await operation.done;
        } finally {
            operation.listeners.delete(listener);
        }
    }
}
