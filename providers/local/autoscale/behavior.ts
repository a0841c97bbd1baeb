/**
 * What tames the recommendations of the metrics: stabilisation windows and rate policies, as in
 * pkg/controller/podautoscaler/horizontal.go (…WithBehaviors). All times in milliseconds of one clock.
 */

export interface Recommendation {
    readonly at: number;
    readonly replicas: number;
}

export interface ScaleEvent {
    readonly at: number;
    readonly from: number;
    readonly to: number;
}

export interface RatePolicy {
    readonly kind: "replicas" | "percent";
    readonly value: number;
    readonly periodSeconds: number;
}

/** Of several policies the one that allows most counts (selectPolicy Max). */
export const SCALE_UP_POLICIES: readonly RatePolicy[] = [
    { kind: "replicas", value: 4, periodSeconds: 15 },
    { kind: "percent", value: 100, periodSeconds: 15 },
];

export const SCALE_DOWN_POLICIES: readonly RatePolicy[] = [{ kind: "percent", value: 100, periodSeconds: 15 }];

export interface Windows {
    readonly upSeconds: number;
    readonly downSeconds: number;
}

/**
 * Keeps the current number unless all recommendations of the up window are higher (then the lowest of them) or all of
 * the down window are lower (then the highest of them).
 */
export function stabilize(
    now: number,
    current: number,
    proposed: number,
    recent: readonly Recommendation[],
    windows: Windows,
): number {
    const inWindow = (seconds: number): number[] =>
        recent.filter((past) => past.at > now - seconds * 1000).map((past) => past.replicas);
    const lowest = Math.min(proposed, ...inWindow(windows.upSeconds));
    const highest = Math.max(proposed, ...inWindow(windows.downSeconds));
    return Math.min(Math.max(current, lowest), highest);
}

/** The recommendations that a later decision can still need. */
export function stillRecent(now: number, recent: readonly Recommendation[], windows: Windows): Recommendation[] {
    const cutoff = now - Math.max(windows.upSeconds, windows.downSeconds) * 1000;
    return recent.filter((past) => past.at > cutoff);
}

/** Most replicas that the policies allow now. Never fewer than there are: a rate is no reason to turn around. */
export function scaleUpLimit(
    now: number,
    current: number,
    events: readonly ScaleEvent[],
    policies = SCALE_UP_POLICIES,
): number {
    const limits = policies.map((policy) => {
        const before = replicasBefore(now, current, events, policy.periodSeconds);
        // Rounded up, or else a small percentage could never add anything.
        return policy.kind === "replicas" ? before + policy.value : Math.ceil(before * (1 + policy.value / 100));
    });
    return Math.max(current, ...limits);
}

/** Fewest replicas that the policies allow now. */
export function scaleDownLimit(
    now: number,
    current: number,
    events: readonly ScaleEvent[],
    policies = SCALE_DOWN_POLICIES,
): number {
    const limits = policies.map((policy) => {
        const before = replicasBefore(now, current, events, policy.periodSeconds);
        return policy.kind === "replicas" ? before - policy.value : Math.trunc(before * (1 - policy.value / 100));
    });
    return Math.min(current, ...limits);
}

/** How many replicas there were when the period began. */
function replicasBefore(now: number, current: number, events: readonly ScaleEvent[], periodSeconds: number): number {
    const changes = events.filter((event) => event.at > now - periodSeconds * 1000);
    return current - changes.reduce((sum, event) => sum + event.to - event.from, 0);
}
