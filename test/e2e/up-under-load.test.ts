import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StackStatus } from "#dist/providers/local/client.js";
import { ENGINE_MILLISECONDS } from "../support/engine.js";
import { PulumiProject } from "../support/pulumi.js";
import { binomialBounds } from "./support/chance.js";
import { Load } from "./support/load.js";

const ROOT = path.resolve(__dirname, "..", "..");
const RATE = 200;
const PROGRAM = `
const { Config } = require("@pulumi/pulumi");
const { App, LoadBalancer } = require("twelvefold");

const config = new Config();
const front = new LoadBalancer("front");
const web = new App("web", {
    build: { context: "./app" },
    port: 8080,
    replicas: 2,
    environment: { VERSION: config.require("version"), BEHAVIOUR: config.get("behaviour") ?? "" },
    routes: [{ loadBalancer: front, path: "/" }],
    health: { intervalSeconds: 1 },
    stopTimeoutSeconds: 5,
    rollout: config.requireObject("rollout"),
});
exports.url = front.url;
exports.releaseId = web.releaseId;
`;
const STRATEGIES = {
    rolling: { strategy: "rolling" },
    blueGreen: { strategy: "blueGreen", bakeSeconds: 1 },
    canary: { strategy: "canary", steps: [{ percent: 20, bakeSeconds: 5 }] },
} as const;

// What pulumi itself does, as opposed to what the supervisor does for it: those are in rollouts.test.ts.
describe.sequential("pulumi up under load", () => {
    let project: PulumiProject;

    beforeAll(async () => {
        const files = ["Procfile", "package.json", "web.js"].map(
            (name) => [`app/${name}`, readFileSync(path.join(__dirname, "support", "app", name), "utf8")] as const,
        );
        project = await PulumiProject.create({
            files: { "index.js": PROGRAM, ...Object.fromEntries(files) },
            config: { "twelvefold:target": "local" },
        });
    }, ENGINE_MILLISECONDS);
    afterAll(() => project?.dispose());

    const configure = (version: string, strategy: keyof typeof STRATEGIES, behaviour = "") =>
        project.config({
            "test:version": version,
            "test:behaviour": behaviour,
            "test:rollout": JSON.stringify(STRATEGIES[strategy]),
        });
    const status = () => {
        const args = [path.join(ROOT, "dist", "cli", "main.js"), "status", "--json"];
        const output = execFileSync(process.execPath, args, {
            cwd: project.folder,
            env: project.environment,
            encoding: "utf8",
        });
        return (JSON.parse(output) as StackStatus).apps[0];
    };

    test("releases, a bad one, and the way back", { timeout: 300_000 }, async () => {
        await configure("1", "rolling");
        await project.up();
        const { url, releaseId } = await project.outputs();
        // Lost requests are what counts, not late ones on a busy machine.
        const load = new Load(String(url), { timeoutSeconds: 30 });
        await load.rate(RATE);
        for (const [version, strategy] of [
            ["2", "rolling"],
            ["3", "blueGreen"],
            ["4", "canary"],
        ] as const) {
            await configure(version, strategy);
            await load.phase(`to ${version}`);
            const { stdout } = await project.up();
            if (strategy === "canary") expect(stdout).toContain("web: release 4 has 20 % of the traffic for 5 s");
            await load.phase(version);
            await load.more(RATE);
        }

        await configure("5", "canary", "5xx");
        await load.phase("to 5");
        const { stdout, stderr } = await project.up({ expectFailure: true });
        await load.phase("after 5");
        expect(stdout + stderr).toMatch(
            /Release 5 of app "web" failed: \d+ of \d+ requests failed \(100\.0 %, allowed are 5 %\)\. Release 4 keeps serving\./,
        );
        expect(stdout + stderr).toContain("version 5 starts");
        expect(status()).toMatchObject({ release: 4 });

        await configure("1", "rolling");
        await project.up();
        await load.phase("1 again");
        await load.more(RATE);
        const { phases, failures } = await load.stop();

        expect(failures.filter(({ version, phase }) => version !== "5" || phase !== "to 5")).toEqual([]);
        const { requests = 0, failed = 0 } = phases["to 5"] ?? {};
        expect(failed).toBeGreaterThan(0);
        expect(failed).toBeLessThanOrEqual(binomialBounds(requests, 0.2).most);
        for (const version of ["2", "3", "4"]) {
            const answered = Object.keys(phases[version]?.byVersion ?? {});
            expect(answered).toContain(version);
            // A request that waits on a busy machine may be the next release's, but never the one's before.
            expect(answered.filter((one) => one < version)).toEqual([]);
        }
        expect(Object.keys(phases["1 again"]?.byVersion ?? {})).toEqual(["1"]);

        // Going back was a release: the sixth, with the id of the first.
        expect(await project.outputs()).toMatchObject({ releaseId });
        const now = status();
        expect(now).toMatchObject({ release: 6, releaseId });
        expect(now?.releases.map(({ number, status: is }) => `${number} ${is}`)).toEqual([
            "1 superseded",
            "2 superseded",
            "3 superseded",
            "4 superseded",
            "5 failed",
            "6 active",
        ]);
        expect(now?.releases[0]?.releaseId).toBe(releaseId);
    });
});
