import type { HealthRequest } from "../contract.js";

/** Every number that decides whether a release or a node drain loses a request. */
export interface Timing {
    /** How long a pod that is going still takes requests: until the gateway has stopped sending. */
    readonly drainSeconds: number;
    /** From the start of the drain to SIGKILL. */
    readonly graceSeconds: number;
    /** A pod that is not ready by then has failed. */
    readonly progressDeadlineSeconds: number;
    /** How long Pulumi waits for the whole Deployment: four waves of surge. */
    readonly awaitSeconds: number;
    readonly readiness: Probe;
    readonly liveness: Probe;
    readonly startup: Probe;
}

export interface Probe {
    readonly periodSeconds: number;
    readonly timeoutSeconds: number;
    readonly failureThreshold: number;
}

/** Without a gateway nothing else is known of how fast endpoints change. */
export const DRAIN_SECONDS = 5;
const STARTUP_PERIOD_SECONDS = 2;

/** The zero-downtime settings of an app (docs/kubernetes.md has them as a table). */
export function timing(health: HealthRequest, stopTimeoutSeconds: number, drainSeconds: number): Timing {
    const drain = Math.max(1, drainSeconds);
    const { intervalSeconds, timeoutSeconds, failureThreshold, startupSeconds } = health;
    const progressDeadlineSeconds = startupSeconds + 120;
    return {
        drainSeconds: drain,
        graceSeconds: drain + stopTimeoutSeconds,
        progressDeadlineSeconds,
        awaitSeconds: 60 + 4 * progressDeadlineSeconds,
        readiness: { periodSeconds: intervalSeconds, timeoutSeconds, failureThreshold },
        // Later than readiness: a replica leaves the traffic first, and is restarted only then.
        liveness: { periodSeconds: intervalSeconds, timeoutSeconds, failureThreshold: failureThreshold * 2 },
        startup: {
            periodSeconds: STARTUP_PERIOD_SECONDS,
            timeoutSeconds,
            failureThreshold: Math.max(1, Math.ceil(startupSeconds / STARTUP_PERIOD_SECONDS)),
        },
    };
}
