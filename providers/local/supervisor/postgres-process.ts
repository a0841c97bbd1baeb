import { BackOff } from "./back-off.js";
import type { ClusterPart } from "./parts.js";
import { monotonic } from "./wait.js";

const CHECK_MILLISECONDS = 2000;

export interface PostgresInfo {
    readonly version: string;
    readonly port: number;
    readonly pid: number;
}

/** The stack's PostgreSQL, which its databases and queues share. */
export class PostgresProcess {
    private readonly backOff = new BackOff();
    private startedAt = monotonic();
    private notBefore = Number.NEGATIVE_INFINITY;
    private checkedAt = Number.NEGATIVE_INFINITY;
    private made: ClusterPart | undefined;
    /** Starts that are under way. */
    private starting = 0;
    info: PostgresInfo | undefined;

    constructor(
        private readonly make: () => ClusterPart,
        /** Whether an object other than this one (`kind/name`) is in it. */
        private readonly isUsed: (exceptFor?: string) => boolean,
        private readonly event: (line: string) => void,
    ) {}

    /** Made on first use: where its program is looked for depends on the project of the stack. */
    get cluster(): ClusterPart {
        this.made ??= this.make();
        return this.made;
    }

    /** Ready to connect when this resolves. */
    async ensure(version?: string): Promise<void> {
        this.starting++;
        try {
            this.info = await this.cluster.ensure(version);
        } finally {
            this.starting--;
        }
    }

    running(): Promise<boolean> {
        return this.cluster.running();
    }

    /** Starts it again when it is dead, with back-off, and lets it do its housekeeping. */
    async reconcile(): Promise<void> {
        if (!this.isUsed() || this.starting > 0 || monotonic() < this.notBefore) return;
        if (monotonic() - this.checkedAt >= CHECK_MILLISECONDS) {
            this.checkedAt = monotonic();
            const running = await this.cluster.running();
            if (running) this.info ??= await this.cluster.ensure();
            else if (this.starting === 0) await this.restart();
        }
        await this.cluster.maintain();
    }

    /** Drops something in it. When it cannot even be started and nothing else is in it, all of it goes. */
    async drop(work: (cluster: ClusterPart) => Promise<void>, object: string): Promise<void> {
        try {
            await work(this.cluster);
        } catch (error) {
            if (this.isUsed(object)) throw error;
            await this.destroy();
        }
    }

    async destroy(): Promise<void> {
        await this.cluster.destroy();
        this.info = undefined;
    }

    private async restart(): Promise<void> {
        this.notBefore = monotonic() + this.backOff.after(monotonic() - this.startedAt);
        this.startedAt = monotonic();
        this.event("PostgreSQL is not running and is started again");
        this.info = undefined;
        await this.ensure();
    }
}
