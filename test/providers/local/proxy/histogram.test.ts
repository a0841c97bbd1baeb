import fc from "fast-check";
import { expect, test } from "vitest";
import { ReleaseCounters } from "#dist/providers/local/proxy/counters.js";
import { above, difference, Histogram, quantile, sum } from "#dist/providers/local/proxy/histogram.js";

const latencies = fc.array(fc.double({ min: 0.11, max: 500_000, noNaN: true }), { minLength: 1, maxLength: 200 });
const shares = fc.double({ min: 0, max: 1, noNaN: true });

test("A quantile is at most 10 % above the exact one, and never below it", () => {
    fc.assert(
        fc.property(latencies, shares, (values, q) => {
            const histogram = new Histogram();
            for (const value of values) histogram.add(value);
            const sorted = [...values].sort((a, b) => a - b);
            const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] as number;
            const estimate = quantile(histogram.counts(), q);
            expect(estimate).toBeGreaterThanOrEqual(exact * 0.995);
            expect(estimate).toBeLessThanOrEqual(exact * 1.106);
        }),
    );
});

test("A difference of two readings holds what came in between", () => {
    fc.assert(
        fc.property(latencies, latencies, shares, (before, after, q) => {
            const both = new Histogram();
            const late = new Histogram();
            for (const value of before) both.add(value);
            const reading = both.counts();
            for (const value of after) {
                both.add(value);
                late.add(value);
            }
            expect(quantile(difference(both.counts(), reading), q)).toBe(quantile(late.counts(), q));
        }),
    );
});

test("Nothing counted has no latency, and one beyond every bucket goes into the last", () => {
    expect(quantile([], 0.99)).toBe(0);
    const histogram = new Histogram();
    histogram.add(1e12);
    histogram.add(Number.NaN);
    expect(quantile(histogram.counts(), 1)).toBeGreaterThan(600_000);
    expect(histogram.counts().reduce((sum, count) => sum + count)).toBe(2);
});

test("The percentiles of a release forget what is older than a minute; its counts do not", () => {
    const counters = new ReleaseCounters();
    const took = (milliseconds: number) => ({ attemptedAt: performance.now() - milliseconds, place: -1 });
    counters.answered(took(900), 200);
    counters.answered(took(900), 503);
    for (let reading = 0; reading < 5; reading++) counters.read();
    expect(counters.stats().latency.p99Milliseconds).toBeGreaterThan(890);
    counters.read();
    counters.answered(took(2), 200);
    const { errors5xx, latency } = counters.stats();
    expect(latency.p99Milliseconds).toBeLessThan(2.3);
    expect(errors5xx).toBe(1);
    expect(latency.counts.reduce((sum, count) => sum + count)).toBe(3);
});

test("Above a limit are only those that surely took longer, and all that took a fifth longer", () => {
    fc.assert(
        fc.property(
            latencies,
            latencies,
            fc.double({ min: 0.11, max: 400_000, noNaN: true }),
            (some, others, limit) => {
                const [one, other] = [some, others].map((all) => {
                    const histogram = new Histogram();
                    for (const milliseconds of all) histogram.add(milliseconds);
                    return histogram.counts();
                });
                const counted = above(sum(one ?? [], other ?? []), limit);
                const longer = (than: number) =>
                    [...some, ...others].filter((milliseconds) => milliseconds > than).length;
                expect(counted).toBeLessThanOrEqual(longer(limit));
                expect(counted).toBeGreaterThanOrEqual(longer(1.22 * limit));
            },
        ),
    );
});
