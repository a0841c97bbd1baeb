import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { createInterface } from "node:readline";

export interface Event {
    readonly at: number;
    readonly event: "started" | "begin" | "end" | "stopped";
    readonly body?: string;
    readonly delivery?: number;
}

/** A consumer in a process of its own, which can be killed. */
export class Consumer {
    readonly events: Event[] = [];
    readonly #child: ChildProcess;
    readonly #ended: Promise<unknown>;
    errors = "";

    constructor(
        url: string,
        options: { handleMilliseconds?: number; concurrency?: number; env?: Readonly<Record<string, string>> } = {},
    ) {
        this.#child = spawn(process.execPath, [path.join(__dirname, "programs", "consumer.mjs")], {
            env: {
                ...options.env,
                PATH: process.env.PATH ?? "",
                QUEUE_URL: url,
                HANDLE_MILLISECONDS: String(options.handleMilliseconds ?? 0),
                CONCURRENCY: String(options.concurrency ?? 1),
            },
            stdio: ["ignore", "pipe", "pipe"],
        });
        this.#ended = once(this.#child, "close");
        const { stdout, stderr } = this.#child;
        if (stdout) createInterface(stdout).on("line", (line) => this.events.push(JSON.parse(line) as Event));
        stderr?.on("data", (chunk: Buffer) => {
            this.errors += chunk.toString();
        });
    }

    signal(signal: NodeJS.Signals): void {
        this.#child.kill(signal);
    }

    /** Exit status or signal, once the process is gone and all it wrote was read. */
    async end(): Promise<number | string | null> {
        await this.#ended;
        return this.#child.exitCode ?? this.#child.signalCode;
    }

    of(event: Event["event"]): Event[] {
        return this.events.filter((one) => one.event === event);
    }
}
