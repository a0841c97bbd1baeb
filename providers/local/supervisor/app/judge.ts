import { above, difference, quantile, sum } from "../../proxy/index.js";
import type { RolloutSpec } from "../../spec.js";
import type { ReleaseStats } from "../parts.js";

/** Fewer requests than these say nothing about a release. */
export const MINIMUM_REQUESTS = 20;
/** What counts as too many errors when nothing was asked for. */
export const DEFAULT_ERROR_PERCENT = 5;
/** A request that has no answer after so long is an error. */
export const WAITING_MILLISECONDS = 5000;
/** So is one whose client has waited for so long and then gone. */
const ABANDONED_MILLISECONDS = 1000;
/** But an app may be a slow one: so many times what 99 % of the former release's answers took is no error either. */
const TIMES_FORMER = 10;

/** What the proxies counted for the releases of an app, by number. */
export type Counted = Readonly<Record<string, ReleaseStats>>;

/** What is judged. */
export interface Judged {
    readonly to: number;
    /** The release that it replaces, if any. */
    readonly from: number | undefined;
    /** When the rollout began, and now. */
    readonly before: Counted;
    readonly now: Counted;
    readonly rules: RolloutSpec["rollbackOn"];
}

/**
 * Whether the traffic of a release, since a moment, is a reason to roll it back.
 *
 * @returns the reason, or undefined when it is good or too little is known.
 */
export function judge(judged: Judged): string | undefined {
    const { requests, errors5xx, latency, waiting, abandoned } = since(judged);
    const { p99Milliseconds, errorPercent = DEFAULT_ERROR_PERCENT } = judged.rules;
    const usual = Math.max(TIMES_FORMER * formerMilliseconds(judged), p99Milliseconds ?? 0);
    const unanswered =
        above(waiting, Math.max(WAITING_MILLISECONDS, usual)) +
        above(abandoned, Math.max(ABANDONED_MILLISECONDS, usual));
    const errors = errors5xx + unanswered;
    // Those that may still be answered in time, or whose clients would not wait, say nothing yet.
    const known = requests - total(waiting) - total(abandoned) + unanswered;
    if (known >= MINIMUM_REQUESTS && errors > (known * errorPercent) / 100) {
        const share = ((100 * errors) / known).toFixed(1);
        const silent = unanswered > 0 ? `; ${unanswered} of them were not answered` : "";
        return `${errors} of ${known} requests failed (${share} %, allowed are ${errorPercent} %)${silent}`;
    }
    // Those without an answer will take at least as long as they have waited.
    const slowest = quantile(sum(latency, waiting, abandoned), 0.99);
    if (p99Milliseconds !== undefined && requests >= MINIMUM_REQUESTS && slowest > p99Milliseconds) {
        return `99 % of the requests took up to ${slowest} ms (allowed are ${p99Milliseconds} ms)`;
    }
    return undefined;
}

/** It has got requests and answered none of them: nothing is known yet, but what is to be feared. */
export function isSilent(judged: Judged): boolean {
    const { requests, errors5xx, latency } = since(judged);
    return requests >= MINIMUM_REQUESTS && errors5xx === 0 && latency.every((count) => count === 0);
}

/** How many replicas of a new release may fail to start before it counts as broken (as Amazon ECS does). */
export function startFailuresAllowed(replicas: number): number {
    return Math.min(200, Math.max(3, Math.ceil(replicas / 2)));
}

/** What was counted since the rollout began. */
function since({ to, before: all, now }: Judged) {
    const { requests = 0, errors5xx = 0, latency, unanswered } = now[to] ?? {};
    // A proxy that was restarted counts from zero again.
    const before = requests < (all[to]?.requests ?? 0) ? undefined : all[to];
    return {
        requests: requests - (before?.requests ?? 0),
        errors5xx: errors5xx - (before?.errors5xx ?? 0),
        latency: difference(latency?.counts ?? [], before?.latency.counts ?? []),
        waiting: unanswered?.waiting ?? [],
        abandoned: difference(unanswered?.abandoned ?? [], before?.unanswered?.abandoned ?? []),
    };
}

function total(counts: readonly number[]): number {
    return counts.reduce((sum, count) => sum + count, 0);
}

/** What 99 % of the former release's answers took at most; 0 when nothing is known of it. */
function formerMilliseconds({ from, now }: Judged): number {
    return quantile((from === undefined ? undefined : now[from])?.latency.counts ?? [], 0.99);
}
