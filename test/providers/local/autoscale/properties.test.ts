import fc from "fast-check";
import { expect, test } from "vitest";
import { Simulation, sharedCpu, spec } from "./simulation.js";

const percent = fc.double({ min: 0, max: 1000, noNaN: true });
const maybe = fc.option(percent, { nil: undefined });

const step = fc.record({
    cpu: fc.array(maybe, { minLength: 1, maxLength: 30 }),
    ready: fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
    messages: fc.option(fc.nat(500), { nil: undefined }),
    seconds: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: -5000, max: 5000 })),
    restart: fc.boolean(),
});

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const bounded = fc
    .record({ min: fc.nat(10), more: fc.nat(20), window: fc.nat(400), up: fc.nat(60) })
    .map(({ min, more, window, up }) =>
        spec({
            minReplicas: min,
            maxReplicas: Math.max(1, min + more),
            cpuPercent: 50,
            queueBacklogPerReplica: { home: "/h", queue: "q", messages: 10 },
            scaleInCooldownSeconds: window,
            scaleOutCooldownSeconds: up,
        }),
    );

function run(app: Simulation, { cpu, ready, messages, seconds, restart }: Step) {
    let index = 0;
    const observe = () => {
        const value = cpu[index % cpu.length];
        const isReady = ready[index++ % ready.length] ?? true;
        return { ready: isReady, ...(value === undefined ? {} : { cpuPercent: value }) };
    };
    if (restart) app.restart();
    return app.step(observe, messages === undefined ? {} : { queueMessages: messages }, seconds);
}

test("the number is always within its bounds", () => {
    fc.assert(
        fc.property(bounded, fc.nat(40), fc.array(step, { maxLength: 60 }), (of, initial, steps) => {
            const app = new Simulation(of, initial);
            for (const each of steps) {
                const desired = run(app, each);
                expect(desired).toBeGreaterThanOrEqual(of.minReplicas);
                expect(desired).toBeLessThanOrEqual(of.maxReplicas);
                expect(Number.isInteger(desired)).toBe(true);
            }
        }),
        { numRuns: 300 },
    );
});

test("no replica is stopped within the window after it was needed", () => {
    const loads = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 30, maxLength: 80 });
    fc.assert(
        fc.property(loads, (each) => {
            const app = new Simulation(spec({ cpuPercent: 50, maxReplicas: 50 }), 10);
            const wanted: { at: number; replicas: number }[] = [{ at: 0, replicas: 10 }];
            for (const load of each) {
                const { seconds, replicas: before } = app;
                const ratio = Math.floor(load / before) / 50;
                const steady = ratio >= 0.9 && ratio <= 1.1;
                wanted.push({ at: seconds, replicas: steady ? before : Math.ceil(ratio * before) });
                const after = app.step(sharedCpu(load));
                if (after >= before) continue;
                const needed = wanted.filter(({ at }) => at > seconds - 300).map(({ replicas }) => replicas);
                expect(after).toBeGreaterThanOrEqual(Math.min(50, Math.max(...needed)));
            }
        }),
        { numRuns: 300 },
    );
});

test("more load never asks for fewer replicas", () => {
    fc.assert(
        fc.property(fc.integer({ min: 1, max: 20 }), percent, percent, (replicas, a, b) => {
            const of = spec({ cpuPercent: 60, maxReplicas: 1000, scaleInCooldownSeconds: 0 });
            const [less, more] = [Math.min(a, b), Math.max(a, b)].map((cpuPercent) =>
                new Simulation(of, replicas).step(() => ({ cpuPercent })),
            );
            expect(more).toBeGreaterThanOrEqual(less ?? 0);
        }),
        { numRuns: 1000 },
    );
});

test("±5 % of noise around any steady load: 30 minutes without flapping", () => {
    const loads = fc.integer({ min: 50, max: 900 });
    fc.assert(
        fc.property(loads, fc.integer({ min: 1, max: 20 }), fc.integer(), (load, initial, seed) => {
            const app = new Simulation(spec({ cpuPercent: 50 }), initial);
            const random = generator(seed);
            while (app.seconds < 2400) app.step(sharedCpu(load * (0.95 + 0.1 * random())));
            // The first ten minutes are for finding the number: one window and what the last rise needs.
            const directions = app.changes.filter(([at]) => at >= 600).map(([, from, to]) => Math.sign(to - from));
            expect(new Set(directions).size).toBeLessThanOrEqual(1);
            expect(directions.length).toBeLessThanOrEqual(2);
        }),
        { numRuns: 300 },
    );
});

/** Uniform and independent, and the same again for the same seed (mulberry32). */
function generator(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}

test("a step of load is followed exactly by the formula", () => {
    fc.assert(
        fc.property(fc.integer({ min: 56, max: 500 }), (cpuPercent) => {
            const app = new Simulation(spec({ cpuPercent: 50, maxReplicas: 1000 }), 8);
            const expected = Math.min(16, Math.ceil((cpuPercent / 50) * 8));
            expect(app.step(() => ({ cpuPercent }))).toBe(expected);
        }),
    );
});
