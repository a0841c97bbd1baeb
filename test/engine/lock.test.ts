import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "vitest";
import { exclusively } from "#dist/engine/lock.js";
import { identify } from "#dist/providers/local/process/index.js";
import { temporary } from "./fakes.js";

const never = () => expect.unreachable("it must not wait");

it("holds a lock for the time of the work, also when that fails", async () => {
    const folder = temporary();
    const name = path.join(folder, "engine");
    expect(await exclusively(name, never, async () => readdirSync(folder))).toEqual(["engine.lock.1"]);
    await expect(exclusively(name, never, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(readdirSync(folder)).toEqual([]);
});

it("takes over from a process that has died", async () => {
    const folder = temporary();
    const child = spawn("sleep", ["600"]);
    const holder = identify(child.pid ?? 0);
    writeFileSync(path.join(folder, "engine.lock.7"), JSON.stringify(holder));
    child.kill("SIGKILL");
    await once(child, "close");
    expect(await exclusively(path.join(folder, "engine"), never, async () => readdirSync(folder))).toEqual([
        "engine.lock.8",
    ]);
});

it("takes over from a process whose pid is another one's now", async () => {
    const folder = temporary();
    writeFileSync(path.join(folder, "engine.lock.1"), JSON.stringify({ pid: process.pid, startTime: "long ago" }));
    expect(await exclusively(path.join(folder, "engine"), never, () => Promise.resolve("done"))).toBe("done");
});

it("waits for a process that lives, and says for which", async () => {
    const folder = temporary();
    const child = spawn("sleep", ["600"]);
    writeFileSync(path.join(folder, "engine.lock.1"), JSON.stringify(identify(child.pid ?? 0)));
    const waited: number[] = [];
    const work = exclusively(
        path.join(folder, "engine"),
        ({ pid }) => waited.push(pid),
        () => Promise.resolve("done"),
    );
    await expect.poll(() => waited).toEqual([child.pid]);
    child.kill("SIGKILL");
    expect(await work).toBe("done");
});

it("lets one at a time work, of many processes that take over from a dead one", { timeout: 60_000 }, async () => {
    const folder = temporary();
    writeFileSync(path.join(folder, "engine.lock.1"), JSON.stringify({ pid: 2 ** 22 + 1, startTime: "long ago" }));
    // Each makes a file that must not be there yet, and removes it after a moment.
    const script = `
        const { exclusively } = require(${JSON.stringify(require.resolve("#dist/engine/lock.js"))});
        const fs = require("node:fs");
        const file = ${JSON.stringify(path.join(folder, "inside"))};
        exclusively(${JSON.stringify(path.join(folder, "engine"))}, () => {}, async () => {
            fs.writeFileSync(file, "", { flag: "wx" });
            await new Promise((resolve) => setTimeout(resolve, 20));
            fs.rmSync(file);
        }).catch((error) => { console.error(error); process.exit(1); });`;
    const children = Array.from({ length: 6 }, () => spawn(process.execPath, ["-e", script], { stdio: "inherit" }));
    const codes = await Promise.all(children.map(async (child) => (await once(child, "close"))[0]));
    expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
    expect(readdirSync(folder)).toEqual([]);
});
