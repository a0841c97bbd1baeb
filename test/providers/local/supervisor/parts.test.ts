import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    truncateSync,
    writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Histogram } from "#dist/providers/local/proxy/histogram.js";
import { checkNames, program } from "#dist/providers/local/supervisor/app/environment.js";
import { type Counted, isSilent, judge, startFailuresAllowed } from "#dist/providers/local/supervisor/app/judge.js";
import { choosePort, preferredPort } from "#dist/providers/local/supervisor/app/ports.js";
import { takeSnapshot } from "#dist/providers/local/supervisor/app/snapshot.js";
import { digestContext, listContext } from "#dist/providers/local/supervisor/app/source.js";
import { BackOff } from "#dist/providers/local/supervisor/back-off.js";
import { Folders } from "#dist/providers/local/supervisor/folders.js";
import { isRecord, readJson, writeJson } from "#dist/providers/local/supervisor/json-file.js";
import { Lock } from "#dist/providers/local/supervisor/lock.js";
import { Operations } from "#dist/providers/local/supervisor/operations.js";
import type { ReleaseStats } from "#dist/providers/local/supervisor/parts.js";
import { latency } from "./harness.js";

let folder: string;
beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "twelvefold-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function files(content: Record<string, string>): void {
    for (const [name, text] of Object.entries(content)) {
        const full = path.join(folder, name);
        mkdirSync(path.dirname(full), { recursive: true });
        writeFileSync(full, text);
    }
}

describe("source", () => {
    test("lists what git would, without .git and node_modules", () => {
        files({
            ".gitignore": "*.log\n/dist\n",
            ".git/HEAD": "",
            "dist/built.js": "",
            "server.js": "",
            "debug.log": "",
            "lib/.gitignore": "!keep.log\n",
            "lib/keep.log": "",
            "lib/dist/x.js": "",
            "lib/node_modules/a/index.js": "",
        });
        expect(listContext(folder)).toEqual({
            files: [".gitignore", "lib/.gitignore", "lib/dist/x.js", "lib/keep.log", "server.js"],
            ignoredFolders: [".git", "dist", "lib/node_modules"],
        });
    });

    test("the repository's .gitignore counts for a context inside it", () => {
        files({
            ".git/HEAD": "",
            ".gitignore": "secret.txt\nservices/shop/out\n",
            "services/shop/secret.txt": "",
            "services/shop/out/a": "",
            "services/shop/a.js": "",
        });
        expect(listContext(path.join(folder, "services/shop")).files).toEqual(["a.js"]);
    });

    test("a .dockerignore is the only one that counts, and counts from the root", () => {
        files({
            ".gitignore": "a.js",
            ".dockerignore": "# comment\nb.js\n**/*.md\n!README.md\n",
            "a.js": "",
            "b.js": "",
            "lib/b.js": "",
            "lib/x.md": "",
            "README.md": "",
        });
        expect(listContext(folder).files).toEqual([".dockerignore", ".gitignore", "README.md", "a.js", "lib/b.js"]);
    });

    test("the digest follows names, contents and executable bits, and nothing else", () => {
        files({ "a.js": "1", "b.js": "2" });
        const { digest } = digestContext(folder);
        files({ "a.js": "1" });
        expect(digestContext(folder)).toEqual({ digest, files: 2 });
        chmodSync(path.join(folder, "a.js"), 0o755);
        const executable = digestContext(folder).digest;
        chmodSync(path.join(folder, "a.js"), 0o644);
        files({ "a.js": "12", "b.js": "" });
        expect(new Set([digest, executable, digestContext(folder).digest]).size).toBe(3);
    });

    test("what is no folder, or too much, is an error that says what to do", () => {
        expect(() => listContext(path.join(folder, "nothing"))).toThrow(
            "Set build.context to the folder of the app's code.",
        );
        mkdirSync(path.join(folder, "many"));
        for (let index = 0; index <= 20_000; index++) writeFileSync(path.join(folder, "many", String(index)), "");
        expect(() => listContext(folder)).toThrow(/more than 20,000 files or 500 MiB.*\.dockerignore/);
    });

    test("a snapshot is a copy, with links to what was left out", async () => {
        const project = path.join(folder, "project");
        files({
            "project/node_modules/dependency/index.js": "",
            "project/.git/HEAD": "",
            "project/shop/.gitignore": "dist\n.cache\n.venv\n",
            "project/shop/server.js": "one",
            "project/shop/dist/main.js": "",
            "project/shop/.cache/x": "",
            "project/shop/.venv/x": "",
        });
        symlinkSync("server.js", path.join(project, "shop", "link.js"));
        const { digest } = digestContext(path.join(project, "shop"));
        const folders = new Folders(path.join(folder, "home"));
        const snapshot = await takeSnapshot(folders, project, { context: "shop", digest });
        writeFileSync(path.join(project, "shop", "server.js"), "two");
        expect(readFileSync(path.join(snapshot, "link.js"), "utf8")).toBe("one");
        expect(readdirSync(snapshot).sort()).toEqual([
            ".gitignore",
            ".venv",
            "dist",
            "link.js",
            "node_modules",
            "server.js",
        ]);
        expect(existsSync(path.join(snapshot, "node_modules/dependency/index.js"))).toBe(true);
        const stale = takeSnapshot(folders, project, { context: "shop", digest: digest.replace(/^./, "x") });
        await expect(stale).rejects.toThrow("changed while it was being deployed");
        expect(readdirSync(folders.sources())).toEqual([digest]);
    });
});

describe("environment", () => {
    test("a program is looked for on the path", () => {
        expect(program(["sh", "-c", "x"], "/", "/nowhere:/bin")).toEqual({ command: "/bin/sh", args: ["-c", "x"] });
        expect(() => program(["shh"], "/", "/bin")).toThrow('There is no program "shh" on the PATH (/bin).');
        expect(() => program(["./run"], folder, "/bin")).toThrow(`There is no program "./run" at ${folder}/run.`);
    });

    test("names that no shell takes are refused", () => {
        expect(() => checkNames({ "my.setting": "" }, { "1st": "" })).toThrow('"my.setting", "1st" cannot be a name');
    });
});

/** So many slow requests, and as many fast ones after them. */
function fastSince(requests: number, milliseconds: number) {
    const histogram = new Histogram();
    for (let count = 0; count < requests; count++) histogram.add(milliseconds);
    for (let count = 0; count < requests; count++) histogram.add(1);
    return { requests: 2 * requests, errors5xx: 0, latency: { counts: histogram.counts() } };
}

describe("judge", () => {
    const stats = (requests: number, errors5xx: number, milliseconds = 1) => ({
        requests,
        errors5xx,
        latency: latency(requests, milliseconds),
    });

    test.each([
        ["too few to say", undefined, stats(19, 19), {}, undefined],
        ["enough", undefined, stats(20, 20), {}, "20 of 20 requests failed (100.0 %, allowed are 5 %)"],
        ["exactly what is allowed", undefined, stats(100, 5), {}, undefined],
        ["only since the beginning", stats(1000, 900), stats(1100, 901), {}, undefined],
        [
            "a rule of its own",
            undefined,
            stats(100, 2),
            { errorPercent: 1 },
            "2 of 100 requests failed (2.0 %, allowed are 1 %)",
        ],
        [
            "slow",
            undefined,
            stats(100, 0, 600),
            { p99Milliseconds: 500 },
            /^99 % of the requests took up to 6\d\d ms \(allowed are 500 ms\)$/,
        ],
        ["slow before, and fast since", stats(100, 0, 600), fastSince(100, 600), { p99Milliseconds: 500 }, undefined],
        ["nobody there", undefined, undefined, {}, undefined],
    ])("%s", (_name, before, now, rules, expected) => {
        const counted = (one: ReleaseStats | undefined): Counted => (one === undefined ? {} : { 2: one });
        const all = { before: counted(before), now: counted(now) };
        const verdict = judge({ to: 2, from: 1, ...all, rules: { alarms: [], ...rules } });
        if (expected instanceof RegExp) expect(verdict).toMatch(expected);
        else expect(verdict).toBe(expected);
    });

    /** Of so many requests these wait, or were given up, after so long. */
    const hanging = (waiting: [number, number], abandoned: [number, number] = [0, 0]): ReleaseStats => {
        const requests = 40;
        const answered = requests - waiting[0] - abandoned[0];
        const unanswered = { waiting: latency(...waiting).counts, abandoned: latency(...abandoned).counts };
        return { requests, errors5xx: 0, latency: latency(answered, 1), unanswered };
    };

    const failing = (failed: number, waiting: number): ReleaseStats => ({
        requests: failed + waiting,
        errors5xx: failed,
        latency: latency(failed, 1),
        unanswered: { waiting: latency(waiting, 100).counts, abandoned: [] },
    });

    test.each([
        ["all wait, but not yet long enough", hanging([40, 4000]), 10, {}, undefined],
        [
            "all have waited too long",
            hanging([40, 6000]),
            10,
            {},
            "40 of 40 requests failed (100.0 %, allowed are 5 %); 40 of them were not answered",
        ],
        ["as many as are allowed", hanging([2, 6000]), 10, {}, undefined],
        [
            "one more",
            hanging([3, 6000]),
            10,
            {},
            "3 of 40 requests failed (7.5 %, allowed are 5 %); 3 of them were not answered",
        ],
        [
            "half wait, and half failed: those that wait say nothing",
            failing(20, 20),
            10,
            {},
            "20 of 20 requests failed (100.0 %, allowed are 5 %)",
        ],
        ["too few of which something is known", failing(19, 21), 10, {}, undefined],
        ["clients that do not wait at all", hanging([0, 0], [40, 500]), 10, {}, undefined],
        [
            "clients that gave up",
            hanging([0, 0], [40, 1500]),
            10,
            {},
            "40 of 40 requests failed (100.0 %, allowed are 5 %); 40 of them were not answered",
        ],
        ["an app that was as slow before", hanging([40, 6000], [0, 0]), 1000, {}, undefined],
        ["an app that may be slow", hanging([40, 6000]), 10, { p99Milliseconds: 30_000 }, undefined],
        [
            "an app that must be fast",
            hanging([40, 900]),
            10,
            { p99Milliseconds: 500 },
            /^99 % of the requests took up to 9\d\d ms \(allowed are 500 ms\)$/,
        ],
    ])("without an answer: %s", (_name, now, former, rules, expected) => {
        const one = { requests: 1000, errors5xx: 0, latency: latency(1000, former) };
        const judged = { to: 2, from: 1, before: { 1: one }, now: { 1: one, 2: now }, rules: { alarms: [], ...rules } };
        const verdict = judge(judged);
        if (expected instanceof RegExp) expect(verdict).toMatch(expected);
        else expect(verdict).toBe(expected);
        expect(isSilent(judged)).toBe(now.latency.counts.length === 0);
    });

    test("start failures: half of the replicas, at least 3, at most 200", () => {
        expect([1, 2, 7, 100, 1000].map(startFailuresAllowed)).toEqual([3, 3, 4, 50, 200]);
    });
});

test("back-off: 1 s doubling to 60 s, forgiven after ten minutes", () => {
    const backOff = new BackOff();
    expect(Array.from({ length: 8 }, () => backOff.after(10))).toEqual(
        [1, 2, 4, 8, 16, 32, 60, 60].map((s) => s * 1000),
    );
    expect(backOff.after(600_000)).toBe(1000);
});

describe("ports", () => {
    let server: Server | undefined;
    afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));

    test("the same for the same object, the next one when it is taken", async () => {
        const preferred = preferredPort(folder, "balancer/front");
        expect(preferred).toBe(preferredPort(folder, "balancer/front"));
        server = createServer();
        await new Promise<void>((resolve) => server?.listen(preferred, "127.0.0.1", resolve));
        const chosen = await choosePort(folder, "balancer/front", new Set([preferred + 1]));
        expect([preferred, preferred + 1]).not.toContain(chosen);
    });

    test("always in its range", () => {
        fc.assert(
            fc.property(fc.string(), fc.string(), (home, object) => {
                const port = preferredPort(home, object);
                return port >= 20_000 && port < 30_000;
            }),
        );
    });
});

describe("state files", () => {
    test("a damaged file is replaced by the one before it", () => {
        const file = path.join(folder, "state.json");
        writeJson(file, { n: 1 }, { backup: true });
        writeJson(file, { n: 2 }, { backup: true });
        expect(readJson(file, isRecord)).toEqual({ value: { n: 2 } });
        truncateSync(file, 3);
        expect(readJson(file, isRecord).value).toEqual({ n: 1 });
        writeFileSync(`${file}.bak`, "");
        expect(readJson(file, isRecord)).toEqual({
            value: undefined,
            problem: expect.stringContaining("nothing is known"),
        });
        expect(readdirSync(folder).sort()).toEqual(["state.json", "state.json.bak"]);
    });

    test.skipIf(process.platform !== "linux")("a full disk leaves what was there", () => {
        const file = path.join(folder, "state.json");
        writeJson(file, { n: 1 });
        symlinkSync("/dev/full", `${file}.${process.pid}.tmp`);
        expect(() => writeJson(file, { n: 2 })).toThrow(/Cannot write .*ENOSPC.*What it held before is kept/);
        expect(readJson(file, isRecord).value).toEqual({ n: 1 });
        expect(readdirSync(folder)).toEqual(["state.json"]);
    });
});

describe("lock", () => {
    test("is held by one, and taken over from the dead", () => {
        const lock = Lock.take(folder);
        expect(lock).toBeInstanceOf(Lock);
        expect(Lock.take(folder)).toMatchObject({ pid: process.pid });
        for (const name of readdirSync(folder))
            writeFileSync(path.join(folder, name), JSON.stringify({ pid: process.pid, startTime: "dead" }));
        expect(Lock.take(folder)).toBeInstanceOf(Lock);
        expect(readdirSync(folder)).toEqual(["supervisor.lock.2"]);
    });
});

describe("operations", () => {
    test("who asks for the same joins in, who asks for something else waits", async () => {
        const operations = new Operations();
        const order: string[] = [];
        const heard: string[] = [];
        let finish: () => void = () => undefined;
        const work = async (tell: (line: string) => void) => {
            tell("begun");
            order.push("first");
            await new Promise<void>((resolve) => {
                finish = resolve;
            });
            return 1;
        };
        const first = operations.run("app/web", "apply", "a", work, () => undefined);
        await new Promise(setImmediate);
        const joined = operations.run(
            "app/web",
            "apply",
            "a",
            async () => 2,
            (line) => heard.push(line),
        );
        const other = operations.run(
            "app/web",
            "apply",
            "b",
            async () => {
                order.push("other");
                return 3;
            },
            () => undefined,
        );
        expect(operations.list()).toEqual(["apply"]);
        finish();
        expect(await Promise.all([first, joined, other])).toEqual([1, 1, 3]);
        expect(order).toEqual(["first", "other"]);
        expect(heard).toEqual(["begun"]);
        expect(operations.count).toBe(0);
    });
});
