import type { Folders } from "../folders.js";
import type { Output, Stream, Writer } from "../output.js";
import { Changes, message } from "../wait.js";
import { anyPort } from "./ports.js";
import { Replica } from "./replica.js";
import type { ReplicaPlan, ReplicaRecord } from "./replica-record.js";
import type { Traffic } from "./traffic.js";

export interface FleetHost {
    readonly app: string;
    readonly folders: Folders;
    readonly output: Output;
    /** Process type, for the lines of a release. */
    process(release: number): string;
    plan(release: number): ReplicaPlan;
    sinkFolder(): string;
    /** Writes the records down. @throws when the disk does not take them. */
    save(records: readonly ReplicaRecord[]): void;
}

/** The replicas of one app, of all its releases. */
export class Fleet {
    readonly changes = new Changes();
    private members: Replica[] = [];
    private readonly streams = new Map<string, Stream>();
    readonly traffic: Traffic;

    constructor(
        private readonly host: FleetHost,
        traffic: (replicas: () => readonly Replica[]) => Traffic,
    ) {
        this.traffic = traffic(() => this.members);
    }

    /** Takes up the replicas that another supervisor wrote down; those that still run just go on. */
    adopt(records: readonly ReplicaRecord[]): void {
        const known = records.map((record) => ({ ...record }));
        for (const record of known) this.join(record);
        // Stops that were cut short are carried on.
        for (const replica of this.members.filter(({ record }) => record.phase === "stopping"))
            void this.retire(replica);
    }

    all(): readonly Replica[] {
        return this.members;
    }

    /** Replicas of a release that are not being stopped. */
    of(release: number): Replica[] {
        return this.members.filter(({ record, retiring }) => record.release === release && !retiring);
    }

    /** Replicas of every other release that are not being stopped. */
    others(release: number): Replica[] {
        return this.members.filter(({ record, retiring }) => record.release !== release && !retiring);
    }

    /** Starts one more replica of a release. */
    add(release: number): Replica {
        const { app } = this.host;
        const used = new Set(this.members.map(({ record }) => record.id));
        let ordinal = 1;
        while (used.has(`${app}-${release}-${ordinal}`)) ordinal++;
        return this.join({ id: `${app}-${release}-${ordinal}`, release, phase: "starting", restarts: 0 });
    }

    /** As many replicas of a release as are wanted: those that do not serve go first, then the youngest. */
    resize(release: number, wanted: number): void {
        const members = this.of(release);
        for (let count = members.length; count < wanted; count++) this.add(release);
        const order = [...members].sort(
            (a, b) => Number(a.ready) - Number(b.ready) || a.runningMilliseconds - b.runningMilliseconds,
        );
        for (const extra of order.slice(0, Math.max(0, members.length - wanted))) void this.retire(extra);
    }

    /** Drains and stops a replica, and forgets it. */
    async retire(replica: Replica): Promise<void> {
        await replica.stop();
        if (!this.members.includes(replica)) return;
        this.members = this.members.filter((member) => member !== replica);
        const stream = this.streams.get(replica.record.id);
        this.streams.delete(replica.record.id);
        try {
            this.save();
        } catch (error) {
            // A record too many is no harm: its process is known to be gone by its identity.
            this.event(replica.record.release, replica.record.id, message(error));
        }
        this.changed();
        await stream?.closeAndRemove();
    }

    /** The last lines of a release's replicas, those of the one that failed last at the end. */
    async tail(release: number, count: number): Promise<string[]> {
        const replicas = this.members
            .filter(({ record }) => record.release === release)
            .sort((a, b) => a.failures.length - b.failures.length);
        for (const replica of replicas.reverse()) {
            const lines = await this.streams.get(replica.record.id)?.tail(count);
            if (lines !== undefined && lines.length > 0) return lines;
        }
        return [];
    }

    /** Leaves every process alone. */
    abandon(): void {
        for (const replica of this.members) replica.release();
    }

    event(release: number, replica: string, line: string): void {
        this.host.output.system(this.host.sinkFolder(), this.writer(release, replica), line);
    }

    private join(record: ReplicaRecord): Replica {
        const { host } = this;
        const files = host.folders.raw(host.app, record.id);
        this.streams.set(
            record.id,
            host.output.follow(files, this.writer(record.release, record.id), () => host.sinkFolder()),
        );
        const replica: Replica = new Replica(record, {
            files,
            plan: () => host.plan(record.release),
            takePort: () => anyPort(new Set(this.members.flatMap(({ record: { port } }) => port ?? []))),
            save: () => this.save(),
            changed: () => this.changed(),
            event: (line) => this.event(record.release, record.id, `replica ${record.id} ${line}`),
            drained: (endpoint, seconds) => this.traffic.drained(endpoint, seconds),
        });
        this.members.push(replica);
        return replica;
    }

    private writer(release: number, replica: string): Writer {
        return { app: this.host.app, process: this.host.process(release), replica, release: String(release) };
    }

    private save(): void {
        this.host.save(this.members.map(({ record }) => record));
    }

    /** Who waits is woken; the proxies are told, now or at the next tick. */
    private changed(): void {
        this.changes.notify();
        this.traffic.publish().catch(() => undefined);
    }
}
