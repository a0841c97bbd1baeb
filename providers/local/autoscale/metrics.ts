/**
 * How many replicas one metric asks for: the rules of the Kubernetes HorizontalPodAutoscaler
 * (pkg/controller/podautoscaler/replica_calculator.go), on numbers that this machine can measure.
 */

/** A metric within this part of its target asks for no change. */
export const TOLERANCE = 0.1;

/** What a metric says of one replica. */
export interface Sample {
    /** Absent: nothing could be measured. */
    readonly value?: number;
    /** It does not serve yet, so its value says nothing of the load. */
    readonly unready: boolean;
}

export interface ReplicaMetric {
    /** Value that each replica should have on average. */
    readonly target: number;
    /** What a replica without a value counts as when the others would scale down. */
    readonly missingValue: number;
    /** Averages are cut to multiples of this: Kubernetes counts whole percents, and thousandths of anything else. */
    readonly quantum: number;
}

/** A share of what the replica asked for: missing replicas count as fully used. */
export function percentMetric(targetPercent: number): ReplicaMetric {
    return { target: targetPercent, missingValue: Math.max(100, targetPercent), quantum: 1 };
}

/** A plain amount per replica: missing replicas count as being at the target. */
export function averageMetric(target: number): ReplicaMetric {
    return { target, missingValue: target, quantum: 0.001 };
}

/**
 * Replicas that this metric asks for, or undefined when no ready replica has a value.
 *
 * One difference to Kubernetes, which fills missing plain values with zero when the ratio is exactly 1 and may then
 * scale down: here a missing value never removes a replica.
 */
export function proposeReplicas(
    current: number,
    metric: ReplicaMetric,
    samples: readonly Sample[],
): number | undefined {
    const missing = samples.filter((sample) => !sample.unready && sample.value === undefined).length;
    const unready = samples.filter((sample) => sample.unready).length;
    const values = samples.flatMap((sample) => (sample.unready || sample.value === undefined ? [] : [sample.value]));
    if (values.length === 0) return undefined;

    const ratio = averageOf(values, metric.quantum) / metric.target;
    const scaleUpWithUnready = unready > 0 && ratio > 1;
    if (!scaleUpWithUnready && missing === 0) return within(ratio) ? current : Math.ceil(ratio * values.length);

    // Be careful in both directions: what is not known must not make the change larger.
    const filled = [...values];
    if (ratio !== 1) filled.push(...Array<number>(missing).fill(ratio < 1 ? metric.missingValue : 0));
    if (scaleUpWithUnready) filled.push(...Array<number>(unready).fill(0));
    const newRatio = averageOf(filled, metric.quantum) / metric.target;
    const flips = (ratio < 1 && newRatio > 1) || (ratio > 1 && newRatio < 1);
    if (within(newRatio) || flips) return current;
    const proposed = Math.ceil(newRatio * filled.length);
    const wrongWay = newRatio < 1 ? proposed > current : proposed < current;
    return wrongWay ? current : proposed;
}

/**
 * Replicas for a total that is shared by all (a queue's backlog). Works from zero replicas, so it can wake an app.
 */
export function proposeForTotal(current: number, targetPerReplica: number, total: number): number {
    if (current > 0 && within(total / (targetPerReplica * current))) return current;
    return Math.ceil(total / targetPerReplica);
}

function within(ratio: number): boolean {
    // Not by the difference: 1.1 - 1 is more than 0.1.
    return ratio >= 1 - TOLERANCE && ratio <= 1 + TOLERANCE;
}

function averageOf(values: readonly number[], quantum: number): number {
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    // Division by 0.001 is inexact; a value that is whole but for rounding must not lose one step.
    return Math.floor(average / quantum + 1e-9) * quantum;
}
