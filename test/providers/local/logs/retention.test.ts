import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect, test } from "vitest";
import { applyRetention, SinkWriter, searchLogs } from "#dist/providers/local/logs/index.js";
import { collect, record, temporaryFolder } from "./temporary.js";

const NOW = new Date("2026-03-31T12:00:00Z");
const SPEC = { retentionDays: 30, maxMiB: 100, alerts: [] };

async function sinkOf(...dates: string[]): Promise<string> {
    const folder = temporaryFolder();
    const writer = new SinkWriter(folder, { maxMiB: 100 });
    for (const date of dates) writer.append(record(date, { time: `${date}T23:00:00.000Z` }));
    await writer.close();
    return folder;
}

async function found(folder: string): Promise<string[]> {
    return (await collect(searchLogs({ folders: [folder] }))).map(({ line }) => line);
}

test("what is older than retentionDays goes, whole days only", async () => {
    // A line of late 1 March is not yet 30 days old at noon of the 31st; all of 28 February is older.
    const folder = await sinkOf("2026-02-27", "2026-02-28", "2026-03-01", "2026-03-31");
    await applyRetention(folder, SPEC, NOW);
    expect(await found(folder)).toEqual(["2026-03-01", "2026-03-31"]);
});

test("an app without segments leaves no folder", async () => {
    const folder = await sinkOf("2026-01-01");
    await applyRetention(folder, SPEC, NOW);
    expect(readdirSync(folder)).toEqual([]);
    await applyRetention(path.join(folder, "none"), SPEC, NOW);
});

test("archived lines can still be found, until archiveDays are over", async () => {
    const folder = await sinkOf("2026-01-01", "2026-02-20", "2026-03-30");
    const spec = { ...SPEC, archiveDays: 20 };
    await applyRetention(folder, spec, NOW);
    expect(await found(folder)).toEqual(["2026-02-20", "2026-03-30"]);
    expect(readdirSync(path.join(folder, "archive/web"))).toEqual(["2026-02-20.ndjson.gz"]);
    expect(readdirSync(path.join(folder, "web"))).toEqual(["2026-03-30.ndjson"]);
    await applyRetention(folder, spec, new Date("2026-04-12T00:00:00Z"));
    expect(await found(folder)).toEqual(["2026-03-30"]);
});

test("what a killed archiving left is cleaned up and done again", async () => {
    const folder = await sinkOf("2026-02-20");
    mkdirSync(path.join(folder, "archive/web"), { recursive: true });
    writeFileSync(path.join(folder, "archive/web/2026-02-20.ndjson.gz.tmp"), "half");
    writeFileSync(path.join(folder, "archive/web/2026-02-20.ndjson.gz"), "not whole");
    await applyRetention(folder, { ...SPEC, archiveDays: 20 }, NOW);
    expect(readdirSync(path.join(folder, "archive/web"))).toEqual(["2026-02-20.ndjson.gz"]);
    expect(await found(folder)).toEqual(["2026-02-20"]);
});

test("the oldest go until the sink is small enough, never what is being written", async () => {
    const folder = temporaryFolder();
    const writer = new SinkWriter(folder, { maxMiB: 100 });
    for (let day = 10; day < 20; day++) {
        const time = `2026-03-${day}T00:00:00.000Z`;
        for (let line = 0; line < 400; line++) writer.append(record(`${day} ${"x".repeat(1000)}`, { time }));
    }
    writer.append(record("quiet", { app: "quiet", time: "2026-03-05T00:00:00.000Z" }));
    await writer.close();
    await applyRetention(folder, { ...SPEC, maxMiB: 2 }, NOW);
    const left = await found(folder);
    expect(new Set(left.map((line) => line.slice(0, 2)))).toEqual(new Set(["qu", "16", "17", "18", "19"]));
});
