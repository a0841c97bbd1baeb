import { rmSync } from "node:fs";
import type { AppSpec, AutoscaleSpec } from "../../spec.js";
import type { Folders } from "../folders.js";
import { readJson, writeJson } from "../json-file.js";
import type { Observation, Parts, SamplerPart, ScalerPart } from "../parts.js";
import { monotonic } from "../wait.js";
import type { Fleet } from "./fleet.js";

/** How often the processes are looked at, and how often that may change their number. */
export const SAMPLE_MILLISECONDS = 1000;
export const DECIDE_MILLISECONDS = 5000;

interface Sample {
    readonly at: number;
    readonly cpuMilliseconds: Readonly<Record<string, number>>;
    readonly rssBytes: Readonly<Record<string, number>>;
    readonly requests: Readonly<Record<string, number>>;
}

export interface AutoscalingHost {
    readonly app: string;
    readonly folders: Folders;
    readonly parts: Pick<Parts, "scaler" | "sampler">;
    readonly fleet: Fleet;
    /** Messages that wait in a queue of a home. */
    backlog(home: string, queue: string): Promise<number | undefined>;
    event(line: string): void;
}

/** Measures an app's replicas and says how many there are to be. */
export class Autoscaling {
    private readonly sampler: SamplerPart;
    private readonly file: string;
    private scaler: ScalerPart | undefined;
    private specText = "";
    private readonly samples: Sample[] = [];
    private decidedAt = Number.NEGATIVE_INFINITY;

    constructor(private readonly host: AutoscalingHost) {
        this.sampler = host.parts.sampler();
        this.file = host.folders.state("scalers", `${host.app}.json`);
    }

    /** To be called about every second; resolves with a number when it is time for a decision. */
    async step(spec: AppSpec, release: number, current: number, rolloutRunning: boolean): Promise<number | undefined> {
        const { autoscale } = spec;
        if (autoscale === undefined) return undefined;
        await this.sample(release);
        if (monotonic() - this.decidedAt < DECIDE_MILLISECONDS) return undefined;
        this.decidedAt = monotonic();
        const scaler = this.scalerFor(autoscale);
        const observation = await this.observe(spec, autoscale, release, current, rolloutRunning);
        const { desired, reason } = scaler.decide(steadyMilliseconds(), new Date(), observation);
        writeJson(this.file, { spec: autoscale, state: scaler.state() });
        if (desired !== current) this.host.event(`autoscaler: from ${current} to ${desired} replicas: ${reason}`);
        return desired;
    }

    remove(): void {
        rmSync(this.file, { force: true });
    }

    private scalerFor(spec: AutoscaleSpec): ScalerPart {
        const text = JSON.stringify(spec);
        if (this.scaler === undefined || this.specText !== text) {
            const kept = readJson(this.file, (value): value is { state: unknown } => typeof value === "object");
            this.scaler = this.host.parts.scaler(spec, kept.value?.state);
            this.specText = text;
        }
        return this.scaler;
    }

    private async sample(release: number): Promise<void> {
        const replicas = this.host.fleet.of(release).filter(({ record }) => record.identity !== undefined);
        const groups = Object.fromEntries(replicas.map(({ record }) => [record.id, record.identity?.pid ?? 0]));
        const [processes, requests] = await Promise.all([
            this.sampler.sample(groups),
            this.host.fleet.traffic.requests(),
        ]);
        this.samples.push({
            at: monotonic(),
            cpuMilliseconds: mapped(processes, (one) => one.cpuMilliseconds),
            rssBytes: mapped(processes, (one) => one.rssBytes),
            requests,
        });
        while (this.samples.length > 1 + DECIDE_MILLISECONDS / SAMPLE_MILLISECONDS) this.samples.shift();
    }

    private async observe(
        spec: AppSpec,
        autoscale: AutoscaleSpec,
        release: number,
        currentReplicas: number,
        rolloutRunning: boolean,
    ): Promise<Observation> {
        const first = this.samples[0];
        const last = this.samples.at(-1);
        const backlog = autoscale.queueBacklogPerReplica;
        const queueMessages = backlog ? await this.host.backlog(backlog.home, backlog.queue) : undefined;
        return {
            currentReplicas,
            rolloutRunning,
            ...(queueMessages === undefined ? {} : { queueMessages }),
            replicas: this.host.fleet.of(release).map((replica) => {
                const { id } = replica.record;
                const cpu = rate(first, last, (sample) => sample.cpuMilliseconds[id]);
                const requests = rate(first, last, (sample) => sample.requests[replica.endpoint ?? ""]);
                const rss = last?.rssBytes[id];
                return {
                    id,
                    ready: replica.ready,
                    startedAt: steadyMilliseconds() - replica.runningMilliseconds,
                    ...(cpu === undefined ? {} : { cpuPercent: (cpu / (1000 * spec.cpu)) * 100 }),
                    ...(rss === undefined ? {} : { memoryPercent: (rss / (spec.memoryMiB * 1024 * 1024)) * 100 }),
                    ...(requests === undefined ? {} : { requestsPerSecond: requests }),
                };
            }),
        };
    }
}

/** Change per second of a counter; undefined when it is not known twice, or began anew. */
function rate(
    first: Sample | undefined,
    last: Sample | undefined,
    counter: (sample: Sample) => number | undefined,
): number | undefined {
    if (first === undefined || last === undefined || last.at <= first.at) return undefined;
    const [from, to] = [counter(first), counter(last)];
    return from === undefined || to === undefined || to < from
        ? undefined
        : ((to - from) * 1000) / (last.at - first.at);
}

function mapped<T>(record: Readonly<Record<string, T>>, value: (one: T) => number): Record<string, number> {
    return Object.fromEntries(Object.entries(record).map(([key, one]) => [key, value(one)]));
}

/** Goes on over restarts of this process, and no change of the wall clock touches it. */
function steadyMilliseconds(): number {
    return Number(process.hrtime.bigint() / 1_000_000n);
}
