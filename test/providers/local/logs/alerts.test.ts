import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AlertWatcher, notifier } from "#dist/providers/local/logs/index.js";
import type { AlertSpec } from "#dist/providers/local/spec.js";
import { record } from "./temporary.js";

const ALERT: AlertSpec = { name: "errors", match: "ERROR", threshold: 3, windowSeconds: 60 };

function watched(alerts: readonly AlertSpec[]) {
    const told: [string, number][] = [];
    const time = { seconds: 0 };
    const watcher = new AlertWatcher(
        alerts,
        ({ name }, count) => told.push([name, count]),
        () => time.seconds * 1000,
    );
    const see = (line: string, seconds: number, stream: "stdout" | "system" = "stdout") => {
        time.seconds = seconds;
        watcher.observe(record(line, { stream }));
    };
    return { told, time, watcher, see };
}

describe("an alert", () => {
    test("is raised once, cleared when there are fewer, and raised again", () => {
        const { told, time, watcher, see } = watched([ALERT]);
        see("ERROR 1", 0);
        see("fine", 1);
        see("ERROR 2", 30);
        expect(watcher.raised()).toEqual([]);
        see("ERROR 3", 60);
        see("ERROR 4", 61);
        expect(watcher.raised()).toEqual(["errors"]);
        expect(told).toEqual([["errors", 3]]);
        time.seconds = 91;
        expect(watcher.raised()).toEqual([]);
        see("ERROR 5", 120);
        expect(told.length).toBe(1);
        see("ERROR 6", 150);
        see("ERROR 7", 160);
        expect(told).toEqual([
            ["errors", 3],
            ["errors", 3],
        ]);
    });

    test("counts neither what is too far apart nor what the system says", () => {
        const { told, see } = watched([ALERT]);
        for (let index = 0; index < 20; index++) see("ERROR", index * 31);
        for (let index = 0; index < 20; index++) see("ERROR", 1000, "system");
        expect(told).toEqual([]);
    });

    test("can look for an expression", () => {
        const { told, see } = watched([{ ...ALERT, match: "/status=5\\d\\d/", threshold: 1 }]);
        see("status=404", 0);
        see("status=503", 1);
        expect(told).toEqual([["errors", 1]]);
        expect(() => watched([{ ...ALERT, match: "/(/" }])).toThrow("not a regular expression");
    });

    test("is raised exactly while the window holds enough", () => {
        const steps = fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 50 });
        fc.assert(
            fc.property(steps, fc.integer({ min: 1, max: 5 }), (gaps, threshold) => {
                const { told, watcher, see } = watched([{ ...ALERT, threshold }]);
                const times: number[] = [];
                let raises = 0;
                let now = 0;
                let above = false;
                for (const gap of gaps) {
                    now += gap;
                    times.push(now);
                    see("ERROR", now);
                    const enough = times.filter((each) => each >= now - 60).length >= threshold;
                    if (enough && !(above && gap <= 60)) raises++;
                    above = enough;
                    expect(watcher.raised()).toEqual(enough ? ["errors"] : []);
                }
                expect(told.length).toBe(raises);
            }),
        );
    });
});

describe("telling", () => {
    test("posts the alert, and says so in the log", async () => {
        const bodies: Record<string, unknown>[] = [];
        const server = createServer(async (request, response) => {
            let body = "";
            for await (const chunk of request) body += chunk;
            bodies.push({ method: request.method, type: request.headers["content-type"], ...JSON.parse(body) });
            response.end("thanks");
        }).listen(0, "127.0.0.1");
        await once(server, "listening");
        const lines: string[] = [];
        const notify = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=hidden`;
        notifier({ log: (line) => lines.push(line) })({ ...ALERT, notify }, 3);
        await expect.poll(() => bodies.length, { timeout: 5000 }).toBe(1);
        expect(bodies[0]).toMatchObject({ method: "POST", type: "application/json", alert: "errors", count: 3 });
        expect(lines).toEqual(["alert errors: 3 lines with ERROR within 60 s"]);
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    });

    test.each([
        ["http://127.0.0.1:1/hook?token=hidden", "127.0.0.1:1 did not take it"],
        ["no url with token=hidden", "notify did not take it: it is not a URL"],
    ])("%s is a line in the log, without its secret", async (notify, message) => {
        const lines: string[] = [];
        notifier({ log: (line) => lines.push(line) })({ ...ALERT, notify }, 3);
        await expect.poll(() => lines.length, { timeout: 5000 }).toBe(2);
        expect(lines[1]).toContain(message);
        expect(lines.join()).not.toContain("hidden");
    });

    test("a receiver that never answers gets no more than eight at once", async () => {
        const lines: string[] = [];
        let open = 0;
        const release: (() => void)[] = [];
        const post = () =>
            new Promise<void>((resolve) => {
                open++;
                release.push(resolve);
            });
        const tell = notifier({ log: (line) => lines.push(line), post });
        for (let index = 0; index < 12; index++) tell({ ...ALERT, notify: "https://example.org/" }, 3);
        expect(open).toBe(8);
        expect(lines.filter((line) => line.includes("not sent")).length).toBe(4);
        for (const each of release) each();
        await new Promise(setImmediate);
        tell({ ...ALERT, notify: "https://example.org/" }, 3);
        expect(open).toBe(9);
        for (const each of release) each();
    });

    test("log alone posts nothing", () => {
        const lines: string[] = [];
        const post = () => Promise.reject(new Error("must not be called"));
        notifier({ log: (line) => lines.push(line), post })({ ...ALERT, notify: "log" }, 3);
        expect(lines.length).toBe(1);
    });
});
