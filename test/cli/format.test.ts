import { describe, expect, test } from "vitest";
import { format } from "#dist/cli/doctor/index.js";
import { formatRecord } from "#dist/cli/logs.js";
import { formatStatus } from "#dist/cli/status.js";
import { span, table } from "#dist/cli/table.js";

test("a table is as wide as it needs to be", () => {
    expect(
        table(
            ["APP", "STATE"],
            [
                ["web", "ready"],
                ["a-long-name", ""],
            ],
        ),
    ).toBe(["APP          STATE", "web          ready", "a-long-name"].join("\n"));
});

test.each([
    [0, "0s"],
    [999, "1s"],
    [61_000, "1m 1s"],
    [3_600_000, "1h"],
    [100_000_000, "1d 3h"],
    [-5, "0s"],
])("%d ms is %s", (milliseconds, text) => {
    expect(span(milliseconds)).toBe(text);
});

describe("a log record as a line", () => {
    const record = {
        time: "2026-01-31T12:00:00.000Z",
        app: "web",
        process: "web",
        replica: "web-1-1",
        release: "1",
        stream: "stdout",
        line: "hello",
    } as const;

    test("names the replica", () => {
        expect(formatRecord(record)).toBe("2026-01-31T12:00:00.000Z web/web-1-1 hello");
    });

    test("shows the level, and what the supervisor says as its own", () => {
        expect(formatRecord({ ...record, stream: "system", level: "warn" })).toBe(
            "2026-01-31T12:00:00.000Z web (supervisor) WARN hello",
        );
    });
});

test("a finding says what, why and how to mend it", () => {
    expect(
        format({ level: "problem", what: "It is locked.", why: "A killed up left it.", mend: ["pulumi cancel"] }),
    ).toBe(["  PROBLEM  It is locked.", "           A killed up left it.", "           → pulumi cancel"].join("\n"));
});

test("a status shows what runs, kind by kind, and leaves out kinds that there are none of", () => {
    const text = formatStatus(
        {
            home: "/h",
            project: "shop",
            stack: "dev",
            supervisor: {
                pid: 7,
                version: "0.1.0",
                since: "2026-01-31T11:59:00Z",
                problems: ["desired.json was torn"],
            },
            proxy: { pid: 8 },
            postgres: undefined,
            apps: [
                {
                    name: "web",
                    process: "web",
                    release: 2,
                    releaseId: "abc",
                    rollout: 3,
                    wanted: 2,
                    internalUrl: "http://127.0.0.1:9000",
                    routes: [{ home: "/h", balancer: "front", path: "/", stripPrefix: false }],
                    replicas: [
                        {
                            id: "web-2-1",
                            release: 2,
                            state: "ready",
                            pid: 9,
                            port: 20001,
                            since: "2026-01-31T11:59:30Z",
                            restarts: 1,
                            lastProblem: undefined,
                        },
                    ],
                    releases: [],
                },
            ],
            balancers: [
                {
                    name: "front",
                    url: "http://localhost:8080",
                    port: 8080,
                    problem: undefined,
                    spec: {
                        algorithm: "roundRobin",
                        port: 0,
                        idleTimeoutSeconds: 60,
                        allowedCidrs: [],
                        accessLogs: false,
                        proxyProtocol: false,
                    },
                },
            ],
            queues: [],
            databases: [],
            jobs: [],
            sinks: [],
            operations: ["apply app/web"],
        },
        new Date("2026-01-31T12:00:00Z"),
    );
    expect(text).toBe(
        [
            "shop/dev   supervisor 7, up 1m",
            "LOAD BALANCER  URL                    SERVES\nfront          http://localhost:8080  / → web",
            "APP  PROCESS  REPLICAS   RELEASE                 URL\nweb  web      1/2 ready  2 (abc), rolling out 3  http://127.0.0.1:9000",
            "REPLICA      STATE  PID  PORT   RELEASE  UP   RESTARTS\nweb/web-2-1  ready  9    20001  2        30s  1",
            "Problem: desired.json was torn",
            "Under way: apply app/web",
        ].join("\n\n"),
    );
});
