import { readFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINE_MILLISECONDS } from "../../support/engine.js";
import { PulumiProject } from "../../support/pulumi.js";
import { previewed } from "../support/engine.js";

const COMPARED = ["require-same-release", "require-same-engines", "require-same-components"];
const SETTINGS = { all: "disabled", ...Object.fromEntries(COMPARED.map((rule) => [rule, "mandatory"])) };

const image = (digit: string) => `registry.example.com/shop@sha256:${digit.repeat(64)}`;
const STAGING = { "twelvefold:target": "local", "test:image": image("a"), "test:version": "17", "test:logs": "true" };

/** ADR 38: another environment is seen through what the program exports of its StackReference. */
describe.sequential("a stack that names the environment before it", () => {
    let staging: PulumiProject;
    let production: PulumiProject;

    beforeAll(async () => {
        const files = { "index.js": readFileSync(path.join(__dirname, "two-stacks.js"), "utf8") };
        staging = await PulumiProject.create({ files, stack: "staging", config: STAGING });
        await staging.up();
        production = await PulumiProject.create({
            files,
            stack: "production",
            beside: staging,
            config: { ...STAGING, "test:previous": "organization/test/staging" },
        });
    }, ENGINE_MILLISECONDS);

    afterAll(async () => {
        await production?.dispose();
        await staging?.dispose();
    });

    test("is not found fault with where it is the same", async () => {
        const { events } = await previewed(production, SETTINGS, false);
        expect(events).toEqual([]);
    });

    test("is told each difference, and is refused", async () => {
        await production.config({ "test:image": image("b"), "test:version": "16", "test:logs": "false" });
        const { events } = await previewed(production, SETTINGS, true);
        const told = events.map(({ rule, urn, message }) => [rule, urn.split("::").at(-1), message.split("\n").at(-1)]);
        expect(told).toEqual([
            [
                "require-same-release",
                "web",
                `web runs "registry.example.com/shop" at sha256:${"b".repeat(64)}, and staging runs it at sha256:${"a".repeat(64)}; ` +
                    "wanted: the release that runs there. Promote the image that was tested there, or deploy there first.",
            ],
            [
                "require-same-engines",
                "db",
                "db is postgres 16, and postgres 17 in staging; wanted: the same in both. " +
                    "Give the service of that name the same engine and version in both stacks.",
            ],
            [
                "require-same-components",
                "test-production",
                'LogSink "logs" is in staging only; wanted: the same components in both. ' +
                    "Declare the component in both stacks, and let configuration set what may differ.",
            ],
        ]);
    });
});
