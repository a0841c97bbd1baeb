import { performance } from "node:perf_hooks";
import { Crowd, type Member } from "./crowd.js";
import { difference, Histogram, quantile } from "./histogram.js";
import type { ReleaseStats } from "./types.js";

/** Readings that make up the rolling minute. */
const READINGS = 6;
export const READING_MILLISECONDS = 10_000;

/** A request that was given to an endpoint. */
export interface Attempt extends Member {
    /** When, on the monotonic clock. */
    readonly attemptedAt: number;
}

/** What is counted for one release of a source. */
export class ReleaseCounters {
    private requests = 0;
    private errors5xx = 0;
    private readonly latency = new Histogram();
    private readonly abandonedAfter = new Histogram();
    private readonly waiting = new Crowd<Attempt>();
    /** Counts at the last few readings, oldest first. */
    private readonly readings: number[][] = [[]];

    began(attempt: Attempt): void {
        this.requests++;
        this.waiting.enter(attempt);
    }

    answered(attempt: Attempt, status: number): void {
        this.waiting.leave(attempt);
        if (status >= 500) this.errors5xx++;
        this.latency.add(performance.now() - attempt.attemptedAt);
    }

    /** It was not answered, or not in full, and the release is to blame. */
    failed(attempt: Attempt): void {
        this.waiting.leave(attempt);
        this.errors5xx++;
    }

    /** The client has gone. That says nothing of the release when the answer had begun. */
    abandoned(attempt: Attempt): void {
        if (this.waiting.leave(attempt)) this.abandonedAfter.add(performance.now() - attempt.attemptedAt);
    }

    /** It never reached the endpoint. */
    missed(attempt: Attempt): void {
        this.waiting.leave(attempt);
        this.requests--;
    }

    /** To be called every 10 seconds. */
    read(): void {
        this.readings.push(this.latency.counts());
        if (this.readings.length > READINGS) this.readings.shift();
    }

    stats(): ReleaseStats {
        const counts = this.latency.counts();
        const recent = difference(counts, this.readings[0] ?? []);
        return {
            requests: this.requests,
            errors5xx: this.errors5xx,
            latency: { p50Milliseconds: quantile(recent, 0.5), p99Milliseconds: quantile(recent, 0.99), counts },
            unanswered: { waiting: this.waitingSince(), abandoned: this.abandonedAfter.counts() },
        };
    }

    private waitingSince(): number[] {
        const now = performance.now();
        const since = new Histogram();
        for (const { attemptedAt } of this.waiting) since.add(now - attemptedAt);
        return since.counts();
    }
}
