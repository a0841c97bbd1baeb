import { spawnSync } from "node:child_process";
import {
    appendFileSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { describe, expect, test } from "vitest";
import { type LogRecord, parseLine, SinkWriter, searchLogs } from "#dist/providers/local/logs/index.js";
import { collect, record, temporaryFolder } from "./temporary.js";

function sizeOf(folder: string): number {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
        .filter((entry) => entry.isFile())
        .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

describe("writing", () => {
    test("one file per app and day, readable by anything that reads JSON lines", async () => {
        const folder = temporaryFolder();
        const writer = new SinkWriter(folder, { maxMiB: 10 });
        writer.append(record("plain"));
        writer.append(record('{"level":"error","msg":"x"}', parseLine('{"level":"error","msg":"x"}')));
        writer.append(record("next day", { time: "2026-03-03T00:00:00.000Z" }));
        writer.append(record("other", { app: "mailer" }));
        await writer.close();
        expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
            "mailer",
            "mailer/2026-03-02.ndjson",
            "web",
            "web/2026-03-02.ndjson",
            "web/2026-03-03.ndjson",
        ]);
        const lines = readFileSync(path.join(folder, "web/2026-03-02.ndjson"), "utf8").trim().split("\n");
        expect(lines.map((line) => JSON.parse(line))).toEqual(
            [
                record("plain"),
                { ...record("", { level: "error", fields: { level: "error", msg: "x" } }), line: undefined },
            ].map((value) => JSON.parse(JSON.stringify(value))),
        );
        expect(statSync(path.join(folder, "web/2026-03-02.ndjson")).mode & 0o777).toBe(0o600);
    });

    test("is in the file soon without being asked", async () => {
        const folder = temporaryFolder();
        const writer = new SinkWriter(folder, { maxMiB: 10 });
        writer.append(record("soon"));
        await expect
            .poll(() => collect(searchLogs({ folders: [folder] })), { timeout: 5000, interval: 10 })
            .toHaveLength(1);
        await writer.close();
    });

    test("tells each record, in order", async () => {
        const seen: LogRecord[] = [];
        const writer = new SinkWriter(temporaryFolder(), { maxMiB: 10, onRecord: (each) => seen.push(each) });
        writer.append(record("a"));
        writer.append(record("b"));
        expect(seen.map(({ line }) => line)).toEqual(["a", "b"]);
        await writer.close();
    });

    test("an app's name can't leave the sink or hide in it", async () => {
        const folder = temporaryFolder();
        const writer = new SinkWriter(path.join(folder, "sink"), { maxMiB: 10 });
        for (const app of ["../x", "..", ".", "", "archive", "a/b", "é"]) writer.append(record("x", { app }));
        await writer.close();
        expect(readdirSync(folder)).toEqual(["sink"]);
        const found = await collect(searchLogs({ folders: [path.join(folder, "sink")] }));
        expect(found.map(({ app }) => app).sort()).toEqual(["", ".", "..", "../x", "a/b", "archive", "é"].sort());
        expect(await collect(searchLogs({ folders: [path.join(folder, "sink")], app: "../x" }))).toHaveLength(1);
    });

    test("goes on with the segment of before, after a torn line", async () => {
        const folder = temporaryFolder();
        const first = new SinkWriter(folder, { maxMiB: 10 });
        first.append(record("before"));
        await first.close();
        appendFileSync(path.join(folder, "web/2026-03-02.ndjson"), '{"time":"2026-03-02T10:00:00.000Z","app":"we');
        const second = new SinkWriter(folder, { maxMiB: 10 });
        second.append(record("after"));
        await second.close();
        expect(readdirSync(path.join(folder, "web"))).toEqual(["2026-03-02.ndjson"]);
        const lines = (await collect(searchLogs({ folders: [folder] }))).map(({ line }) => line);
        expect(lines).toEqual(["before", "after"]);
    });
});

describe("bounds", () => {
    test("the sink never exceeds its size, and what goes is the oldest", async () => {
        const folder = temporaryFolder();
        const maxMiB = 4;
        const writer = new SinkWriter(folder, { maxMiB });
        let largest = 0;
        for (let index = 0; index < 100; index++) {
            const app = index % 3 === 0 ? "mailer" : "web";
            for (let line = 0; line < 1000; line++) writer.append(record(`${index} ${"x".repeat(100)}`, { app }));
            await writer.flush();
            largest = Math.max(largest, sizeOf(folder));
        }
        await writer.close();
        expect(largest).toBeLessThanOrEqual(maxMiB * 1024 * 1024);
        expect(largest).toBeGreaterThan(maxMiB * 1024 * 1024 * 0.6);
        expect(writer.dropped).toBe(0);
        const kept = (await collect(searchLogs({ folders: [folder], app: "web" }))).map(({ line }) =>
            Number.parseInt(line, 10),
        );
        expect(kept.at(-1)).toBe(98);
        expect([...kept].sort((a, b) => a - b)).toEqual(kept);
    });

    test("a full disk is counted, told when it is over, and never thrown", async () => {
        const folder = temporaryFolder();
        const file = path.join(folder, "web/2026-03-02.ndjson");
        mkdirSync(path.dirname(file));
        symlinkSync("/dev/full", file);
        const writer = new SinkWriter(folder, { maxMiB: 10 });
        for (let index = 0; index < 7; index++) writer.append(record(`lost ${index}`));
        await writer.flush();
        expect(writer.dropped).toBe(7);
        rmSync(file);
        writer.append(record("kept"));
        await writer.close();
        const found = await collect(searchLogs({ folders: [folder] }));
        expect(found.map(({ stream, line }) => [stream, line])).toEqual([
            ["stdout", "kept"],
            ["system", "7 log lines of this sink were dropped: the disk is full"],
        ]);
        expect(writer.dropped).toBe(7);
    });

    test.runIf(process.platform === "linux" && process.getuid?.() === 0)(
        "a disk that is really full leaves no half line",
        async ({ skip }) => {
            const folder = temporaryFolder();
            const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]).status === 0;
            if (!mounted) skip("this machine does not allow mounts");
            try {
                const writer = new SinkWriter(folder, { maxMiB: 10 });
                const ballast = path.join(folder, "ballast");
                writeFileSync(ballast, Buffer.alloc(200 * 1024));
                for (let index = 0; index < 1000; index++) writer.append(record(`lost ${index}${"x".repeat(100)}`));
                await writer.flush();
                expect(writer.dropped).toBeGreaterThan(500);
                rmSync(ballast);
                writer.append(record("kept"));
                await writer.close();
                const found = (await collect(searchLogs({ folders: [folder] }))).map(({ line }) => line);
                // The lines that came through, each of them whole, and those that were dropped are all there were.
                const through = found.filter((line) => /^lost \d+x{100}$/.test(line));
                expect(through.length).toBe(1000 - writer.dropped);
                expect(found.slice(through.length)).toEqual([
                    "kept",
                    `${writer.dropped} log lines of this sink were dropped: the disk is full`,
                ]);
            } finally {
                spawnSync("umount", [folder]);
            }
        },
    );

    test("a sink folder that was deleted comes back", async () => {
        const folder = path.join(temporaryFolder(), "sink");
        const writer = new SinkWriter(folder, { maxMiB: 10 });
        writer.append(record("a"));
        await writer.close();
        rmSync(folder, { recursive: true });
        writer.append(record("b"));
        await writer.close();
        expect((await collect(searchLogs({ folders: [folder] }))).map(({ line }) => line)).toEqual(["b"]);
    });
});
