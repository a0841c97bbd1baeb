import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINE_MILLISECONDS } from "../support/engine.js";
import { PulumiProject } from "../support/pulumi.js";
import { binomialBounds } from "./support/chance.js";
import { Load } from "./support/load.js";

const REQUESTS = 2000;
const RATE = 100;
/** While shares change by `pulumi up`, which takes most of the machine, less is asked of two Python threads. */
const options = { echo: false, versionHeader: "x-served-by", postShare: 0, holdShare: 0 } as const;

// The program of stacks/strangler as its README tells to use it, with pulumi itself.
describe.sequential("a monolith is taken apart", () => {
    let project: PulumiProject;

    beforeAll(async () => {
        project = await PulumiProject.create({
            copy: ["stacks/strangler", "stacks/tsconfig.run.json"],
            folder: "stacks/strangler",
            config: { "strangler:ordersPercent": "0" },
        });
        await project.up();
    }, ENGINE_MILLISECONDS);
    afterAll(() => project?.dispose());

    test("/orders goes to the new service by 20 %, then whole, and no request fails meanwhile", {
        timeout: 300_000,
    }, async () => {
        const { url } = await project.outputs();
        const load = new Load(`${url}/orders`, options);
        const rest = new Load(String(url), options);
        await rest.phase("rest");
        await rest.rate(RATE / 10);
        await load.phase("0 %");
        await load.rate(RATE);
        await load.more(RATE);
        for (const percent of [20, 100]) {
            await project.config({ "strangler:ordersPercent": String(percent) });
            await load.phase(`to ${percent} %`);
            const { changes } = await project.up();
            // The component, and what this machine has of it.
            expect(changes).toMatchObject({ created: 0, updated: 2, deleted: 0, replaced: 0 });
            await load.phase(`${percent} %`);
            await load.more(REQUESTS);
        }
        const [report, unchanged] = await Promise.all([load.stop(), rest.stop()]);

        expect([...report.failures, ...unchanged.failures]).toEqual([]);
        const served = (phase: string) => {
            const { byVersion = {} } = report.phases[phase] ?? {};
            return Object.fromEntries(Object.entries(byVersion).map(([name, { answered }]) => [name, answered]));
        };
        expect(Object.keys(served("0 %"))).toEqual(["legacy"]);
        const { orders = 0, legacy = 0, ...others } = served("20 %");
        expect(others).toEqual({});
        expect(orders + legacy).toBeGreaterThanOrEqual(REQUESTS);
        const { least, most } = binomialBounds(orders + legacy, 0.2);
        expect(orders).toBeGreaterThanOrEqual(least);
        expect(orders).toBeLessThanOrEqual(most);
        expect(Object.keys(served("100 %"))).toEqual(["orders"]);
        expect(Object.keys(unchanged.phases.rest?.byVersion ?? {})).toEqual(["legacy"]);
    });
});
