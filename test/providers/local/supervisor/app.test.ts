import { symlinkSync } from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { appSpec, eventually, isRunning, TestHome } from "./harness.js";

let at: TestHome;
beforeEach(() => {
    at = new TestHome();
});
afterEach(() => at.close());

test("an app gets its replicas, one address and a first release", async () => {
    const { release, releaseId, internalUrl } = await at.apply("web", appSpec());
    expect({ release, releaseId }).toEqual({ release: 1, releaseId: expect.stringMatching(/^[0-9a-f]{12}$/) });
    expect(await at.pids("web")).toHaveLength(2);
    expect(at.proxy.listeners.get("internal/web")?.port).toBe(Number(new URL(internalUrl).port));
    const [source] = at.proxy.sources.values();
    expect(source?.endpoints.map(({ state }) => state)).toEqual(["ready", "ready"]);
});

test("the same again changes nothing, another number of replicas is no release", async () => {
    await at.apply("web", appSpec());
    const before = await at.pids("web");
    expect((await at.apply("web", appSpec())).release).toBe(1);
    expect(await at.pids("web")).toEqual(before);
    expect((await at.apply("web", appSpec({ replicas: 1 }))).release).toBe(1);
    await eventually(async () => (await at.supervisor.status()).apps[0]?.replicas.length === 1);
});

test("a new release replaces every process; going back is a release, too", async () => {
    const first = await at.apply("web", appSpec());
    const before = await at.pids("web");
    const second = await at.apply("web", appSpec({ environment: { GREETING: "hello" } }));
    expect(second.release).toBe(2);
    expect((await at.pids("web")).filter((pid) => before.includes(pid))).toEqual([]);
    expect(before.some(isRunning)).toBe(false);
    const third = await at.apply("web", appSpec());
    expect(third).toMatchObject({ release: 3, releaseId: first.releaseId });
});

test("a process gets what is declared and nothing of this shell", async () => {
    process.env.TWELVEFOLD_TEST_CANARY = "leaked";
    await at.apply("web", appSpec({ environment: { GREETING: "hello" } }), { KEY: "s3cret" });
    const { apps } = await at.supervisor.status();
    const response = await fetch(`http://127.0.0.1:${apps[0]?.replicas[0]?.port}/environment`);
    const names = Object.keys((await response.json()) as object).filter(
        (name) => name !== "_" && name !== "__CF_USER_TEXT_ENCODING",
    );
    expect(names.sort()).toEqual(["GREETING", "HOME", "KEY", "LANG", "PATH", "PORT", "RELEASE_ID", "TMPDIR"]);
});

test("PATH is that of the call that made the release, and stays so after a crash of the supervisor", async () => {
    const usual = process.env.PATH ?? "";
    const paths = async () => {
        const { apps } = await at.supervisor.status();
        const urls = (apps[0]?.replicas ?? []).map(({ port }) => `http://127.0.0.1:${port}/environment`);
        return Promise.all(urls.map(async (url) => ((await (await fetch(url)).json()) as { PATH: string }).PATH));
    };
    await at.apply("web", appSpec({ replicas: 1 }), {}, `/first:${usual}`);
    expect(await paths()).toEqual([`/first:${usual}`]);
    // No release: what runs goes on, and what is added is like it.
    await at.apply("web", appSpec({ replicas: 2 }), {}, `/second:${usual}`);
    expect(await paths()).toEqual([`/first:${usual}`, `/first:${usual}`]);
    const next = appSpec({ replicas: 1, environment: { GREETING: "hello" } });
    await at.apply("web", next, {}, `/second:${usual}`);
    expect(await paths()).toEqual([`/second:${usual}`]);
    await at.restart();
    const [before] = await at.pids("web");
    process.kill(before ?? 0, "SIGKILL");
    await eventually(async () => {
        const [pid] = await at.pids("web");
        return pid !== undefined && pid !== before;
    });
    expect(await paths()).toEqual([`/second:${usual}`]);
    const missing = appSpec({ replicas: 1, command: ["node"] });
    await expect(at.apply("web", missing, {}, "/nowhere")).rejects.toThrow('no program "node" on the PATH (/nowhere)');
});

test("a release that crashes leaves the old one serving and says what it printed", async () => {
    await at.apply("web", appSpec());
    const before = await at.pids("web");
    await expect(at.apply("web", appSpec({ behaviour: "crash" }))).rejects.toThrow(
        /Release 2 of app "web" failed: replica web-2-1: it exited with status 3 \(3 times\)\. Release 1 keeps serving\. Its last lines:.*cannot go on/s,
    );
    expect(await at.pids("web")).toEqual(before);
    expect((await at.supervisor.read("app", "web")).spec?.environment).toEqual({});
});

test("a release that is never ready is taken back", async () => {
    await at.apply("web", appSpec());
    const before = await at.pids("web");
    const health = { ...appSpec().health, startupSeconds: 1 };
    await expect(at.apply("web", appSpec({ behaviour: "never-ready", health }))).rejects.toThrow(
        /was not ready within 1 s: GET \/readyz on port \d+ was answered with status 500/,
    );
    expect(await at.pids("web")).toEqual(before);
});

test("a first release that fails leaves nothing", async () => {
    await expect(at.apply("web", appSpec({ behaviour: "crash" }))).rejects.toThrow("Nothing of it was left running.");
    expect(at.supervisor.store.get("app", "web")).toBeUndefined();
    expect([...at.proxy.sources.keys()]).toEqual([]);
});

test("a killed replica comes back", async () => {
    await at.apply("web", appSpec());
    const [victim] = await at.pids("web");
    process.kill(victim ?? 0, "SIGKILL");
    await eventually(async () => {
        const pids = await at.pids("web");
        return pids.length === 2 && !pids.includes(victim ?? 0);
    });
    const { apps } = await at.supervisor.status();
    expect(apps[0]?.replicas.map(({ restarts }) => restarts).sort()).toEqual([0, 1]);
});

test("replicas outlive their supervisor, and the next one has the same", async () => {
    await at.apply("web", appSpec());
    const before = await at.pids("web");
    await at.restart();
    expect(await at.pids("web")).toEqual(before);
    expect((await at.apply("web", appSpec())).release).toBe(1);
    expect(await at.pids("web")).toEqual(before);
    process.kill(before[0] ?? 0, "SIGKILL");
    await eventually(
        async () => (await at.pids("web")).length === 2 && !(await at.pids("web")).includes(before[0] ?? 0),
    );
});

test("an app that ignores SIGTERM is killed when its time is over", async () => {
    await at.apply("web", appSpec({ behaviour: "deaf", stopTimeoutSeconds: 1 }));
    const before = await at.pids("web");
    const started = performance.now();
    await at.apply("web", appSpec({ stopTimeoutSeconds: 1 }));
    expect(performance.now() - started).toBeLessThan(6000);
    expect(before.some(isRunning)).toBe(false);
});

test("what is served is drained before it is stopped", async () => {
    await at.apply("web", appSpec({ replicas: 1 }));
    const [pid] = await at.pids("web");
    const id = [...at.proxy.sources.values()][0]?.endpoints[0]?.id ?? "";
    at.proxy.inFlight[id] = 1;
    const rolled = at.apply("web", appSpec({ replicas: 1, environment: { A: "1" }, stopTimeoutSeconds: 20 }));
    await eventually(
        () =>
            [...at.proxy.sources.values()][0]?.endpoints.some((one) => one.id === id && one.state === "draining") ??
            false,
    );
    expect(isRunning(pid ?? 0)).toBe(true);
    at.proxy.inFlight[id] = 0;
    await rolled;
    expect(isRunning(pid ?? 0)).toBe(false);
});

test("two apps on one path: the second fails before anything of it runs", async () => {
    at.proxy.refuse = ({ app }) => (app === "second" ? 'path "/" is served by "first"' : undefined);
    await expect(at.apply("second", appSpec())).rejects.toThrow('path "/" is served by "first"');
    expect(at.records.filter(({ app, stream }) => app === "second" && stream === "stdout")).toEqual([]);
});

test.skipIf(process.platform !== "linux")("a full disk is an error, and what was known is still known", async () => {
    await at.apply("web", appSpec());
    const before = await at.pids("web");
    const state = (name: string) => path.join(at.home, "state", `${name}.${process.pid}.tmp`);
    symlinkSync("/dev/full", state("apps/web.json"));
    await expect(at.apply("web", appSpec({ environment: { A: "1" } }))).rejects.toThrow(
        "ENOSPC: no space left on device",
    );
    expect(await at.pids("web")).toEqual(before);
    symlinkSync("/dev/full", state("desired.json"));
    await expect(at.apply("web", appSpec({ replicas: 1 }))).rejects.toThrow("ENOSPC: no space left on device");
    await at.restart();
    expect((await at.apply("web", appSpec({ replicas: 1 }))).release).toBe(1);
    expect(before).toContain((await at.pids("web"))[0]);
});

test("the autoscaler's word counts, within its bounds, and is kept over a restart", async () => {
    at.parts.scaler = () => ({ state: () => ({}), decide: () => ({ desired: 3, reason: "busy" }) });
    const autoscale = {
        minReplicas: 1,
        maxReplicas: 5,
        schedules: [],
        scaleInCooldownSeconds: 0,
        scaleOutCooldownSeconds: 0,
    };
    await at.apply("web", appSpec({ replicas: 1, autoscale }));
    await eventually(async () => (await at.pids("web")).length === 3);
    const before = await at.pids("web");
    await at.restart();
    await at.apply("web", appSpec({ replicas: 1, autoscale }));
    expect(await at.pids("web")).toEqual(before);
    expect(at.records.map(({ line }) => line)).toContain("autoscaler: from 1 to 3 replicas: busy");
});
