/**
 * P14: the log sink. Run after `npm run build`: `node bench/logs/run.mjs`
 *
 * 1. Raw files to segments as fast as it goes, against two peers on the same files in the same run: GNU `split -C 16m`
 *    (reads lines, writes segments; no parsing, no record around a line) and `cat >` (copies bytes).
 * 2. Share of one core while an app writes 1 MB/s, and lines lost while it writes 10 MB/s; the app is a process of its own.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import logs from "../../dist/providers/local/logs/index.js";

const { RawFollower, SinkWriter, parseLine, timestamp } = logs;
const FILES = 4;
const FILE_BYTES = 48e6;
const ROUNDS = 3;

const folder = mkdtempSync(path.join(tmpdir(), "twelvefold-bench-logs-"));

function record(line, stream = "stdout") {
    return {
        time: timestamp(),
        app: "web",
        process: "web",
        replica: "web-1",
        release: "1",
        stream,
        line,
        ...parseLine(line),
    };
}

/** Half plain lines of 120 bytes, half JSON lines of about 180. */
function line(index) {
    const number = String(index).padStart(9, "0");
    return index % 2 === 0
        ? `${number} GET /orders/${index} 200 ${"x".repeat(86)}`
        : `{"level":"info","time":${1.7e12 + index},"pid":42,"reqId":"req-${number}","req":{"method":"GET","url":"/orders/${index}"},"res":{"statusCode":200},"responseTime":1.25,"msg":"request completed"}`;
}

function rawFiles() {
    let index = 0;
    return Array.from({ length: FILES }, (_, file) => {
        const lines = [];
        for (let bytes = 0; bytes < FILE_BYTES; index++) {
            lines.push(line(index));
            bytes += lines.at(-1).length + 1;
        }
        const name = path.join(folder, `raw-${file}.log`);
        writeFileSync(name, `${lines.join("\n")}\n`);
        return { name, lines: lines.length };
    });
}

async function ours(files, round) {
    const writer = new SinkWriter(path.join(folder, `sink-${round}`), { maxMiB: 2048 });
    let lines = 0;
    const before = process.cpuUsage();
    const begin = performance.now();
    for (const { name } of files) {
        const follower = new RawFollower(name, `${name}.${round}.offset`, (text, stream) => {
            if (stream === undefined) lines++;
            writer.append(record(text, stream));
        });
        while (await follower.poll()) await writer.settle();
        await follower.drain();
        await writer.flush();
        await follower.close();
    }
    await writer.close();
    const seconds = (performance.now() - begin) / 1000;
    const { user, system } = process.cpuUsage(before);
    const expected = files.reduce((sum, file) => sum + file.lines, 0);
    if (lines !== expected || writer.dropped > 0)
        throw new Error(`${expected - lines} lost, ${writer.dropped} dropped`);
    rmSync(path.join(folder, `sink-${round}`), { recursive: true });
    return { seconds, cpu: (user + system) / 1e6 };
}

function peer(command, round) {
    const target = path.join(folder, `peer-${round}`);
    spawnSync("mkdir", [target]);
    const begin = performance.now();
    const { status } = spawnSync("sh", ["-c", command], { cwd: target });
    const seconds = (performance.now() - begin) / 1000;
    if (status !== 0) throw new Error(`${command} failed`);
    rmSync(target, { recursive: true });
    return seconds;
}

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function throughput() {
    const files = rawFiles();
    const megabytes = (FILES * FILE_BYTES) / 1e6;
    const seconds = { ours: [], split: [], cat: [] };
    const cpu = [];
    for (let round = 0; round < ROUNDS; round++) {
        seconds.split.push(peer(`cat ../raw-?.log | split -C 16m - segment.`, round));
        seconds.cat.push(peer("cat ../raw-?.log > copy", round));
        // Last, as it gives the space of the raw files back.
        const figures = await ours(files, round);
        seconds.ours.push(figures.seconds);
        cpu.push(figures.cpu);
        if (round < ROUNDS - 1) rawFiles();
    }
    const rate = (name) => megabytes / middle(seconds[name]);
    console.log(`raw files to segments: ${rate("ours").toFixed(0)} MB/s (goal 50), median of ${ROUNDS}`);
    // On a shared machine the better figure: it does not count the time that others had.
    console.log(`  CPU: ${((middle(cpu) / megabytes) * 1000).toFixed(1)} ms for each MB, all threads`);
    console.log(
        `  cat | split -C 16m:  ${rate("split").toFixed(0)} MB/s, ours is ${(rate("ours") / rate("split")).toFixed(2)} of it`,
    );
    console.log(
        `  cat > copy:          ${rate("cat").toFixed(0)} MB/s, ours is ${(rate("ours") / rate("cat")).toFixed(2)} of it`,
    );
}

async function live(megabytesPerSecond, seconds) {
    const raw = path.join(folder, `live-${megabytesPerSecond}.log`);
    const app = path.join(folder, "app.js");
    writeFileSync(
        app,
        `const { writeSync } = require("node:fs");
        const line = ${line};
        let index = 0, due = 0;
        const begin = performance.now();
        const timer = setInterval(() => {
            const now = Math.min(${seconds}, (performance.now() - begin) / 1000);
            let text = "", bytes = 0;
            for (const budget = now * ${megabytesPerSecond} * 1e6 - due; bytes < budget; index++) {
                const next = line(index) + "\\n";
                text += next; bytes += next.length;
            }
            due += bytes;
            const buffer = Buffer.from(text);
            for (let done = 0; done < buffer.length; ) done += writeSync(1, buffer, done);
            if (now >= ${seconds}) { clearInterval(timer); process.send(index); process.disconnect(); }
        }, 20);`,
    );
    const out = openSync(raw, "a");
    const child = spawn(process.execPath, [app], { stdio: ["ignore", out, "inherit", "ipc"] });
    closeSync(out);
    let written;
    child.once("message", (count) => {
        written = count;
    });
    let running = true;
    const gone = once(child, "exit").then(() => {
        running = false;
    });
    const writer = new SinkWriter(path.join(folder, `live-sink-${megabytesPerSecond}`), { maxMiB: 2048 });
    let lines = 0;
    const follower = new RawFollower(raw, `${raw}.offset`, (text, stream) => {
        if (stream === undefined) lines++;
        writer.append(record(text, stream));
    });
    const before = process.cpuUsage();
    const begin = performance.now();
    while (running) {
        while (await follower.poll()) await writer.settle();
        await sleep(100);
    }
    const used = process.cpuUsage(before);
    const elapsed = performance.now() - begin;
    await gone;
    await follower.drain();
    await writer.close();
    await follower.close();
    const percent = (used.user + used.system) / 10 / elapsed;
    const lost = written - lines + writer.dropped;
    console.log(
        `${megabytesPerSecond} MB/s for ${seconds} s: ${percent.toFixed(1)} % of one core, ${lost} of ${written} lines lost`,
    );
}

console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`);
try {
    await throughput();
    await live(1, 10);
    await live(10, 5);
} finally {
    rmSync(folder, { recursive: true, force: true });
}
