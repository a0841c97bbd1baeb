import { writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RolloutSpec } from "#dist/providers/local/spec.js";
import { Load, type LoadReport } from "./support/load.js";
import { LocalStack } from "./support/stack.js";

/** TWELVEFOLD_LONG=1 for the long form; bench/rollouts/run.mjs runs it, and has its figures written to a file. */
const LONG = process.env.TWELVEFOLD_LONG === "1";
const ROLLOUTS = LONG ? 20 : 3;
const REQUESTS = LONG ? 100_000 : 6_000;
const RATE = 500;

const STRATEGIES: readonly (Pick<RolloutSpec, "strategy"> & Partial<RolloutSpec>)[] = [
    { strategy: "rolling" },
    { strategy: "blueGreen", bakeSeconds: 1 },
    {
        strategy: "canary",
        steps: [
            { percent: 20, bakeSeconds: 1 },
            { percent: 50, bakeSeconds: 1 },
        ],
    },
];

describe.sequential("a rollout under load", () => {
    let stack: LocalStack;
    let load: Load | undefined;

    beforeAll(async () => {
        stack = await LocalStack.create();
    });
    afterAll(() => stack?.dispose());

    afterEach(async () => {
        await load?.stop();
        load = undefined;
    });

    test(
        `${ROLLOUTS} rollouts, rolling, blueGreen and canary in turn: no request of ${REQUESTS} fails`,
        async () => {
            await stack.apply("web", { version: "v0" });
            // A request that is lost is never answered; one that is only late, on a busy machine, is none of a rollout's.
            load = new Load(stack.url, { timeoutSeconds: 30 });
            await load.rate(RATE);
            const seconds: number[] = [];
            for (let number = 1; number <= ROLLOUTS; number++) {
                await load.sent(((number - 1) * REQUESTS) / ROLLOUTS);
                await load.phase(`v${number}`);
                const started = performance.now();
                const rollout = STRATEGIES[(number - 1) % STRATEGIES.length];
                await stack.apply("web", { version: `v${number}`, ...(rollout ? { rollout } : {}) });
                seconds.push((performance.now() - started) / 1000);
                await load.phase(`v${number} is there`);
            }
            await load.sent(REQUESTS);
            await load.more(RATE);
            const report = await load.stop();
            load = undefined;
            figures(report, seconds);
            expect(report.failures).toEqual([]);
            expect(report.failed).toBe(0);
            expect(report.requests).toBeGreaterThanOrEqual(REQUESTS);
            for (let number = 1; number <= ROLLOUTS; number++) {
                // After `up` has returned, nobody is served by an earlier release; who waits may be by the next.
                const { byVersion = {} } = report.phases[`v${number} is there`] ?? {};
                const answered = Object.keys(byVersion).map((version) => Number(version.slice(1)));
                expect(answered).toContain(number);
                expect(answered.filter((version) => version < number)).toEqual([]);
            }
        },
        LONG ? 900_000 : 120_000,
    );
});

function figures(report: LoadReport, rolloutSeconds: readonly number[]): void {
    const file = process.env.TWELVEFOLD_FIGURES;
    if (file) writeFileSync(file, JSON.stringify({ ...report, rolloutSeconds }));
}
