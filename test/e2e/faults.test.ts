import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, NoSupervisor } from "#dist/providers/local/client.js";
import { ENGINE_MILLISECONDS } from "../support/engine.js";
import type { Run } from "../support/pulumi.js";
import { until } from "../support/until.js";
import { bytesOnDisk, bytesWritten } from "./support-faults/disk.js";
import { Load } from "./support-faults/load.js";
import { Shop } from "./support-faults/shop.js";

/** TWELVEFOLD_LONG=1 for the long form. */
const KILLS = process.env.TWELVEFOLD_LONG === "1" ? 100 : 5;
const isRoot = process.platform === "linux" && process.getuid?.() === 0;

const said = ({ stdout, stderr }: Run) => stdout + stderr;
const kill = (pid: number | undefined) => {
    if (pid === undefined) throw new Error("There is no process to be killed.");
    process.kill(pid, "SIGKILL");
};

describe.sequential("a stack survives", () => {
    let shop: Shop;
    let version = 1;

    beforeAll(async () => {
        shop = await Shop.create();
    }, ENGINE_MILLISECONDS);

    afterAll(() => shop?.dispose());

    const configure = (values: Record<string, string>) =>
        shop.project.config(Object.fromEntries(Object.entries(values).map(([key, value]) => [`faults:${key}`, value])));
    const nextVersion = () => configure({ version: String(++version) });

    test("three `up` at once: one works, the others say who does", async () => {
        const runs = [1, 2, 3].map(
            () => shop.project.start(["up", "--yes", "--skip-preview", "--stack", "dev"]).finished,
        );
        const refused = (await Promise.all(runs)).filter(({ code }) => code !== 0);
        expect(refused.length).toBeGreaterThanOrEqual(2);
        for (const run of refused) expect(said(run)).toContain("currently locked");
        await shop.project.up();
        await shop.whole();
        expect(await shop.migrations()).toEqual([1]);
    });

    test("kill -9 of pulumi in the middle of `up`", async () => {
        await nextVersion();
        const run = await shop.struck("up", { after: /web-app updating/, milliseconds: 300 });
        expect(run.code).toBe(null);
        expect(said(await shop.project.up({ expectFailure: true }))).toContain("currently locked");
        await shop.recover();
        await shop.whole();
        expect(await shop.migrations()).toEqual([1, 1]);
        shop.project.endOrphans();
    });

    test("kill -9 of the supervisor: all goes on, and the next `up` looks after it again", async () => {
        const before = [...(await shop.pids("web")), ...(await shop.pids("mailer"))];
        const load = new Load(shop, await shop.url());
        await load.more(5);
        kill(shop.supervisorPid);
        await until(
            async () =>
                await connect(shop.home).then(
                    () => false,
                    (error) => error instanceof NoSupervisor,
                ),
        );
        await load.more(20);
        expect(load.failed).toBe(0);
        expect((await shop.project.up()).changes).toMatchObject({ created: 0, deleted: 0, replaced: 0 });
        expect([...(await shop.pids("web")), ...(await shop.pids("mailer"))]).toEqual(before);
        expect(await load.lost()).toEqual([]);
        await shop.whole();
    });

    test(
        `${KILLS} kills of replicas, workers, PostgreSQL, proxy and supervisor under load: nothing promised is lost`,
        async () => {
            const victims = {
                replica: async () => (await shop.pids("web"))[0],
                worker: async () => (await shop.pids("mailer"))[0],
                PostgreSQL: async () => (await shop.status()).postgres?.pid,
                proxy: async () => (await shop.status()).proxy?.pid,
                supervisor: async () => shop.supervisorPid,
            };
            const names = Object.keys(victims) as (keyof typeof victims)[];
            const load = new Load(shop, await shop.url());
            for (let round = 0; round < KILLS; round++) {
                const name = names[round % names.length] ?? "replica";
                await load.more(10);
                kill(await victims[name]());
                // Only a command starts a supervisor; any will do.
                if (name === "supervisor") await connect(shop.home, { start: true });
                await load.more(10);
                await shop.whole();
            }
            expect(await load.lost()).toEqual([]);
        },
        60_000 + KILLS * 15_000,
    );

    test("a truncated state file of the supervisor", async () => {
        const before = await shop.pids("web");
        kill(shop.supervisorPid);
        truncateSync(path.join(shop.home, "state", "desired.json"), 100);
        await shop.project.refresh();
        expect((await shop.status()).supervisor.problems).toEqual([
            expect.stringMatching(/desired\.json is damaged; its backup .* was used/),
        ]);
        await shop.project.up();
        expect(await shop.pids("web")).toEqual(before);
        // The next supervisor has nothing to tell of it any more.
        kill(shop.supervisorPid);
        await connect(shop.home, { start: true });
        await shop.whole();
        await shop.project.refresh({ args: ["--expect-no-changes"] });
    });

    test("a port that somebody else has", async () => {
        const before = await shop.url();
        const server = createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const address = server.address();
        const port = typeof address === "object" ? String(address?.port) : "";
        await configure({ port });
        const failed = said(await shop.project.up({ expectFailure: true }));
        expect(failed).toMatch(new RegExp(`port ${port}\\b`, "i"));
        expect(failed).toMatch(new RegExp(`(?:pid|process) ${process.pid}\\b`));
        expect((await fetch(before)).status).toBe(200);
        server.close();
        await once(server, "close");
        await shop.project.up();
        expect(await shop.url()).toBe(`http://127.0.0.1:${port}`);
        await shop.whole();
    });

    test.each([
        ["a release that crashes again and again", "crash", /version \d+ cannot start/],
        ["a release that never becomes ready", "never ready", /was not ready within 3 s.*503/],
    ])("%s: `up` fails, and the old one serves", async (_name, behaviour, reason) => {
        const before = await shop.pids("web");
        const served = await (await fetch(await shop.url())).text();
        await nextVersion();
        await configure({ behaviour, startupSeconds: "3" });
        expect(said(await shop.project.up({ expectFailure: true }))).toMatch(reason);
        expect(await shop.pids("web")).toEqual(before);
        expect(await (await fetch(await shop.url())).text()).toBe(served);
        await configure({ behaviour: "", startupSeconds: "60" });
        await shop.project.up();
        await shop.whole();
    });

    test("an app that ignores SIGTERM", async () => {
        await configure({ behaviour: "stubborn" });
        await shop.project.up();
        await configure({ behaviour: "" });
        const load = new Load(shop, await shop.url());
        await load.more(5);
        await shop.project.up();
        await shop.whole();
        expect(await load.lost()).toEqual([]);
        expect(load.failed).toBe(0);
    });

    // How much a process has written is known on Linux only.
    test.skipIf(process.platform !== "linux")(
        "a flood of log lines: the disk is bounded and the app answers",
        async () => {
            await configure({ behaviour: "flood", replicas: "1" });
            await shop.project.up();
            const [pid = 0] = await shop.pids("web");
            const folder = (name: string) => bytesOnDisk(path.join(shop.home, name)) / 2 ** 20;
            let most = { logs: 0, raw: 0 };
            await until(async () => {
                most = { logs: Math.max(most.logs, folder("logs")), raw: Math.max(most.raw, folder("raw")) };
                expect((await fetch(await shop.url(), { signal: AbortSignal.timeout(5000) })).status).toBe(200);
                return bytesWritten(pid) > 2 ** 30;
            }, 120);
            // 32 MiB are declared, and one segment is being written. A follower skips forward when it is 64 MiB behind, and what is
            // written until it looks again comes on top: half of it all would be more than two seconds.
            expect(most.logs).toBeLessThan(32 * 1.3);
            expect(most.raw).toBeLessThan(512);
            await configure({ behaviour: "", replicas: "2" });
            await shop.project.up();
            await shop.whole();
        },
    );

    test("`destroy` when half of it is dead and part of its files are gone", async () => {
        const { proxy, postgres } = await shop.status();
        for (const pid of [shop.supervisorPid, proxy?.pid, postgres?.pid, (await shop.pids("web"))[0]]) kill(pid);
        for (const name of ["state/desired.json", "state/desired.json.bak", "releases", "run"]) {
            rmSync(path.join(shop.home, name), { recursive: true });
        }
        await shop.project.destroy();
        expect([shop.home, shop.postgresFolder].filter(existsSync)).toEqual([]);
        expect(shop.appProcesses()).toEqual([]);
    });

    test("`destroy` when all of its files are gone", async () => {
        await shop.project.up();
        await shop.whole();
        rmSync(shop.home, { recursive: true });
        await shop.project.destroy();
        expect([shop.home, shop.postgresFolder].filter(existsSync)).toEqual([]);
        expect(shop.appProcesses()).toEqual([]);
    });
});

describe.skipIf(!isRoot)("a full disk", () => {
    let shop: Shop;
    let disk: string;

    beforeAll(async () => {
        shop = await Shop.create();
        disk = shop.project.environment.XDG_STATE_HOME ?? "";
        mkdirSync(disk);
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk]);
    }, ENGINE_MILLISECONDS);

    afterAll(async () => {
        await shop?.project.destroy().catch(() => undefined);
        execFileSync("umount", [disk]);
        await shop?.dispose();
    });

    const ballast = () => path.join(disk, "ballast");
    const fill = () => {
        for (let bytes = 2 ** 20; bytes >= 1; bytes /= 4) {
            const block = Buffer.alloc(bytes);
            try {
                for (;;) writeFileSync(ballast(), block, { flag: "a" });
            } catch (error) {
                expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
            }
        }
    };

    test("from the start: `up` says so and leaves nothing, and works when there is room", async () => {
        fill();
        expect(said(await shop.project.up({ expectFailure: true }))).toMatch(/ENOSPC|no space left/i);
        expect(shop.appProcesses()).toEqual([]);
        rmSync(ballast());
        await shop.project.up();
        await shop.whole();
    });

    test("in the course of time: what runs goes on, an update says so and changes nothing", async () => {
        const before = await shop.pids("web");
        const load = new Load(shop, await shop.url());
        await load.more(5);
        fill();
        await shop.project.config({ "faults:version": "2" });
        expect(said(await shop.project.up({ expectFailure: true }))).toMatch(/ENOSPC|no space left/i);
        await load.more(5);
        expect(load.failed).toBe(0);
        expect(await shop.pids("web")).toEqual(before);
        expect(statSync(ballast()).size).toBeGreaterThan(0);
        rmSync(ballast());
        await shop.project.up();
        await shop.whole();
        expect(await load.lost()).toEqual([]);
        expect((await (await fetch(await shop.url())).text()).trim()).toBe("version 2");
    });
});
