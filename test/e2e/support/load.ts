import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface LoadOptions {
    /** The answers repeat what was asked, as those of app/web.js do; else only the URL itself is asked for. Default: true. */
    readonly echo?: boolean;
    /** Header of an answer that says who gave it. Default: x-version. */
    readonly versionHeader?: string;
    /** Percent of the requests that are no idempotent ones. Default: 20. */
    readonly postShare?: number;
    /** Percent of the requests that the app takes a fifth of a second for. Default: 2. */
    readonly holdShare?: number;
    /** How long a client waits for an answer. Default: 5. */
    readonly timeoutSeconds?: number;
}

export interface Failure {
    readonly time: string;
    readonly phase: string;
    readonly connection: "kept" | "new";
    readonly method: string;
    readonly path: string;
    readonly version: string;
    readonly cause: string;
}

export interface Phase {
    readonly requests: number;
    readonly failed: number;
    readonly byVersion: Readonly<Record<string, { readonly answered: number; readonly failed: number }>>;
}

export interface LoadReport {
    readonly requests: number;
    readonly failed: number;
    /** The first 200. */
    readonly failures: readonly Failure[];
    readonly phases: Readonly<Record<string, Phase>>;
    readonly milliseconds: { readonly p50: number; readonly p99: number; readonly most: number };
    /** By how much a request was sent later than it was due, at the most. */
    readonly latestMilliseconds: number;
}

/** Clients in a process of their own: half of the requests on kept connections, half on new ones. */
export class Load {
    private readonly child: ChildProcess;
    private readonly waiting = new Map<number, (answer: unknown) => void>();
    private asked = 0;

    constructor(url: string, options: LoadOptions = {}) {
        const { echo = true, versionHeader = "x-version", postShare = 20, holdShare = 2, timeoutSeconds = 5 } = options;
        const timeoutMilliseconds = timeoutSeconds * 1000;
        const settings = { url, echo, versionHeader, postShare, holdShare, timeoutMilliseconds };
        this.child = fork(path.join(__dirname, "load.mjs"), [JSON.stringify(settings)], { execArgv: [] });
        this.child.on("message", ({ id, answer }: { id: number; answer: unknown }) => this.waiting.get(id)?.(answer));
    }

    /** Requests per second from now on. */
    async rate(perSecond: number): Promise<void> {
        await this.ask("rate", perSecond);
    }

    /** Requests that are sent from now on count to this phase. */
    async phase(name: string): Promise<void> {
        await this.ask("phase", name);
    }

    async count(): Promise<number> {
        return (await this.ask("count")) as number;
    }

    /** Waits until so many requests were sent. */
    async sent(count: number): Promise<void> {
        while ((await this.count()) < count) await sleep(50);
    }

    /** Waits until so many more requests were sent. */
    async more(count: number): Promise<void> {
        await this.sent((await this.count()) + count);
    }

    /** No more requests; waits for the answers to those under way. */
    async stop(): Promise<LoadReport> {
        const ended = once(this.child, "exit");
        const report = (await this.ask("stop")) as LoadReport;
        await ended;
        return report;
    }

    private ask(command: string, value?: unknown): Promise<unknown> {
        const id = this.asked++;
        return new Promise((resolve, reject) => {
            const fail = () => reject(new Error("The load generator ended before it was told to."));
            this.child.once("exit", fail);
            this.waiting.set(id, (answer) => {
                this.waiting.delete(id);
                this.child.off("exit", fail);
                resolve(answer);
            });
            this.child.send({ id, command, value });
        });
    }
}
