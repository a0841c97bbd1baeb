import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import * as path from "node:path";
import { afterEach, expect, test } from "vitest";
import { searchLogs } from "#dist/providers/local/logs/index.js";
import { collect, temporaryFolder } from "./temporary.js";

const children: ChildProcess[] = [];

afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
});

async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
}

const LOGS = path.resolve("dist/providers/local/logs/index.js");

/** What a supervisor does with a replica's output; it ends when it is told to (its standard input closes). */
const SUPERVISOR = `
    const { RawFollower, SinkWriter, timestamp } = require(${JSON.stringify(LOGS)});
    const [raw, sink] = process.argv.slice(1);
    const writer = new SinkWriter(sink, { maxMiB: 1000 });
    const record = { app: "web", process: "web", replica: "web-1", release: "1", stream: "stdout" };
    let seen = 0;
    const follower = new RawFollower(raw, raw + ".offset", (line) => {
        writer.append({ time: timestamp(), ...record, line });
        seen++;
    });
    let ending = false;
    process.stdin.on("end", () => { ending = true; }).resume();
    (async () => {
        while (!ending) {
            while (await follower.poll()) process.stdout.write(seen + "\\n");
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        await follower.drain();
        await writer.close();
        await follower.close();
    })();`;

/** About 2 MB/s of numbered lines, until it is killed. */
const REPLICA = `
    const { writeSync } = require("node:fs");
    let index = 0;
    setInterval(() => {
        let text = "";
        for (let i = 0; i < 400; i++) text += index++ + " " + "x".repeat(90) + "\\n";
        const bytes = Buffer.from(text);
        for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
    }, 20);`;

function supervise(raw: string, sink: string): ChildProcess {
    const child = spawn(process.execPath, ["-e", SUPERVISOR, raw, sink], { stdio: ["pipe", "pipe", "inherit"] });
    children.push(child);
    return child;
}

test("a supervisor that is killed again and again loses no line and doubles few", async () => {
    const folder = temporaryFolder();
    const raw = path.join(folder, "raw.log");
    const sink = path.join(folder, "sink");
    const stdout = openSync(raw, "a");
    const replica = spawn(process.execPath, ["-e", REPLICA], { stdio: ["ignore", stdout, "inherit"] });
    closeSync(stdout);
    children.push(replica);

    const KILLS = 3;
    for (let kills = 0; kills < KILLS; kills++) {
        const supervisor = supervise(raw, sink);
        // Long enough for positions to be saved, and then at any moment.
        const begin = performance.now();
        for await (const _ of supervisor.stdout as NodeJS.ReadableStream) {
            if (performance.now() - begin > 1500 + 700 * Math.random()) break;
        }
        await kill(supervisor);
    }
    await kill(replica);
    const last = supervise(raw, sink);
    last.stdout?.resume();
    last.stdin?.end();
    await once(last, "exit");

    const found = (await collect(searchLogs({ folders: [sink] }))).map(({ line }) => Number.parseInt(line, 10));
    const distinct = new Set(found);
    const count = Math.max(...distinct) + 1;
    expect(count).toBeGreaterThan(1000);
    expect(distinct.size).toBe(count);
    // Two to three seconds of lines for each kill, with room for a machine that is busy with other things.
    expect(found.length - count).toBeLessThan(KILLS * 4 * 20_000);
}, 60_000);
