import type { Limits } from "./plan.js";

/** What is known of the new release at one moment. */
export interface Sample {
    readonly wanted: number;
    readonly available: number;
    /** Restarts of its containers since the shift began. */
    readonly restarts: number;
    /** Undefined where nobody knows: no traffic, or no answer. */
    readonly errorPercent?: number | undefined;
    readonly p99Milliseconds?: number | undefined;
}

/** @returns why a release is bad, or undefined */
export function judge(sample: Sample, limits: Limits): string | undefined {
    const { wanted, available, restarts, errorPercent, p99Milliseconds } = sample;
    if (restarts > 0) return `its containers have restarted ${restarts} times`;
    // One replica may be on its way to another node.
    if (available < 1 || available * 2 < wanted) return `${available} of ${wanted} replicas are available`;
    if (above(errorPercent, limits.errorPercent)) {
        return `${shown(errorPercent)} % of the requests failed (allowed are ${limits.errorPercent} %)`;
    }
    if (above(p99Milliseconds, limits.p99Milliseconds)) {
        return `99 % of the requests took up to ${shown(p99Milliseconds)} ms (allowed are ${limits.p99Milliseconds} ms)`;
    }
    return undefined;
}

function above(value: number | undefined, limit: number | undefined): boolean {
    return value !== undefined && limit !== undefined && value > limit;
}

function shown(value: number | undefined): string {
    return String(Math.round((value ?? 0) * 10) / 10);
}
