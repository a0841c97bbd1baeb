import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judge, type Sample } from "#dist/providers/kubernetes/shift/judge.js";
import {
    longestSeconds,
    type Rule,
    replicasFor,
    type ShiftPlan,
    stepsOf,
    weigh,
} from "#dist/providers/kubernetes/shift/plan.js";
import { Superseded, shift } from "#dist/providers/kubernetes/shift/shift.js";
import { FakeWorld, type Fate } from "./world.js";

const PLAN: ShiftPlan = {
    namespace: "shop-dev",
    service: "web",
    next: "web-next",
    routes: ["web-front"],
    releaseLabel: "twelvefold.dev/release",
    release: "new",
    selector: {},
    deployment: "web-app-2",
    steps: [
        { percent: 10, bakeSeconds: 60 },
        { percent: 50, bakeSeconds: 30 },
    ],
    readySeconds: 60,
    drainSeconds: 5,
    limits: { mustKnow: false },
};

async function run(fate: Fate = {}, plan = PLAN): Promise<{ world: FakeWorld; error: Error | undefined }> {
    const world = new FakeWorld(plan.release, "old", fate);
    const error = await shift(plan, world).then(
        () => undefined,
        (thrown: Error) => thrown,
    );
    return { world, error };
}

describe("a shift", () => {
    test("goes step by step, changes the Service while nothing goes to it, and ends as the program declares", async () => {
        const { world, error } = await run();
        expect(error).toBeUndefined();
        expect(world.history).toEqual(["weigh 10", "weigh 50", "weigh 100", "serve", "weigh 0"]);
        expect(world.now()).toBe(60 + 30 + 5 + 5);
    });

    test("sizes the new release by its share where an autoscaler sized the old one", async () => {
        const { world } = await run({}, { ...PLAN, minReplicas: 2 });
        expect(world.history.filter((line) => line.startsWith("scale"))).toEqual(["scale 2", "scale 2", "scale 4"]);
    });

    test.each(["none", "all", "new"])("has nothing to do when what serves is: %s", async (serving) => {
        const world = new FakeWorld("new", serving);
        await shift(PLAN, world);
        expect(world.history).toEqual(serving === "new" ? ["weigh 0"] : []);
    });

    test.each<[string, Partial<Sample>, string]>([
        ["restarts", { restarts: 2 }, "its containers have restarted 2 times"],
        ["loses replicas", { available: 0 }, "0 of 1 replicas are available"],
        ["fails requests", { errorPercent: 7.25 }, "7.3 % of the requests failed (allowed are 5 %)"],
        ["is slow", { p99Milliseconds: 900 }, "99 % of the requests took up to 900 ms (allowed are 500 ms)"],
    ])("takes the traffic back from a release that %s", async (_, sample, reason) => {
        const limits = { errorPercent: 5, p99Milliseconds: 500, mustKnow: true };
        // The first looks find replicas, later ones the trouble.
        const sampleAt = (call: number) => (call < 6 ? { errorPercent: 0, p99Milliseconds: 1 } : sample);
        const { world, error } = await run({ sampleAt }, { ...PLAN, limits });
        expect(error?.message).toBe(`Release new does not serve: ${reason}.`);
        expect([world.percent, world.selected]).toEqual([0, "old"]);
        expect(world.history).toEqual(["weigh 10", "weigh 0"]);
    });

    test("gives a release that never has its replicas no traffic at all", async () => {
        const { world, error } = await run({ sampleAt: () => ({ wanted: 2, available: 1 }) });
        expect(error?.message).toBe("Release new does not serve: 1 of 2 replicas are available after 60 s.");
        expect(world.history).toEqual(["weigh 0"]);
    });

    test("does not go on blindly where somebody asked for a limit", async () => {
        const { error } = await run({}, { ...PLAN, limits: { errorPercent: 1, mustKnow: true } });
        expect(error?.message).toContain("Prometheus said nothing about its requests, so that nobody can judge it");
        expect((await run({}, { ...PLAN, limits: { errorPercent: 5, mustKnow: false } })).error).toBeUndefined();
    });

    test("ends as declared, whatever fails and whenever", async () => {
        const steps = fc.array(fc.record({ percent: fc.integer({ min: 1, max: 100 }), bakeSeconds: fc.nat(20) }), {
            minLength: 1,
            maxLength: 4,
        });
        const all = fc.asyncProperty(
            steps,
            fc.integer({ min: 1, max: 80 }),
            fc.option(fc.integer({ min: 1, max: 5 })),
            async (steps, failsAt, least) => {
                const plan = { ...PLAN, steps, ...(least === null ? {} : { minReplicas: least }) };
                const { world, error } = await run({ failsAt }, plan);
                expect(world.percent).toBe(0);
                // Before the Service is changed the old release serves, after it the new one, whatever then fails.
                expect(world.selected).toBe(world.history.includes("serve") ? "new" : "old");
                if (error === undefined) expect(world.selected).toBe("new");
            },
        );
        await fc.assert(all);
    });

    test("leaves everything as it is when another release is being shifted to", async () => {
        const all = fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (supersededAt) => {
            const { world, error } = await run({ supersededAt });
            if (error === undefined) return;
            expect(error).toBeInstanceOf(Superseded);
            // Nothing after the moment that it knew.
            expect(world.history.at(-1)).not.toBe("weigh 0");
        });
        await fc.assert(all);
    });

    test("never gives more than its step, and never less than before, until it is done", async () => {
        const percents = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 5 });
        await fc.assert(
            fc.asyncProperty(percents, async (percents) => {
                const sorted = percents.sort((a, b) => a - b);
                const { world } = await run(
                    {},
                    { ...PLAN, steps: sorted.map((percent) => ({ percent, bakeSeconds: 1 })) },
                );
                const weights = world.history.filter((line) => line.startsWith("weigh"));
                expect(weights).toEqual([...sorted, 100, 0].map((percent) => `weigh ${percent}`));
            }),
        );
    });
});

describe("weights", () => {
    const share = fc.integer({ min: 0, max: 100 });

    test("of others stay, the own ones add up, and 0 % is what the program declares", () => {
        fc.assert(
            fc.property(share, share, (own, percent) => {
                const rules: Rule[] = [
                    {
                        matches: [{ path: { value: "/" } }],
                        backendRefs: [
                            { name: "web", weight: own * 100 },
                            { name: "web-next", weight: 0 },
                            { name: "legacy", namespace: "other", weight: (100 - own) * 100 },
                            { name: "web", namespace: "other", weight: 7 },
                        ],
                    },
                ];
                const [rule] = weigh(rules, PLAN, percent);
                expect(rule?.matches).toEqual([{ path: { value: "/" } }]);
                expect(rule?.backendRefs?.map(({ weight }) => weight)).toEqual([
                    own * (100 - percent),
                    own * percent,
                    (100 - own) * 100,
                    7,
                ]);
                // From any state in between.
                expect(weigh(weigh(rules, PLAN, percent), PLAN, 0)).toEqual(weigh(rules, PLAN, 0));
            }),
        );
    });

    test("a rule without backends, a redirect, stays as it is", () => {
        const rules = [{ filters: [{ type: "RequestRedirect" }] }];
        expect(weigh(rules, PLAN, 50)).toEqual(rules);
    });
});

test("a share of the traffic has its share of the replicas, and never fewer than the least", () => {
    fc.assert(
        fc.property(
            fc.nat(200),
            fc.integer({ min: 1, max: 50 }),
            fc.integer({ min: 1, max: 100 }),
            (old, least, percent) => {
                const replicas = replicasFor(old, least, percent);
                expect(replicas).toBeGreaterThanOrEqual(least);
                expect(replicas * 100).toBeGreaterThanOrEqual(old * percent);
                expect(replicas).toBeLessThanOrEqual(Math.max(least, old));
            },
        ),
    );
});

test("nothing is wrong with a release of which nothing bad is known", () => {
    const limits = { errorPercent: 5, p99Milliseconds: 500, mustKnow: false };
    expect(judge({ wanted: 4, available: 2, restarts: 0 }, limits)).toBeUndefined();
    expect(
        judge({ wanted: 4, available: 4, restarts: 0, errorPercent: 5, p99Milliseconds: 500 }, limits),
    ).toBeUndefined();
    expect(judge({ wanted: 4, available: 1, restarts: 0 }, limits)).toBe("1 of 4 replicas are available");
});

test("blueGreen is one step to everything; the Job's deadline is longer than all of its waits", () => {
    const rollout = { strategy: "blueGreen", steps: [], bakeSeconds: 60 };
    expect(stepsOf(rollout)).toEqual([{ percent: 100, bakeSeconds: 60 }]);
    expect(stepsOf({ ...rollout, strategy: "canary", steps: PLAN.steps })).toBe(PLAN.steps);
    const waits = 60 + 30 + 3 * PLAN.readySeconds + 2 * PLAN.drainSeconds;
    expect(longestSeconds(PLAN)).toBeGreaterThan(waits);
});
