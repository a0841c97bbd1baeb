import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { binomialBounds } from "./support/chance.js";
import { Load, type LoadOptions, type LoadReport } from "./support/load.js";
import { type AppChange, LocalStack } from "./support/stack.js";

const RATE = 300;
/** A fifth of the traffic for as long as it takes to find out. */
const CANARY = { strategy: "canary", steps: [{ percent: 20, bakeSeconds: 10 }] } as const;
const BLUE_GREEN = { strategy: "blueGreen", bakeSeconds: 10 } as const;
const ROLLING = { strategy: "rolling" } as const;
/** A process that ends takes with it what it was doing; only what may be asked twice is asked again. */
const IDEMPOTENT = { postShare: 0 } as const;

interface Tried {
    /** What the one who deploys is told. */
    readonly told: string;
    readonly seconds: number;
    /** Phases: "before", "during" and "after". */
    readonly report: LoadReport;
}

describe.sequential("a bad release is rolled back by itself", () => {
    let stack: LocalStack;
    let load: Load | undefined;

    beforeAll(async () => {
        stack = await LocalStack.create();
    });
    afterEach(async () => {
        await load?.stop();
        load = undefined;
    });
    afterAll(() => stack?.dispose());

    /** Deploys a bad release over a good one, under load. */
    async function tryBad(change: Omit<AppChange, "version">, options: LoadOptions = {}): Promise<Tried> {
        const { behaviour: _bad, rollout: _rollout, ...rest } = change;
        const { release: good } = await stack.apply("web", { ...rest, version: "good" });
        load = new Load(stack.url, options);
        await load.phase("before");
        await load.rate(RATE);
        await load.more(RATE / 2);
        await load.phase("during");
        const started = performance.now();
        const told = await stack.apply("web", { ...change, version: "bad" }).then(
            ({ lines }) => `It succeeded: ${lines.join("\n")}`,
            (error: Error) => error.message,
        );
        const seconds = (performance.now() - started) / 1000;
        await load.phase("after");
        await load.more(RATE);
        const report = await load.stop();
        load = undefined;
        const app = await stack.app("web");
        expect(told).toMatch(new RegExp(`^Release \\d+ of app "web" failed: .* Release ${good} keeps serving\\.`, "s"));
        expect(app).toMatchObject({ release: good, wanted: rest.replicas ?? 2 });
        expect(app.rollout).toBeUndefined();
        expect(app.releases.at(-1)).toMatchObject({ status: "failed", reason: expect.any(String) });
        expect(app.replicas.map(({ release, state }) => ({ release, state }))).toEqual(
            Array.from({ length: rest.replicas ?? 2 }, () => ({ release: good, state: "ready" })),
        );
        expect(report.phases.after?.failed).toBe(0);
        expect(Object.keys(report.phases.after?.byVersion ?? {})).toEqual(["good"]);
        return { told, seconds, report };
    }

    const unseen = ({ report }: Tried) => {
        expect(report.failures).toEqual([]);
        expect(Object.keys(report.phases.during?.byVersion ?? {})).toEqual(["good"]);
    };

    for (const rollout of [ROLLING, BLUE_GREEN, CANARY]) {
        test(`that never becomes ready (${rollout.strategy}): it gets no request`, async () => {
            const tried = await tryBad({ behaviour: "never-ready", rollout, health: { startupSeconds: 3 } });
            unseen(tried);
            expect(tried.told).toMatch(
                /was not ready within 3 s: GET \/readyz on port \d+ was answered with status 503/,
            );
            expect(tried.told).toContain("version bad starts");
            expect(tried.seconds).toBeLessThan(3 + 5 + 5);
        });

        test(`that crashes at its start (${rollout.strategy}): it gets no request`, async () => {
            const tried = await tryBad({ behaviour: "crash-at-start", rollout });
            unseen(tried);
            expect(tried.told).toContain("exited with status 3");
            expect(tried.told).toContain("version bad cannot start");
        });
    }

    for (const rollout of [BLUE_GREEN, CANARY]) {
        test(`that crashes after a second (${rollout.strategy}): no client is told so`, async () => {
            const { told, report } = await tryBad({ behaviour: "crash-after:1500", rollout }, IDEMPOTENT);
            expect(told).toContain("exited with status 4");
            expect(told).toContain("version bad gives up");
            expect(report.phases.during?.byVersion.bad?.answered).toBeGreaterThan(0);
            expect(report.failures).toEqual([]);
        });
    }

    test("that answers 500 (canary): only its share of the requests does", async () => {
        const { told, report, seconds } = await tryBad({ behaviour: "5xx", rollout: CANARY });
        const share = Number(/requests failed \((\d+\.\d) %, allowed are 5 %\)/.exec(told)?.[1]);
        // Nearly all of them: 25 of 26 were seen.
        expect(share).toBeGreaterThan(90);
        expect(seconds).toBeLessThan(10);
        expect(report.failed).toBeGreaterThan(0);
        for (const { version, cause, phase } of report.failures) {
            expect({ version, cause, phase }).toEqual({
                version: "bad",
                cause: expect.stringMatching(/^status 500/),
                phase: "during",
            });
        }
        const { requests = 0, failed = 0 } = report.phases.during ?? {};
        expect(failed).toBeLessThanOrEqual(binomialBounds(requests, 0.2).most);
    });

    test("that answers 500 (blueGreen, rolling): within seconds", async () => {
        for (const rollout of [BLUE_GREEN, { ...ROLLING }]) {
            const { told, seconds } = await tryBad({ behaviour: "5xx", rollout, replicas: 4 });
            expect(told).toMatch(/requests failed/);
            expect(seconds).toBeLessThan(10);
        }
    });

    // With the shorter bake time nothing at all has been answered at its end.
    for (const bakeSeconds of [10, 1]) {
        test(`that answers nothing (canary, ${bakeSeconds} s): only its share of the requests hangs`, async () => {
            const rollout = { ...CANARY, steps: [{ percent: 20, bakeSeconds }] };
            const { told, report } = await tryBad({ behaviour: "hang", rollout });
            expect(told).toMatch(
                /requests failed \(\d+\.\d %, allowed are 5 %\); \d+ of them were not answered\. Release/,
            );
            for (const { version, phase, cause } of report.failures) {
                // A POST that is under way when the release is taken away cannot be asked again.
                expect({ version, phase, cause }).toEqual({
                    version: "none",
                    phase: "during",
                    cause: expect.stringMatching(/^(no answer within|status 502)/),
                });
            }
            const { requests = 0, failed = 0 } = report.phases.during ?? {};
            expect(failed).toBeGreaterThan(0);
            expect(failed).toBeLessThanOrEqual(binomialBounds(requests, 0.2).most);
        });
    }

    test("that is slow (canary): only its share of the requests is", async () => {
        const rollout = { ...CANARY, rollbackOn: { p99Milliseconds: 400, alarms: [] } };
        const { told, report } = await tryBad({ behaviour: "slow:800", rollout });
        expect(told).toMatch(/99 % of the requests took up to \d+ ms \(allowed are 400 ms\)/);
        expect(report.failures).toEqual([]);
        const { requests = 0, byVersion = {} } = report.phases.during ?? {};
        expect(byVersion.bad?.answered).toBeLessThanOrEqual(binomialBounds(requests, 0.2).most);
    });
});
