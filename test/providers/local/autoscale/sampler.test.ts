import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { ProcessSampler, usageOfRequest } from "#dist/providers/local/autoscale/index.js";
import { parsePs, parseStat } from "#dist/providers/local/autoscale/sampler.js";

const started: ChildProcess[] = [];

afterEach(async () => {
    for (const child of started.splice(0)) {
        const gone = once(child, "exit");
        if (child.exitCode === null && child.signalCode === null) {
            process.kill(-(child.pid as number), "SIGKILL");
            await gone;
        }
    }
});

/** A process group of its own that says when it works. */
async function start(script: string): Promise<number> {
    const child = spawn(process.execPath, ["-e", script], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
    started.push(child);
    await once(child.stdout as NodeJS.ReadableStream, "data");
    return child.pid as number;
}

const BUSY = "process.stdout.write('.'); for (;;);";
const IDLE = "process.stdout.write('.'); setInterval(() => undefined, 1000);";

test("tells a busy group from an idle one", async () => {
    const groups = { busy: await start(BUSY), idle: await start(IDLE) };
    const sampler = new ProcessSampler();
    const before = await sampler.sample(groups);
    const from = performance.now();
    // Until it has certainly worked; a share of the time is not certain on a machine that others use.
    let after = before;
    while ((after.busy?.cpuMilliseconds ?? 0) - (before.busy?.cpuMilliseconds ?? 0) < 300) {
        await sleep(50);
        after = await sampler.sample(groups);
    }
    const elapsed = performance.now() - from;
    if (!before.busy || !after.busy || !before.idle || !after.idle) throw new Error("a group was not found");
    const request = { cpu: 1, memoryMiB: 128 };
    const busy = usageOfRequest(before.busy, after.busy, elapsed, request);
    const idle = usageOfRequest(before.idle, after.idle, elapsed, request);
    expect(busy.cpuPercent).toBeLessThan(120);
    expect(idle.cpuPercent).toBeLessThan(busy.cpuPercent / 2);
    expect(after.idle.rssBytes).toBeGreaterThan(10 * 1024 * 1024);
    expect(idle.memoryPercent).toBeCloseTo((100 * after.idle.rssBytes) / (128 * 1024 * 1024));
});

test("counts children, also those that have ended", async () => {
    const script = (child: string) =>
        `const { spawnSync } = require("node:child_process");
         spawnSync(process.execPath, ["-e", ${JSON.stringify(child)}]);
         process.stdout.write("."); setInterval(() => undefined, 1000);`;
    const work = "const end = process.cpuUsage(); while (process.cpuUsage(end).user < 300000);";
    const leader = await start(script(work));
    const { replica } = await new ProcessSampler().sample({ replica: leader });
    expect(replica?.cpuMilliseconds).toBeGreaterThanOrEqual(300);
});

test("counts children that run", async () => {
    const leader = await start(
        `const { spawn } = require("node:child_process");
         const child = spawn(process.execPath, ["-e", ${JSON.stringify(IDLE)}], { stdio: ["ignore", "pipe", "inherit"] });
         child.stdout.once("data", () => process.stdout.write("."));`,
    );
    const alone = await start(IDLE);
    const { two, one } = await new ProcessSampler().sample({ two: leader, one: alone });
    expect(two?.rssBytes).toBeGreaterThan((one?.rssBytes ?? 0) * 1.5);
});

test("a group that is gone has no usage", async () => {
    const leader = await start(IDLE);
    const child = started.pop() as ChildProcess;
    const gone = once(child, "exit");
    process.kill(-leader, "SIGKILL");
    await gone;
    expect(await new ProcessSampler().sample({ gone: leader })).toEqual({});
});

test("reads /proc/<pid>/stat with any command name", () => {
    const fields = Array.from({ length: 52 }, (_, index) => String(index + 1));
    fields[1] = "(a) b (c)";
    expect(parseStat(fields.join(" "), 100, 4096)).toEqual({
        leaders: [5, 6],
        cpuMilliseconds: (14 + 15 + 16 + 17) * 10,
        rssBytes: 24 * 4096,
    });
    expect(parseStat("", 100, 4096)).toBeUndefined();
});

test("reads the times of ps on macOS and Linux", () => {
    expect(parsePs("  501   0:01.25   2048\n 77 1:02:03 1\n 9 2-00:00:01 5\n\nnoise\n")).toEqual([
        { leaders: [501], cpuMilliseconds: 1250, rssBytes: 2048 * 1024 },
        { leaders: [77], cpuMilliseconds: 3_723_000, rssBytes: 1024 },
        { leaders: [9], cpuMilliseconds: 172_801_000, rssBytes: 5 * 1024 },
    ]);
});
