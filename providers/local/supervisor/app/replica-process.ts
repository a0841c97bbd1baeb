import * as fs from "node:fs";
import * as path from "node:path";
import { type ExitStatus, isAlive, spawnDetached, stopProcessGroup } from "../../process/index.js";
import { monotonic } from "../wait.js";
import type { ReplicaHost, ReplicaRecord } from "./replica-record.js";

/** The process of a replica now: started here, or taken over from an earlier supervisor. */
export class ReplicaProcess {
    private exit: ExitStatus | undefined;
    /** It was started here, so that its exit is told. */
    private isChild = false;
    private startedAt = monotonic();

    constructor(
        private readonly record: ReplicaRecord,
        private readonly host: ReplicaHost,
        private readonly onExit: () => void,
    ) {}

    get runningMilliseconds(): number {
        return monotonic() - this.startedAt;
    }

    /** How it ended, if it has. */
    get ended(): string | undefined {
        const { identity } = this.record;
        // Of a child of this process the exit is told, with its status; of an adopted one it has to be looked for.
        if (this.exit === undefined && (this.isChild || (identity !== undefined && isAlive(identity))))
            return undefined;
        if (this.exit?.signal) return `it was ended by ${this.exit.signal}`;
        return this.exit ? `it exited with status ${this.exit.code}` : "its process is gone";
    }

    /** Takes over the one that is written down. */
    adopt(): void {
        const age = Math.max(0, Date.now() - Date.parse(this.record.startedAt ?? ""));
        this.startedAt = monotonic() - (Number.isFinite(age) ? age : 0);
        this.host.event(`goes on (pid ${this.record.identity?.pid})`);
    }

    /** @param isRetiring It was told to stop meanwhile. */
    async start(isRetiring: () => boolean): Promise<void> {
        const { record, host } = this;
        const plan = host.plan();
        const port = plan.listens ? await host.takePort() : undefined;
        fs.mkdirSync(path.dirname(host.files), { recursive: true, mode: 0o700 });
        this.exit = undefined;
        this.startedAt = monotonic();
        await spawnDetached({
            command: plan.command,
            args: plan.args,
            cwd: plan.cwd,
            env: port === undefined ? plan.env : { ...plan.env, PORT: String(port) },
            stdout: `${host.files}.stdout`,
            stderr: `${host.files}.stderr`,
            beforeRun: (identity) => {
                record.identity = identity;
                record.startedAt = new Date().toISOString();
                record.phase = isRetiring() ? "stopping" : "starting";
                if (port !== undefined) record.port = port;
                host.save();
            },
            onExit: (status) => {
                this.exit = status;
                this.onExit();
            },
        });
        this.isChild = true;
        host.event(`started (pid ${record.identity?.pid}${port === undefined ? "" : `, port ${port}`})`);
        host.changed();
    }

    /** Ends all of its group. @returns how, or undefined when there was none */
    async stop(graceSeconds: number): Promise<Awaited<ReturnType<typeof stopProcessGroup>> | undefined> {
        const { identity } = this.record;
        return identity === undefined ? undefined : stopProcessGroup(identity, { graceSeconds });
    }
}
