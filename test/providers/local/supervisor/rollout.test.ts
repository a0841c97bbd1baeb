import { readFileSync } from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AppSpec, RolloutSpec } from "#dist/providers/local/spec.js";
import { appSpec, eventually, isRunning, latency, TestHome } from "./harness.js";

let at: TestHome;
beforeEach(() => {
    at = new TestHome();
});
afterEach(() => at.close());

const NEXT = { environment: { VERSION: "2" } };
const BLUE_GREEN: RolloutSpec = { strategy: "blueGreen", steps: [], bakeSeconds: 1, rollbackOn: { alarms: [] } };
const CANARY: RolloutSpec = {
    strategy: "canary",
    steps: [
        { percent: 10, bakeSeconds: 0.3 },
        { percent: 50, bakeSeconds: 0.3 },
    ],
    bakeSeconds: 0,
    rollbackOn: { alarms: [] },
};

/** What the proxy was told over time, as "release 1: 2 ready, release 2: 1 draining, 10 %". */
function told(): string[] {
    const lines = at.proxy.history.map(({ endpoints, weights }) => {
        const counts = new Map<string, number>();
        for (const { release, state } of endpoints) {
            const key = `${release} ${state}`;
            counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        const parts = [...counts].sort().map(([key, count]) => `${count}x ${key}`);
        return parts.join(", ") + (weights ? ` ${JSON.stringify(weights)}` : "");
    });
    return lines.filter((line, index) => line !== lines[index - 1]);
}

test("rolling never has fewer ready replicas than asked for", async () => {
    await at.apply("web", appSpec({ replicas: 3 }));
    const from = at.proxy.history.length;
    await at.apply("web", appSpec({ replicas: 3, ...NEXT }));
    for (const { endpoints } of at.proxy.history.slice(from)) {
        expect(endpoints.filter(({ state }) => state === "ready").length).toBeGreaterThanOrEqual(3);
    }
    expect(at.proxy.history.at(-1)?.endpoints.map(({ release }) => release)).toEqual(["2", "2", "2"]);
});

test("blue-green switches all at once and keeps the old ones while the new ones bake", async () => {
    await at.apply("web", appSpec({ rollout: BLUE_GREEN }));
    const before = await at.pids("web");
    const { lines } = await at.apply("web", appSpec({ rollout: BLUE_GREEN, ...NEXT }));
    expect(told()).toContain("2x 1 ready, 2x 2 standby");
    expect(told()).toContain("2x 1 standby, 2x 2 ready");
    expect(told().some((line) => line.includes("1 ready") && line.includes("2 ready"))).toBe(false);
    expect(lines).toContain("release 2 has all the traffic; release 1 is kept for 1 s");
    expect(before.some(isRunning)).toBe(false);
});

test("blue-green goes back at once when the new release fails while it bakes", async () => {
    const rollout = { ...BLUE_GREEN, bakeSeconds: 30 };
    await at.apply("web", appSpec({ rollout }));
    const before = await at.pids("web");
    const deployed = at.apply("web", appSpec({ rollout, ...NEXT }));
    const failed = expect(deployed).rejects.toThrow(
        /replica web-2-\d: it was ended by SIGKILL\. Release 1 keeps serving/,
    );
    await eventually(() => told().includes("2x 1 standby, 2x 2 ready"));
    const app = (await at.supervisor.status()).apps[0];
    process.kill(app?.replicas.find(({ release }) => release === 2)?.pid ?? 0, "SIGKILL");
    await failed;
    expect(await at.pids("web")).toEqual(before);
    expect(told().at(-1)).toBe("2x 1 ready");
});

test("a canary gets its share step by step", async () => {
    await at.apply("web", appSpec({ replicas: 4, rollout: CANARY }));
    at.proxy.history.length = 0;
    await at.apply("web", appSpec({ replicas: 4, rollout: CANARY, ...NEXT }));
    expect(told().filter((line) => line.includes("{"))).toEqual(
        expect.arrayContaining(['4x 1 ready, 1x 2 ready {"1":90,"2":10}', '4x 1 ready, 2x 2 ready {"1":50,"2":50}']),
    );
    // Without its weight, a canary's replica would get as much as every other one.
    expect(told().some((line) => line.includes("1 ready") && line.includes("2 ready") && !line.includes("{"))).toBe(
        false,
    );
    expect(told().at(-1)).toBe("4x 2 ready");
});

test.each([
    [
        "errors",
        { requests: 100, errors5xx: 6, latency: latency(100, 2) },
        {},
        /6 of 100 requests failed \(6\.0 %, allowed are 5 %\)\. Release 1 keeps serving\./,
    ],
    [
        "slowness",
        { requests: 100, errors5xx: 0, latency: latency(100, 900) },
        { p99Milliseconds: 500 },
        /99 % of the requests took up to 9\d\d ms \(allowed are 500 ms\)\. Release 1 keeps serving\./,
    ],
])("a canary is rolled back for %s", async (_name, stats, rules, reason) => {
    const rollout = { ...CANARY, steps: [{ percent: 10, bakeSeconds: 30 }], rollbackOn: { alarms: [], ...rules } };
    await at.apply("web", appSpec({ rollout }));
    const before = await at.pids("web");
    const deployed = at.apply("web", appSpec({ rollout, ...NEXT }));
    const failed = expect(deployed).rejects.toThrow(reason);
    await eventually(() => told().some((line) => line.includes('{"1":90,"2":10}')));
    at.proxy.byRelease = { "2": stats };
    await failed;
    expect(await at.pids("web")).toEqual(before);
    expect(told().at(-1)).toBe("2x 1 ready");
    expect((await at.supervisor.status()).apps[0]?.releases.map(({ status }) => status)).toEqual(["active", "failed"]);
});

test("an alert of the app's sink rolls back", async () => {
    const logs = {
        retentionDays: 1,
        maxMiB: 10,
        alerts: [{ name: "panic", match: "working 2", threshold: 1, windowSeconds: 60 }],
    };
    await at.supervisor.apply("logs", "default", { spec: logs, secrets: {}, projectRoot: "/" }, () => undefined);
    const worker = { process: "worker", listens: false, replicas: 1 };
    await at.apply("mailer", appSpec(worker));
    const rollout = { ...BLUE_GREEN, bakeSeconds: 20, rollbackOn: { alarms: ["panic"] } };
    await expect(at.apply("mailer", appSpec({ ...worker, rollout, ...NEXT }))).rejects.toThrow(
        'the alert "panic" was raised',
    );
});

test("a canary without traffic is refused", async () => {
    const spec = appSpec({ process: "worker", listens: false, rollout: CANARY });
    await expect(at.apply("mailer", spec)).rejects.toThrow('Set rollout.strategy to "rolling" or "blueGreen".');
});

test("a rollout that its supervisor did not live to finish is taken back, and can be tried again", async () => {
    const rollout = { ...CANARY, steps: [{ percent: 10, bakeSeconds: 60 }] };
    await at.apply("web", appSpec({ rollout }));
    const before = await at.pids("web");
    at.apply("web", appSpec({ rollout, ...NEXT })).catch(() => undefined);
    await eventually(() => told().some((line) => line.includes("{")));
    const from = at.proxy.history.length;
    await at.restart();
    await eventually(async () => told().at(-1) === "2x 1 ready" && (await at.pids("web")).length === 2);
    expect(await at.pids("web")).toEqual(before);
    // At no time did the new release get traffic without its weight.
    for (const { endpoints } of at.proxy.history.slice(from)) {
        expect(endpoints.filter(({ release, state }) => release === "2" && state === "ready")).toEqual([]);
    }
    const again = await at.apply("web", appSpec({ rollout: { ...CANARY, steps: [] }, ...NEXT }));
    expect(again.release).toBe(2);
});

function withCommand(script: string, change: Partial<AppSpec> = {}): AppSpec {
    return appSpec({ replicas: 1, release: { command: ["node", "-e", script], timeoutSeconds: 20 }, ...change });
}

test("the release command runs before any replica, and once although the release is tried again", async () => {
    const marks = path.join(at.home, "marks");
    const mark = `require("node:fs").appendFileSync(${JSON.stringify(marks)}, "x")`;
    await expect(at.apply("web", withCommand(mark, { environment: { BEHAVIOUR: "crash" } }))).rejects.toThrow(
        "exited with status 3",
    );
    await expect(at.apply("web", withCommand(mark, { environment: { BEHAVIOUR: "crash" } }))).rejects.toThrow(
        "exited with status 3",
    );
    expect(readFileSync(marks, "utf8")).toBe("x");
});

test("a release command that fails changes nothing", async () => {
    await at.apply("web", withCommand(""));
    const before = await at.pids("web");
    const script = "console.log('migrating'); process.exit(9)";
    await expect(at.apply("web", withCommand(script))).rejects.toThrow(
        /its release command failed with exit status 9\. Release 1 keeps serving\. Its last lines:\n {2}migrating$/,
    );
    await expect(
        at.apply(
            "web",
            withCommand("setInterval(() => {}, 1000)", { release: { command: ["sleep", "60"], timeoutSeconds: 1 } }),
        ),
    ).rejects.toThrow("its release command did not end within 1 s and was stopped");
    expect(await at.pids("web")).toEqual(before);
});
