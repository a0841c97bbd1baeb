import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect, test } from "vitest";
import { SinkWriter, searchLogs } from "#dist/providers/local/logs/index.js";
import { homeId } from "#dist/providers/local/paths.js";
import { Output } from "#dist/providers/local/supervisor/output.js";
import { realParts } from "#dist/providers/local/supervisor/real-parts.js";
import { collect, record, temporaryFolder } from "./temporary.js";

const DAY = "2026-03-02";

test("apps of equal name in several stacks have a folder each in a shared sink, and are told apart", async () => {
    const root = temporaryFolder();
    const homes = ["dev", "prod"].map((stack) => path.join(root, "shop", stack));
    const sink = path.join(homes[0] ?? "", "logs", "all");
    const writer = { app: "web", process: "web", replica: "web-1-1", release: "1" };
    for (const home of homes) {
        const output = new Output(home, realParts().logs, () => undefined);
        output.system(sink, writer, `from ${path.basename(home)}`);
        output.system(sink, { ...writer, app: "website" }, "another app");
        await output.close();
    }
    const id = homeId(homes[1] ?? "");
    expect(readdirSync(sink).sort()).toEqual(["web", `web@${id}`, "website", `website@${id}`]);
    const found = await collect(searchLogs({ folders: [sink], app: "web" }));
    expect(found.map(({ app, stack, line }) => [app, stack, line]).sort()).toEqual([
        ["web", undefined, "from dev"],
        ["web", "shop/prod", "from prod"],
    ]);
});

test("an app whose name looks like one of another stack is itself", async () => {
    const folder = temporaryFolder();
    const own = new SinkWriter(folder, { maxMiB: 10 });
    const other = new SinkWriter(folder, { maxMiB: 10, stack: "x" });
    own.append(record("own", { app: "web@x" }));
    other.append(record("other", { app: "web" }));
    await Promise.all([own.close(), other.close()]);
    const lines = async (app: string) =>
        (await collect(searchLogs({ folders: [folder], app }))).map(({ line }) => line);
    expect([await lines("web@x"), await lines("web")]).toEqual([["own"], ["other"]]);
});

test("archived segments of another stack are found, too", async () => {
    const folder = temporaryFolder();
    const { gzipSync } = await import("node:zlib");
    const archived = path.join(folder, "archive", "web@x");
    mkdirSync(archived, { recursive: true });
    writeFileSync(path.join(archived, `${DAY}.ndjson.gz`), gzipSync(`${JSON.stringify(record("old"))}\n`));
    expect((await collect(searchLogs({ folders: [folder], app: "web" }))).map(({ line }) => line)).toEqual(["old"]);
});

test("making room leaves another stack the segment that it writes to", async () => {
    const folder = temporaryFolder();
    const file = (app: string, name: string) => {
        mkdirSync(path.join(folder, app), { recursive: true });
        writeFileSync(path.join(folder, app, name), "x".repeat(300 * 1024));
    };
    file("web@x", "2026-02-01.ndjson");
    file("web@x", "2026-02-02.ndjson");
    file("web", "2026-02-03.ndjson");
    file("web", "2026-02-04.ndjson");
    const writer = new SinkWriter(folder, { maxMiB: 0.5 });
    writer.append(record("new"));
    await writer.close();
    expect(readdirSync(path.join(folder, "web@x"))).toEqual(["2026-02-02.ndjson"]);
    expect(readdirSync(path.join(folder, "web"))).toEqual([`${DAY}.ndjson`]);
});
