import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds that only go forward, whatever happens to the wall clock. */
export function monotonic(): number {
    return performance.now();
}

/** Something that happens again and again, and can be waited for. */
export class Changes {
    private waiting = new Set<() => void>();

    notify(): void {
        const waiting = this.waiting;
        this.waiting = new Set();
        for (const wake of waiting) wake();
    }

    /** Resolves at the next change, at the latest after the given time. */
    async next(milliseconds: number): Promise<void> {
        const timer = new AbortController();
        let wake: () => void = () => undefined;
        const changed = new Promise<void>((resolve) => {
            wake = resolve;
            this.waiting.add(wake);
        });
        await Promise.race([changed, pause(milliseconds, timer.signal)]);
        this.waiting.delete(wake);
        timer.abort();
    }

    /** Waits until a condition holds; false when the time is over before. */
    async until(condition: () => boolean, milliseconds = Number.POSITIVE_INFINITY): Promise<boolean> {
        const deadline = monotonic() + milliseconds;
        while (!condition()) {
            const left = deadline - monotonic();
            if (left <= 0) return false;
            await this.next(Math.min(left, 60_000));
        }
        return true;
    }
}

/** A pause that ends early, without an error, when the signal says so. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
}

/** Runs something again and again until told to stop, never twice at a time. */
export class Loop {
    private readonly ending = new AbortController();
    private readonly running: Promise<void>;

    constructor(milliseconds: number, step: () => Promise<void>, onError: (error: Error) => void) {
        this.running = (async () => {
            while (!this.ending.signal.aborted) {
                await step().catch(onError);
                await pause(milliseconds, this.ending.signal);
            }
        })();
    }

    async stop(): Promise<void> {
        this.ending.abort();
        await this.running;
    }
}

/** Lets one caller at a time through, in the order in which they came. */
export class Turns {
    private last: Promise<unknown> = Promise.resolve();

    take<T>(work: () => Promise<T>): Promise<T> {
        const turn = this.last.then(work, work);
        this.last = turn.catch(() => undefined);
        return turn;
    }
}

export function message(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
