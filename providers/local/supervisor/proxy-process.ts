import * as fs from "node:fs";
import { socketPath } from "../paths.js";
import { isAlive, type ProcessIdentity, spawnDetached, stopProcessGroup } from "../process/index.js";
import { BackOff } from "./back-off.js";
import type { Folders } from "./folders.js";
import { isRecord, readJson, writeJson } from "./json-file.js";
import type { ProxyPart } from "./parts.js";
import { message, monotonic, pause, Turns } from "./wait.js";

const START_SECONDS = 10;
const STOP_GRACE_SECONDS = 5;
/** So many checks in a row without an answer, and the process counts as hung. */
const HUNG_AFTER = 3;
const CHECK_MILLISECONDS = 5000;
const LOG_BYTES = 1024 * 1024;

/** The one process that carries all the traffic of the stack. */
export class ProxyProcess {
    private readonly record: string;
    private readonly turns = new Turns();
    private readonly backOff = new BackOff();
    private identity: ProcessIdentity | undefined;
    private startedAt = monotonic();
    private notBefore = Number.NEGATIVE_INFINITY;
    private problem: Error | undefined;
    /** This object is done with the process: stopped it, or left it to the next supervisor. */
    private done = false;
    private silent = 0;
    private checkedAt = 0;
    /** Counts starts: who told a proxy something must tell the next one again. */
    generation = 0;

    constructor(
        private readonly folders: Folders,
        private readonly main: string,
        private readonly client: () => ProxyPart,
        private readonly environment: Readonly<Record<string, string>>,
        private readonly event: (line: string) => void,
    ) {
        this.record = `${folders.run()}/proxy.json`;
        this.identity = readJson(this.record, isIdentity).value;
    }

    get pid(): number | undefined {
        return this.identity && isAlive(this.identity) ? this.identity.pid : undefined;
    }

    /** Starts the process unless it runs. */
    ensure(): Promise<void> {
        return this.turns.take(async () => {
            if (this.pid !== undefined) return;
            if (this.done) throw new Error("This supervisor is leaving.");
            // One that does not start is not tried again by everybody who needs it.
            if (this.problem !== undefined && monotonic() < this.notBefore) throw this.problem;
            try {
                await this.start();
                this.problem = undefined;
            } catch (error) {
                this.problem = error instanceof Error ? error : new Error(String(error));
                this.notBefore = monotonic() + this.backOff.after(monotonic() - this.startedAt);
                throw error;
            }
        });
    }

    /** Restarts it when it is dead, with back-off, or hung. Only for a stack that needs it. */
    async reconcile(): Promise<void> {
        if (this.done) return;
        if (this.pid === undefined) {
            if (monotonic() < this.notBefore) return;
            if (this.identity !== undefined) this.event("the load balancer's process is gone and is started again");
            // The first restart is made at once, those after it with growing pauses.
            this.notBefore = monotonic() + this.backOff.after(monotonic() - this.startedAt);
            this.problem = undefined;
            await this.ensure();
        } else if (monotonic() - this.checkedAt >= CHECK_MILLISECONDS) {
            await this.check();
        }
    }

    /** Leaves the process to the next supervisor. */
    abandon(): void {
        this.done = true;
    }

    async stop(): Promise<void> {
        this.done = true;
        await this.turns.take(async () => {
            if (this.identity !== undefined && isAlive(this.identity)) {
                await Promise.race([
                    this.client()
                        .shutdown()
                        .catch(() => undefined),
                    pause(STOP_GRACE_SECONDS * 1000),
                ]);
                await stopProcessGroup(this.identity, { graceSeconds: STOP_GRACE_SECONDS });
            }
            this.identity = undefined;
            fs.rmSync(this.record, { force: true });
        });
    }

    private async check(): Promise<void> {
        this.checkedAt = monotonic();
        const answer = await Promise.race([
            this.client()
                .stats()
                .catch(() => undefined),
            pause(CHECK_MILLISECONDS),
        ]);
        this.silent = answer === undefined ? this.silent + 1 : 0;
        if (this.silent < HUNG_AFTER || this.identity === undefined) return;
        this.event("the load balancer's process does not answer and is started again");
        this.silent = 0;
        await stopProcessGroup(this.identity, { graceSeconds: 1 });
    }

    private async start(): Promise<void> {
        this.startedAt = monotonic();
        const log = `${this.folders.run()}/proxy.log`;
        if ((fs.statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) fs.rmSync(log);
        let ended = false;
        let written: ProcessIdentity | undefined;
        // Whatever a proxy that is dead left there.
        fs.rmSync(socketPath(this.folders.home, "proxy"), { force: true });
        this.identity = await spawnDetached({
            command: process.execPath,
            args: [this.main, this.folders.home],
            cwd: this.folders.home,
            env: this.environment,
            stdout: log,
            stderr: log,
            beforeRun: (identity) => {
                writeJson(this.record, identity);
                written = identity;
            },
            onExit: () => {
                ended = true;
                // All traffic stands still: no waiting for the next look.
                if (!this.done) setImmediate(() => this.reconcile().catch((error) => this.event(message(error))));
            },
        });
        this.identity = written ?? this.identity;
        this.generation++;
        const deadline = monotonic() + START_SECONDS * 1000;
        for (;;) {
            const problem = await this.client()
                .stats()
                .then(
                    () => undefined,
                    (error) => message(error),
                );
            if (problem === undefined) break;
            if (ended || monotonic() >= deadline) {
                const why = ended ? `it ended: ${lastLines(log)}` : problem;
                throw new Error(`The load balancer's process did not start: ${why} (see ${log}).`);
            }
            await pause(20);
        }
        this.event(`the load balancer's process runs (pid ${this.identity.pid})`);
    }
}

function lastLines(file: string): string {
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trimEnd().split("\n").slice(-5).join("\n") : "";
}

function isIdentity(value: unknown): value is ProcessIdentity {
    return isRecord(value) && typeof value.pid === "number" && typeof value.startTime === "string";
}
