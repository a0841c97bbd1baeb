import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { followLogs, type LogRecord, parseLine, SinkWriter, searchLogs } from "#dist/providers/local/logs/index.js";
import { collect, record, temporaryFolder } from "./temporary.js";

const T0 = Date.parse("2026-03-02T23:59:50.000Z");
const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();

async function sink(records: readonly LogRecord[]): Promise<string> {
    const folder = temporaryFolder();
    const writer = new SinkWriter(folder, { maxMiB: 100 });
    for (const each of records) writer.append(each);
    await writer.close();
    return folder;
}

async function linesFound(query: Parameters<typeof searchLogs>[0]): Promise<string[]> {
    return (await collect(searchLogs(query))).map(({ line }) => line);
}

describe("searching", () => {
    test("apps and sinks come in the order of time, over midnight", async () => {
        const first = await sink([
            record("1", { time: at(1) }),
            record("3", { time: at(3), app: "mailer" }),
            record("12", { time: at(12), app: "mailer" }),
            record("20", { time: at(20) }),
        ]);
        const second = await sink([record("2", { time: at(2) }), record("15", { time: at(15) })]);
        expect(await linesFound({ folders: [first, second] })).toEqual(["1", "2", "3", "12", "15", "20"]);
        expect(await linesFound({ folders: [first, second], limit: 4 })).toEqual(["3", "12", "15", "20"]);
        expect(await linesFound({ folders: [first, second], app: "mailer" })).toEqual(["3", "12"]);
        const [since, until] = [new Date(at(3)), new Date(at(15))];
        expect(await linesFound({ folders: [first, second], since })).toEqual(["3", "12", "15", "20"]);
        expect(await linesFound({ folders: [first, second], since, until })).toEqual(["3", "12"]);
        expect(await linesFound({ folders: [first], limit: 0 })).toEqual([]);
    });

    test("by level, plain text and expression", async () => {
        const lines = [
            '{"level":"error","msg":"it said \\"no\\""}',
            '{"level":"debug","msg":"fine"}',
            "plain ERROR 42",
        ];
        const folder = await sink(lines.map((line) => record(line, parseLine(line))));
        expect(await linesFound({ folders: [folder], level: "warn" })).toEqual([lines[0]]);
        expect(await linesFound({ folders: [folder], level: "DEBUG" })).toEqual([lines[0], lines[1]]);
        expect(await linesFound({ folders: [folder], text: "ERROR" })).toEqual([lines[2]]);
        expect(await linesFound({ folders: [folder], text: "/error/i" })).toEqual([lines[0], lines[2]]);
        expect(await linesFound({ folders: [folder], text: "/\\d{2}$/" })).toEqual([lines[2]]);
        // As in the line, not as in the file.
        expect(await linesFound({ folders: [folder], text: '\\"no' })).toEqual([lines[0]]);
        // Text of the stored record that is not of the line.
        expect(await linesFound({ folders: [folder], text: "stdout" })).toEqual([]);
        await expect(linesFound({ folders: [folder], text: "/(/" })).rejects.toThrow("/(/ is not a regular expression");
    });

    test("segments of other days are not even read", async () => {
        const folder = await sink([record("old", { time: at(0) }), record("new", { time: at(20) })]);
        const old = path.join(folder, "web/2026-03-02.ndjson");
        rmSync(old);
        mkdirSync(old); // Reading it would be an error.
        expect(await linesFound({ folders: [folder], since: new Date(at(20)) })).toEqual(["new"]);
        await expect(linesFound({ folders: [folder] })).rejects.toThrow("EISDIR");
    });

    test("torn lines, and what is no record, are passed over", async () => {
        const folder = await sink([record("a"), record("b")]);
        appendFileSync(path.join(folder, "web/2026-03-02.ndjson"), 'null\n\n{"time":"2026-');
        expect(await linesFound({ folders: [folder] })).toEqual(["a", "b"]);
        expect(await linesFound({ folders: [folder], limit: 1 })).toEqual(["b"]);
    });

    test("archives are read too, as far as they go", async () => {
        const folder = await sink([record("old", { time: at(0) }), record("new", { time: at(20) })]);
        const plain = path.join(folder, "web/2026-03-02.ndjson");
        const archived = path.join(folder, "archive/web/2026-03-02.ndjson.gz");
        mkdirSync(path.dirname(archived), { recursive: true });
        writeFileSync(archived, gzipSync(readFileSync(plain)));
        // While both are there, one of them counts.
        expect(await linesFound({ folders: [folder] })).toEqual(["old", "new"]);
        rmSync(plain);
        expect(await linesFound({ folders: [folder], limit: 2 })).toEqual(["old", "new"]);
        writeFileSync(archived, readFileSync(archived).subarray(0, 30));
        expect(await linesFound({ folders: [folder] })).toEqual(["new"]);
        writeFileSync(archived, "no gzip");
        expect(await linesFound({ folders: [folder] })).toEqual(["new"]);
    });

    test("a folder that is not there has nothing", async () => {
        expect(await linesFound({ folders: [path.join(temporaryFolder(), "none")] })).toEqual([]);
    });

    test("any records, merged, are the sorted whole, and limit is its end", async () => {
        const one = fc.record({ seconds: fc.nat(30), app: fc.constantFrom("a", "b", "c"), sink: fc.nat(1) });
        await fc.assert(
            fc.asyncProperty(fc.array(one, { maxLength: 60 }), fc.nat(70), async (all, limit) => {
                const sorted = all.toSorted((a, b) => a.seconds - b.seconds);
                const records = sorted.map(({ seconds, app, sink: to }, index) => ({
                    to,
                    value: record(`${index}`, { time: at(seconds), app }),
                }));
                const folders = await Promise.all(
                    [0, 1].map((to) => sink(records.filter((each) => each.to === to).map(({ value }) => value))),
                );
                const found = await collect(searchLogs({ folders }));
                expect(found.map(({ time }) => time)).toEqual(records.map(({ value }) => value.time));
                expect(new Set(found.map(({ line }) => line)).size).toBe(records.length);
                const last = await collect(searchLogs({ folders, limit }));
                expect(last.map(({ time }) => time)).toEqual(
                    limit === 0 ? [] : found.slice(-limit).map(({ time }) => time),
                );
            }),
            { numRuns: 30 },
        );
    });
});

describe("following", () => {
    /** Collects until it is stopped. */
    function follow(query: Parameters<typeof followLogs>[0]) {
        const stop = new AbortController();
        const lines: string[] = [];
        const done = (async () => {
            for await (const { line } of followLogs(query, stop.signal)) lines.push(line);
        })();
        const end = (): Promise<void> => {
            stop.abort();
            return done;
        };
        return { lines, stop: end };
    }

    test("gives what was there and what comes, each once", async () => {
        const folder = await sink([record("1"), record("2")]);
        const file = path.join(folder, "web/2026-03-02.ndjson");
        // Torn now, whole later.
        const whole = `${JSON.stringify(record("3"))}\n`;
        appendFileSync(file, whole.slice(0, 40));
        const follower = follow({ folders: [folder], limit: 1 });
        await expect.poll(() => follower.lines, { timeout: 5000 }).toEqual(["2"]);
        appendFileSync(file, whole.slice(40));
        await expect.poll(() => follower.lines, { timeout: 5000 }).toEqual(["2", "3"]);
        const writer = new SinkWriter(folder, { maxMiB: 10 });
        writer.append(record("4", { time: at(30), app: "new" }));
        writer.append(record("5", { time: at(31) }));
        await expect.poll(() => follower.lines, { timeout: 5000 }).toEqual(["2", "3", "4", "5"]);
        await writer.close();
        await follower.stop();
    });

    test("without since or limit gives only what comes, and ends with the signal", async () => {
        const folder = await sink([record("old")]);
        const follower = follow({ folders: [folder], text: "new" });
        // It has looked at what was there once it sees the first of these.
        let index = 0;
        const writer = new SinkWriter(folder, { maxMiB: 10 });
        await expect
            .poll(
                () => {
                    writer.append(record(`new ${index++}`));
                    writer.append(record("other"));
                    return follower.lines.length;
                },
                { timeout: 5000 },
            )
            .toBeGreaterThan(2);
        await writer.close();
        await follower.stop();
        expect(follower.lines.every((line) => line.startsWith("new"))).toBe(true);
    });

    test("a segment that is deleted or archived meanwhile is no error", async () => {
        const folder = await sink([record("1")]);
        const follower = follow({ folders: [folder], limit: 5 });
        await expect.poll(() => follower.lines, { timeout: 5000 }).toEqual(["1"]);
        renameSync(path.join(folder, "web/2026-03-02.ndjson"), path.join(folder, "gone"));
        const writer = new SinkWriter(folder, { maxMiB: 10 });
        writer.append(record("2", { time: at(30) }));
        await expect.poll(() => follower.lines, { timeout: 5000 }).toEqual(["1", "2"]);
        await writer.close();
        await follower.stop();
    });
});
