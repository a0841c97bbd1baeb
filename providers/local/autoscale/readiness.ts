/** Which replicas' processor time says something of the load (groupPods in Kubernetes' replica_calculator.go). */

/**
 * The periods, in seconds. Kubernetes' defaults are 300, 30 and (with metrics-server) 15 to 60: a cluster pulls images
 * and schedules; a process on this machine starts within the minute that health checks allow it by default.
 */
export interface ReadinessPeriods {
    /** After its start, a replica's processor time counts only while it is ready and one window has passed. */
    readonly cpuInitializationSeconds: number;
    /** A replica that became unready within this time of its start was never ready. */
    readonly initialReadinessDelaySeconds: number;
    /** Time that one measurement covers. */
    readonly metricWindowSeconds: number;
}

export const READINESS_PERIODS: ReadinessPeriods = {
    cpuInitializationSeconds: 60,
    initialReadinessDelaySeconds: 30,
    metricWindowSeconds: 15,
};

/** All times in milliseconds of one clock. */
export interface ReplicaReadiness {
    readonly ready: boolean;
    readonly startedAt: number;
    /** When `ready` became what it is. */
    readonly changedAt: number;
}

/** True when the processor time of this replica, measured at `now`, must be set aside. */
export function isCpuUnready(replica: ReplicaReadiness, now: number, periods = READINESS_PERIODS): boolean {
    const initializing = replica.startedAt + periods.cpuInitializationSeconds * 1000 > now;
    if (initializing) return !replica.ready || now < replica.changedAt + periods.metricWindowSeconds * 1000;
    // One that was ready and fell over counts: it may have fallen over because of the load.
    return !replica.ready && replica.startedAt + periods.initialReadinessDelaySeconds * 1000 > replica.changedAt;
}
