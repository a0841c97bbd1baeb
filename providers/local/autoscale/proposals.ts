import type { AutoscaleSpec } from "../spec.js";
import { averageMetric, percentMetric, proposeForTotal, proposeReplicas, type ReplicaMetric } from "./metrics.js";
import { isCpuUnready, type ReplicaReadiness } from "./readiness.js";

export interface ObservedReplica {
    readonly id: string;
    /** It passed its readiness check and gets traffic. */
    readonly ready: boolean;
    /** Same clock as the `now` of the decision, in milliseconds. */
    readonly startedAt: number;
    /** Of what the app asked for (`cpu`); 100 is all of it. Absent: not measured. */
    readonly cpuPercent?: number;
    readonly memoryPercent?: number;
    readonly requestsPerSecond?: number;
}

export interface Observation {
    /** Replicas that were asked for last, also while some are still starting or stopping. */
    readonly currentReplicas: number;
    /** Replicas of the current release that are not being stopped. */
    readonly replicas: readonly ObservedReplica[];
    /**
     * Messages that wait and messages in flight: an app that scales to zero must not be stopped while it works on the
     * last one. Absent: the queue could not be asked, which blocks scaling down.
     */
    readonly queueMessages?: number;
    readonly rolloutRunning: boolean;
}

/** What one metric wants; no `replicas`: it has no data, and scaling down is blocked. */
export interface Proposal {
    readonly metric: string;
    readonly replicas?: number;
}

/** When each replica's readiness last changed, on the scaler's own clock. */
export type Readiness = Readonly<Record<string, ReplicaReadiness>>;

/** Asks every metric of the spec. */
export function proposalsOf(
    spec: AutoscaleSpec,
    observation: Observation,
    readiness: Readiness,
    now: number,
): Proposal[] {
    const { currentReplicas: current, replicas } = observation;
    const proposals: Proposal[] = [];
    const add = (metric: string, proposed: number | undefined): void => {
        proposals.push(proposed === undefined ? { metric } : { metric, replicas: proposed });
    };
    const perReplica = (
        metric: ReplicaMetric,
        measure: (replica: ObservedReplica) => number | undefined,
        isUnready: (replica: ObservedReplica) => boolean,
    ): number | undefined =>
        proposeReplicas(
            current,
            metric,
            replicas.map((replica) => {
                const value = measure(replica);
                const sane = value !== undefined && Number.isFinite(value) && value >= 0;
                return { unready: isUnready(replica), ...(sane ? { value } : {}) };
            }),
        );

    const cpuUnready = (replica: ObservedReplica): boolean => {
        const known = readiness[replica.id];
        // Without a value a replica is missing, not unready: Kubernetes looks at that first.
        return replica.cpuPercent !== undefined && known !== undefined && isCpuUnready(known, now);
    };
    const never = (): boolean => false;

    if (spec.cpuPercent !== undefined) {
        add(
            "cpu",
            perReplica(percentMetric(spec.cpuPercent), (replica) => replica.cpuPercent, cpuUnready),
        );
    }
    if (spec.memoryPercent !== undefined) {
        add(
            "memory",
            perReplica(percentMetric(spec.memoryPercent), (replica) => replica.memoryPercent, never),
        );
    }
    if (spec.requestsPerSecondPerReplica !== undefined) {
        const metric = averageMetric(spec.requestsPerSecondPerReplica);
        add(
            "requests",
            perReplica(metric, (replica) => replica.requestsPerSecond, never),
        );
    }
    if (spec.queueBacklogPerReplica !== undefined) {
        const { queueMessages: messages } = observation;
        const known = messages !== undefined && Number.isFinite(messages) && messages >= 0;
        const target = spec.queueBacklogPerReplica.messages;
        add("queue", known ? proposeForTotal(current, target, messages) : undefined);
    }
    return proposals;
}
