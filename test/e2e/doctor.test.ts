import { execFile } from "node:child_process";
import { readdirSync, rmSync, truncateSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINE_MILLISECONDS } from "../support/engine.js";
import { processesMentioning } from "../support/leftovers.js";
import { until } from "../support/until.js";
import { Shop } from "./support-faults/shop.js";

const TWELVEFOLD = path.resolve(__dirname, "..", "..", "dist", "cli", "main.js");

interface Found {
    readonly what: string;
    readonly commands: readonly string[];
}

// Each finding is produced for real, and the command that is printed with it is run as it is.
describe.sequential("the doctor", () => {
    let shop: Shop;

    beforeAll(async () => {
        shop = await Shop.create();
    }, ENGINE_MILLISECONDS);

    afterAll(() => shop?.dispose());

    const run = (file: string, args: readonly string[]) =>
        promisify(execFile)(file, args, { cwd: shop.project.folder, env: shop.project.environment });

    /** Problems, but for those of other tests: processes of the whole machine are looked at. */
    const problems = async (): Promise<Found[]> => {
        const { stdout } = await run(process.execPath, [TWELVEFOLD, "doctor"]).catch(
            (error: { stdout: string }) => error,
        );
        const found = [...stdout.matchAll(/^ {2}PROBLEM +(.+)\n((?: {11}.+\n)*)/gm)].map(
            ([, what = "", rest = ""]) => ({
                what,
                commands: [...rest.matchAll(/→ (.+)/g)].map(([, command = ""]) => command),
            }),
        );
        const own = new Set(processesMentioning(shop.project.root).map(({ pid }) => pid));
        return found.filter(({ what }) => {
            const pid = /^Process (\d+) /.exec(what)?.[1];
            return pid === undefined || own.has(Number(pid));
        });
    };

    const mend = async ({ commands: [command = "false"] }: Found) => {
        await run("/bin/sh", ["-c", command]);
    };

    const one = (found: readonly Found[], what: RegExp): Found => {
        const match = found.find((problem) => what.test(problem.what));
        expect(match, `${what} among ${JSON.stringify(found, null, 1)}`).toBeDefined();
        return match as Found;
    };

    test("finds nothing where there is nothing", async () => {
        expect(await problems()).toEqual([]);
    });

    test("finds the lock, the pending operation and the plugins of a killed `up`, and mends each", async () => {
        // An app that is not ready for long, so that pulumi is killed while it waits for it.
        await shop.project.config({ "faults:behaviour": "never ready", "faults:startupSeconds": "15" });
        const killed = await shop.struck("up", { after: /web-app creating/, milliseconds: 1000 });
        expect(killed.code).toBe(null);
        await until(async () =>
            (await problems()).some(({ what }) => /is a plugin of a pulumi that is gone/.test(what)),
        );
        const found = await problems();
        await mend(one(found, /^Stack dev is locked by process \d+ on \S+ since .*, which has ended\.$/));
        const plugins = found.filter(({ what }) => /^Process \d+ is a plugin of a pulumi that is gone/.test(what));
        expect(plugins.length).toBeGreaterThanOrEqual(2);
        for (const plugin of plugins) await mend(plugin).catch(() => undefined); // One may have ended the other.
        await until(async () => !(await problems()).some(({ what }) => what.includes("plugin")));
        await mend(one(await problems(), /^Stack dev has \d+ operations? that an update began and did not end\.$/));
        expect((await problems()).filter(({ what }) => /locked|operation|plugin/.test(what))).toEqual([]);
        expect(shop.project.endOrphans()).toBe(0);
        await shop.project.config({ "faults:behaviour": "" });
        await shop.project.up();
        await shop.whole();
        expect(await problems()).toEqual([]);
    });

    test("finds a stack that nobody watches, and brings its supervisor back", async () => {
        const before = await shop.pids("web");
        process.kill(shop.supervisorPid, "SIGKILL");
        await until(async () => (await problems()).length > 0);
        const found = await problems();
        expect(found).toHaveLength(1);
        await mend(one(found, /^Nobody watches stack faults\/dev/));
        expect(await problems()).toEqual([]);
        expect(await shop.pids("web")).toEqual(before);
    });

    test("finds a truncated state of Pulumi, and brings the one before it back", async () => {
        const folder = path.join(shop.project.root, "pulumi", "state", ".pulumi", "stacks");
        const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
        const file = files.find((name) => name.endsWith("dev.json")) ?? "";
        truncateSync(path.join(folder, file), 1000);
        const failed = await shop.project.up({ expectFailure: true });
        expect(failed.stdout + failed.stderr).toMatch(/unexpected end of JSON input/);
        await shop.whole();
        await mend(one(await problems(), /^The state file .*dev\.json cannot be read\.$/));
        expect((await shop.project.up()).changes).toMatchObject({ created: 0, deleted: 0, replaced: 0, same: 15 });
        await shop.whole();
        expect(await problems()).toEqual([]);
    });

    test.skipIf(process.platform !== "linux")(
        "finds the processes of a stack whose files are gone, and ends them",
        async () => {
            process.kill(shop.supervisorPid, "SIGKILL");
            rmSync(shop.home, { recursive: true });
            const found = await problems();
            // Two replicas and a worker, and the proxy.
            expect(found.filter(({ what }) => /^Process \d+ .* a stack whose files are gone/.test(what))).toHaveLength(
                4,
            );
            for (const problem of found) await mend(problem);
            await until(async () => (await problems()).length === 0);
            expect(shop.appProcesses()).toEqual([]);
            // PostgreSQL's files are elsewhere when root runs it; the next `up` takes them over.
            await shop.project.refresh();
            await shop.project.up();
            await shop.whole();
        },
    );
});
