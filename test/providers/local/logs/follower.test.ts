import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
    appendFileSync,
    closeSync,
    existsSync,
    openSync,
    readFileSync,
    statSync,
    truncateSync,
    writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { RawFollower } from "#dist/providers/local/logs/index.js";
import { temporaryFolder } from "./temporary.js";

const children: ChildProcess[] = [];

afterEach(async () => {
    for (const child of children.splice(0)) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const gone = once(child, "exit");
        child.kill("SIGKILL");
        await gone;
    }
});

/** A process that appends to the file as replicas do. */
function replica(file: string, script: string): ChildProcess {
    const stdout = openSync(file, "a");
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", stdout, "inherit"] });
    closeSync(stdout);
    children.push(child);
    return child;
}

interface Followed {
    readonly file: string;
    readonly lines: string[];
    readonly system: string[];
    readonly positions: string;
    create(reclaim?: "punch" | "empty"): RawFollower;
}

function followed(): Followed {
    const folder = temporaryFolder();
    const file = path.join(folder, "raw.log");
    const positions = path.join(folder, "raw.offset");
    const lines: string[] = [];
    const system: string[] = [];
    const take = (line: string, stream?: "system") => (stream === "system" ? system : lines).push(line);
    return { file, positions, lines, system, create: (reclaim) => new RawFollower(file, positions, take, reclaim) };
}

describe("following", () => {
    test("a file that comes later, line by line, the last one without an end at the end", async () => {
        const { file, lines, create } = followed();
        const follower = create();
        expect(await follower.poll()).toBe(false);
        writeFileSync(file, "one\ntwo\r\nthr");
        expect(await follower.poll()).toBe(true);
        expect(lines).toEqual(["one", "two"]);
        expect(await follower.poll()).toBe(false);
        appendFileSync(file, "ee\nfour");
        await follower.drain();
        expect(lines).toEqual(["one", "two", "three", "four"]);
        await follower.close();
    });

    test("goes on exactly where a closed follower ended, even within a line", async () => {
        const { file, lines, create } = followed();
        writeFileSync(file, "one\ntw");
        const first = create();
        await first.poll();
        await first.close();
        appendFileSync(file, "o\nthree\n");
        const second = create();
        await second.drain();
        await second.close();
        expect(lines).toEqual(["one", "two", "three"]);
    });

    test("a killed follower loses nothing and doubles no more than two seconds", async () => {
        const { file, lines, create } = followed();
        writeFileSync(file, "one\n");
        const first = create();
        await first.poll();
        // Not closed: as if killed. What it saved is not ahead of what it gave out.
        appendFileSync(file, "two\n");
        const second = create();
        await second.drain();
        await second.close();
        await first.close();
        expect(lines).toEqual(["one", "one", "two"]);
    });

    test("a saved position is at least a second old, and comes also when nothing more is written", async () => {
        const { file, positions, create } = followed();
        writeFileSync(file, "one\n");
        const follower = create();
        const begin = performance.now();
        await follower.poll();
        expect(existsSync(positions)).toBe(false);
        await expect
            .poll(
                async () => {
                    await follower.poll();
                    return existsSync(positions) && JSON.parse(readFileSync(positions, "utf8")).offset;
                },
                { timeout: 10_000, interval: 20 },
            )
            .toBe(4);
        expect(performance.now() - begin).toBeGreaterThan(1000);
        await follower.close();
    });

    test("a saved position is behind lines that were given out just now", async () => {
        const { file, positions, create } = followed();
        writeFileSync(file, "one\n");
        const follower = create();
        await follower.poll();
        await sleep(1100);
        appendFileSync(file, "two\n");
        await follower.poll();
        expect(JSON.parse(readFileSync(positions, "utf8")).offset).toBeLessThanOrEqual(4);
        await follower.close();
        expect(JSON.parse(readFileSync(positions, "utf8")).offset).toBe(8);
    });

    test("a file that somebody emptied is read from its beginning", async () => {
        const { file, lines, create } = followed();
        writeFileSync(file, "a long first line\n");
        const follower = create();
        await follower.poll();
        truncateSync(file);
        appendFileSync(file, "new\n");
        await follower.drain();
        expect(lines).toEqual(["a long first line", "new"]);
        await follower.close();
    });

    test("another file of the same name is read from its beginning", async () => {
        const { file, positions, lines, create } = followed();
        writeFileSync(file, "one\n");
        writeFileSync(positions, JSON.stringify({ inode: 1, offset: 2, cut: false }));
        const follower = create();
        await follower.drain();
        expect(lines).toEqual(["one"]);
        await follower.close();
    });

    test.each(["", "{", "null", "[]", '{"offset":"x"}'])("a position file of %j is none", async (content) => {
        const { file, positions, lines, create } = followed();
        writeFileSync(file, "one\n");
        writeFileSync(positions, content);
        const follower = create();
        await follower.drain();
        expect(lines).toEqual(["one"]);
        await follower.close();
    });

    test("polls that overlap give each line once", async () => {
        const { file, lines, create } = followed();
        writeFileSync(file, Array.from({ length: 20_000 }, (_, index) => `${index}\n`).join(""));
        const follower = create();
        await Promise.all([follower.poll(), follower.poll(), follower.drain()]);
        expect(lines).toEqual(Array.from({ length: 20_000 }, (_, index) => String(index)));
        await follower.close();
    });
});

/** Numbered lines of 100 bytes, so that any loss or change of order shows. */
const numbered = (count: number, pauseMilliseconds = 0) => `
    const pause = new Int32Array(new SharedArrayBuffer(4));
    const fs = require("node:fs");
    const pad = "x".repeat(88);
    for (let from = 0; from < ${count}; from += 10000) {
        let text = "";
        for (let i = from; i < Math.min(from + 10000, ${count}); i++) text += String(i).padStart(10, "0") + " " + pad + "\\n";
        const bytes = Buffer.from(text);
        for (let done = 0; done < bytes.length; ) done += fs.writeSync(1, bytes, done);
        if (${pauseMilliseconds} > 0) Atomics.wait(pause, 0, 0, ${pauseMilliseconds});
    }`;

async function followUntilExit(follower: RawFollower, child: ChildProcess, each = () => {}): Promise<void> {
    let running = true;
    const gone = once(child, "exit").then(() => {
        running = false;
    });
    while (running) {
        await follower.poll();
        each();
        // For the exit to be seen.
        await new Promise(setImmediate);
    }
    await gone;
    await follower.drain();
}

function usedBytes(file: string): number {
    return statSync(file).blocks * 512;
}

describe("a flood", () => {
    const COUNT = 400_000; // 40 MB

    test("loses no line, and its space is given back", async () => {
        const { file, lines, system, create } = followed();
        const follower = create();
        await followUntilExit(follower, replica(file, numbered(COUNT)));
        expect(system).toEqual([]);
        expect(lines.length).toBe(COUNT);
        expect(lines.every((line, index) => Number(line.slice(0, 10)) === index)).toBe(true);
        // All that is settled is freed with the next poll that saves.
        const look = () => follower.poll().then(() => usedBytes(file));
        await expect.poll(look, { timeout: 10_000 }).toBeLessThan(10e6);
        await follower.close();
    });

    test.each([
        "punch",
        "empty",
    ] as const)("of 100 MB/s never fills the disk, and what is dropped is said (%s)", async (reclaim) => {
        const { file, lines, system, create } = followed();
        const count = 3_000_000; // 300 MB
        const follower = create(reclaim);
        let largest = 0;
        await followUntilExit(follower, replica(file, numbered(count, 10)), () => {
            largest = Math.max(largest, usedBytes(file));
        });
        const dropped = system.reduce((sum, message) => sum + Number(/about (\d+) lines/.exec(message)?.[1]), 0);
        expect(largest).toBeLessThan(250e6);
        const numbers = lines.map((line) => Number(line.slice(0, 10)));
        expect(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))).toBe(true);
        if (reclaim === "punch") expect(lines.length + dropped).toBe(count);
        // Emptying is a race: what is written within it is lost without being counted.
        else expect(lines.length + dropped).toBeGreaterThan(count * 0.97);
        await follower.close();
    }, 60_000);

    test.each([
        "punch",
        "empty",
    ] as const)("who is too far behind skips and counts what is lost (%s)", async (reclaim) => {
        const { file, lines, system, create } = followed();
        const count = 900_000;
        const child = replica(file, numbered(count));
        await once(child, "exit");
        const follower = create(reclaim);
        await follower.drain();
        const [message = ""] = system;
        const [, bytes, dropped] = /^(\d+) bytes \(about (\d+) lines\) were dropped/.exec(message) ?? [];
        expect(system.length).toBe(1);
        expect(lines.length + Number(dropped)).toBe(count);
        if (reclaim === "punch") {
            expect(Number(bytes)).toBeGreaterThan(60e6);
            expect(Number(lines[0]?.slice(0, 10))).toBe(Number(dropped));
            expect(Number(lines.at(-1)?.slice(0, 10))).toBe(count - 1);
        } else expect(statSync(file).size).toBe(0);
        await follower.close();
    });
});
