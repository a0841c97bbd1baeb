import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CATALOG } from "#dist/policy/index.js";
import { ENGINE_MILLISECONDS } from "../../support/engine.js";
import { PulumiProject, type Run } from "../../support/pulumi.js";
import { EVENTS, packArgs, previewed } from "../support/engine.js";
import { type PolicyEvent, policyEvents } from "../support/events.js";

const PRODUCTION = { "twelvefold:target": "local", "twelvefold:profile": "production" };

describe.sequential("the shop", () => {
    let shop: PulumiProject;

    beforeAll(async () => {
        shop = await PulumiProject.create({
            copy: ["Pulumi.yaml", "stacks/shop", "stacks/tsconfig.run.json"],
            config: { "twelvefold:profile": "production" },
            secrets: { "shop:sessionKey": "a-key-for-tests" },
        });
    }, ENGINE_MILLISECONDS);

    afterAll(() => shop?.dispose());

    test("up with every rule mandatory in the production profile passes and deploys", async () => {
        const { args, log } = packArgs(shop, { all: "mandatory" });
        // With its preview, so that the pack judges both what is planned and what was made.
        const up = await shop.run(["up", "--yes", "--stack", "dev"], { args, environment: EVENTS });
        expect(policyEvents(log)).toEqual([]);
        expect(up.stdout.match(/✅ twelve-factor@v/g)).toHaveLength(2);
        expect((await fetch(String((await shop.outputs()).url))).status).toBe(200);
    });

    test("is destroyed once its database is no longer protected, as the rules wanted it", async () => {
        await shop.config({ "twelvefold:profile": "development" });
        await shop.up();
        await shop.destroy();
        expect((await shop.exportState()).deployment.resources ?? []).toEqual([]);
    });
});

describe.sequential("a twin of the shop that does everything wrong", () => {
    let twin: PulumiProject;
    let run: Run;
    let events: PolicyEvent[];

    beforeAll(async () => {
        twin = await PulumiProject.create({
            files: {
                "index.js": readFileSync(path.join(__dirname, "bad-twin.js"), "utf8"),
                "service/Procfile": "web: node server.js\n",
                "service/server.js": "",
            },
            config: PRODUCTION,
        });
        // What another environment runs, as `pulumi stack export` writes it.
        const staging = path.join(twin.root, "staging.json");
        writeFileSync(staging, JSON.stringify({ version: 3, deployment: { resources: STAGING } }));
        const stacks = { stacks: [staging] };
        const settings = {
            "require-same-release": stacks,
            "require-same-engines": stacks,
            "require-same-components": stacks,
        };
        ({ run, events } = await previewed(twin, settings, true));
    }, ENGINE_MILLISECONDS);

    afterAll(() => twin?.dispose());

    test("violates every rule", () => {
        const violated = new Set(events.map(({ rule }) => rule));
        expect(CATALOG.map(({ name }) => name).filter((name) => !violated.has(name))).toEqual([]);
    });

    test("each violation is reported once, at the level and with the severity of its rule", () => {
        const keys = events.map(({ rule, urn, message }) => `${rule} ${urn} ${message}`);
        expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
        const rules = new Map(CATALOG.map((entry) => [entry.name as string, entry]));
        const wrong = events.filter(({ rule, level }) => rules.get(rule)?.level.production !== level);
        expect(wrong).toEqual([]);
        expect(run.code).not.toBe(0);
    });

    test("no message holds a secret", () => {
        expect(events.length).toBeGreaterThan(CATALOG.length);
        expect(JSON.stringify(events)).not.toMatch(/hunter\d/);
    });

    test("up with a mandatory violation creates nothing", async () => {
        const { args } = packArgs(twin);
        const up = await twin.run(["up", "--yes", "--stack", "dev"], {
            args,
            expectFailure: true,
            environment: EVENTS,
        });
        expect(up.stdout).toContain("disallow-mutable-image");
        expect((await twin.exportState()).deployment.resources ?? []).toEqual([]);
    });
});

const urn = (type: string, name: string) => `urn:pulumi:staging::test::${type}::${name}`;
const STAGING = [
    {
        urn: urn("kubernetes:apps/v1:Deployment", "shop"),
        type: "kubernetes:apps/v1:Deployment",
        inputs: { spec: { template: { spec: { containers: [{ name: "app", image: "acme/shop-staging:0.9.0" }] } } } },
    },
    {
        urn: urn("aws:rds/instance:Instance", "orders"),
        type: "aws:rds/instance:Instance",
        inputs: { engine: "postgres", engineVersion: "17.2" },
    },
    {
        urn: urn("twelvefold:index:Queue", "mail"),
        type: "twelvefold:index:Queue",
        inputs: { kind: "Queue", target: "local", computed: [] },
    },
];
