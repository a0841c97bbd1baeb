import { difference, quantile } from "../../proxy/index.js";
import type { RolloutSpec } from "../../spec.js";
import type { ReleaseStats } from "../parts.js";

/** Fewer requests than these say nothing about a release. */
export const MINIMUM_REQUESTS = 20;
/** What counts as too many errors when nothing was asked for. */
export const DEFAULT_ERROR_PERCENT = 5;

/**
 * Whether the traffic of a release, since a moment, is a reason to roll it back.
 *
 * @returns the reason, or undefined when it is good or too little is known.
 */
export function judge(
    before: ReleaseStats | undefined,
    now: ReleaseStats | undefined,
    rules: RolloutSpec["rollbackOn"],
): string | undefined {
    // A proxy that was restarted counts from zero again.
    if (before !== undefined && now !== undefined && now.requests < before.requests)
        return judge(undefined, now, rules);
    const requests = (now?.requests ?? 0) - (before?.requests ?? 0);
    if (now === undefined || requests < MINIMUM_REQUESTS) return undefined;
    const errors = now.errors5xx - (before?.errors5xx ?? 0);
    const { p99Milliseconds } = rules;
    const errorPercent = rules.errorPercent ?? DEFAULT_ERROR_PERCENT;
    if (errors > (requests * errorPercent) / 100) {
        const share = ((100 * errors) / requests).toFixed(1);
        return `${errors} of ${requests} requests failed (${share} %, allowed are ${errorPercent} %)`;
    }
    const slowest = quantile(difference(now.latency.counts, before?.latency.counts ?? []), 0.99);
    if (p99Milliseconds !== undefined && slowest > p99Milliseconds) {
        return `99 % of the requests took up to ${slowest} ms (allowed are ${p99Milliseconds} ms)`;
    }
    return undefined;
}

/** How many replicas of a new release may fail to start before it counts as broken (as Amazon ECS does). */
export function startFailuresAllowed(replicas: number): number {
    return Math.min(200, Math.max(3, Math.ceil(replicas / 2)));
}
