import { existsSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { expect, test } from "vitest";
import { AccessLog } from "#dist/providers/local/proxy/access-log.js";
import { afterTest, ask, backend, endpoint, eventually, front, source, temporaryFolder } from "./support.js";

const lines = (file: string) =>
    readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));

test("Each request is a line", async () => {
    const file = path.join(temporaryFolder(), "front.log");
    const { proxy, port } = await front({ accessLogFile: file });
    const one = await backend("one");
    await proxy.putSource(source("shop", [endpoint("a", one.port, { release: "3" })]));
    await ask(port, "/x?y=1", {
        method: "POST",
        body: "b",
        headers: { Host: "h", "User-Agent": 'quoted "agent"', "X-Request-Id": "id-1" },
    });
    await proxy.deleteSource("home/shop");
    await ask(port, "/gone");
    await eventually(() => existsSync(file) && lines(file).length === 2);
    const [first, second] = lines(file);
    expect(first).toMatchObject({
        client: "127.0.0.1",
        method: "POST",
        host: "h",
        path: "/x?y=1",
        status: 200,
        bytes: 3,
        app: "shop",
        release: "3",
        endpoint: "a",
        requestId: "id-1",
        userAgent: 'quoted "agent"',
    });
    expect(new Date(first.time).toISOString()).toBe(first.time);
    expect(first.milliseconds).toBeGreaterThan(0);
    expect(second).toMatchObject({ path: "/gone", status: 404 });
    expect(second).not.toHaveProperty("app");
    expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("It never takes more than twice its limit on disk, and no line is lost or cut at the change", async () => {
    const file = path.join(temporaryFolder(), "front.log");
    const log = new AccessLog(file, 64 * 1024);
    afterTest(() => log.close());
    for (let round = 0; round < 30; round++) {
        for (let line = 0; line < 100; line++) log.write({ round, line, text: "x".repeat(100) });
        await log.flush();
    }
    expect(log.dropped).toBe(0);
    const kept = [...lines(`${file}.1`), ...lines(file)];
    expect(statSync(file).size + statSync(`${file}.1`).size).toBeLessThan(2 * (64 * 1024 + 16_000));
    expect(kept.at(-1)).toMatchObject({ round: 29, line: 99 });
    kept.reduce((before, now) => {
        expect(now.round * 100 + now.line).toBe(before.round * 100 + before.line + 1);
        return now;
    });
});

test("A file that was moved or removed is made anew", async () => {
    const file = path.join(temporaryFolder(), "front.log");
    const log = new AccessLog(file);
    afterTest(() => log.close());
    log.write({ a: 1 });
    await log.flush();
    renameSync(file, `${file}.moved`);
    log.write({ a: 2 });
    await log.flush();
    rmSync(file);
    log.write({ a: 3 });
    await log.flush();
    expect([lines(`${file}.moved`), lines(file)]).toEqual([[{ a: 1 }], [{ a: 3 }]]);
});

test("A folder that is not there loses lines, says so, and stops no request", async () => {
    const file = path.join(temporaryFolder(), "none", "front.log");
    const { proxy, port } = await front({ accessLogFile: file });
    expect((await ask(port)).status).toBe(404);
    await eventually(() => proxy.stats().problems.length === 1);
    expect(proxy.stats().problems[0]).toMatch(/^Cannot write .*front\.log: ENOENT/);
});
