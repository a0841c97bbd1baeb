import { difference, Histogram, quantile } from "./histogram.js";
import type { ReleaseStats } from "./types.js";

/** Readings that make up the rolling minute. */
const READINGS = 6;
export const READING_MILLISECONDS = 10_000;

/** What is counted for one release of a source. */
export class ReleaseCounters {
    requests = 0;
    errors5xx = 0;
    private readonly histogram = new Histogram();
    /** Counts at the last few readings, oldest first. */
    private readonly readings: number[][] = [[]];

    answered(status: number, milliseconds: number): void {
        if (status >= 500) this.errors5xx++;
        this.histogram.add(milliseconds);
    }

    /** To be called every 10 seconds. */
    read(): void {
        this.readings.push(this.histogram.counts());
        if (this.readings.length > READINGS) this.readings.shift();
    }

    stats(): ReleaseStats {
        const counts = this.histogram.counts();
        const recent = difference(counts, this.readings[0] ?? []);
        return {
            requests: this.requests,
            errors5xx: this.errors5xx,
            latency: { p50Milliseconds: quantile(recent, 0.5), p99Milliseconds: quantile(recent, 0.99), counts },
        };
    }
}
