import * as path from "node:path";
import { App, Autoscaler, Database, Job, LoadBalancer, LogSink, Platform, Queue } from "twelvefold";
import { type Recorded, type Recording, runProgram } from "twelvefold/testing";
import { describe, expect, test } from "vitest";
import { homeOf } from "#dist/providers/local/paths.js";
import { PROVIDER_TEXT } from "#dist/providers/local/resource/local-object.js";

const build = { context: "test/support/fixtures/app" };
const home = homeOf("test", "dev");

function shop(): void {
    const logs = new LogSink("logs", {
        retentionDays: 7,
        alerts: [{ name: "errors", match: "/ERROR/", notify: "log" }],
    });
    const db = new Database("db", { extensions: ["pg_trgm"], deletionProtection: true });
    const mail = new Queue("mail", { visibilityTimeoutSeconds: 60, fifo: true });
    const front = new LoadBalancer("front", { domain: "shop.localhost", local: { port: 8443 } });
    const scale = new Autoscaler("scale", {
        maxReplicas: 4,
        cpuPercent: 70,
        queueBacklogPerReplica: { queue: mail, messages: 10 },
    });
    const catalog = new App("catalog", { build, port: 8080, logs });
    const web = new App("web", {
        build,
        port: 8080,
        cpu: 0.5,
        memoryMiB: 1024,
        environment: { GREETING: "hello" },
        secrets: { SESSION_KEY: "canary-of-the-session" },
        bindings: { DATABASE_URL: db, MAIL_URL: mail.toSend(), CATALOG_URL: catalog },
        release: { command: ["node", "migrate.js"] },
        health: { startupSeconds: 5 },
        stopTimeoutSeconds: 10,
        rollout: { strategy: "canary", steps: [{ percent: 20, bakeSeconds: 5 }], rollbackOn: { errorPercent: 1 } },
        routes: [{ loadBalancer: front, path: "/" }],
        autoscaler: scale,
        logs,
    });
    new App("beta", {
        build,
        port: 8080,
        routes: [{ loadBalancer: front, path: "/beta", percent: 10, otherwise: web }],
    });
    new App("mailer", { build, process: "worker", bindings: { MAIL_URL: mail.toReceive() } });
    new Job("report", { app: web, command: ["node", "report.js"], schedule: "0 6 * * 1" });
    new Job("seed", { build, command: ["node", "seed.js"], retries: 2 });
}

const specOf = (recording: Recording, component: string, key: string) =>
    recording.child(component, key).inputs.spec as Record<string, unknown>;

const secretsOf = ({ inputs, secretInputs }: Recorded) => {
    expect(secretInputs).toContain("secrets");
    return inputs.secrets;
};

describe("the local target under mocks", () => {
    test("makes exactly one resource for each component, and none for an autoscaler", async () => {
        expect((await runProgram(shop)).list()).toEqual(
            [
                "App beta-app",
                "App catalog-app",
                "App mailer-app",
                "App web-app",
                "Database db-database",
                "Job report-job",
                "Job seed-job",
                "LoadBalancer front-listener",
                "LogSink logs-sink",
                "Platform platform-supervisor",
                "Queue mail-queue",
            ].map((resource) => `pulumi-nodejs:dynamic/twelvefold:${resource}`),
        );
    });

    test("hands every argument of an app to the supervisor", async () => {
        const recording = await runProgram(shop);
        expect(specOf(recording, "web", "app")).toEqual({
            source: { context: "test/support/fixtures/app", digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
            process: "web",
            listens: true,
            cpu: 0.5,
            memoryMiB: 1024,
            replicas: 1,
            environment: { HOST: "127.0.0.1", GREETING: "hello", CATALOG_URL: "http://127.0.0.1:9000" },
            release: { command: ["node", "migrate.js"], timeoutSeconds: 600 },
            health: {
                readinessPath: "/readyz",
                livenessPath: "/healthz",
                startupSeconds: 5,
                intervalSeconds: 10,
                timeoutSeconds: 2,
                failureThreshold: 3,
            },
            stopTimeoutSeconds: 10,
            rollout: {
                strategy: "canary",
                steps: [{ percent: 20, bakeSeconds: 5 }],
                bakeSeconds: 0,
                rollbackOn: { errorPercent: 1, alarms: [] },
            },
            routes: [{ home, balancer: "front", path: "/", stripPrefix: false }],
            autoscale: {
                minReplicas: 1,
                maxReplicas: 4,
                cpuPercent: 70,
                queueBacklogPerReplica: { home, queue: "mail", messages: 10 },
                schedules: [],
                scaleInCooldownSeconds: 300,
                scaleOutCooldownSeconds: 0,
            },
            logs: { home, sink: "logs" },
        });
        expect(specOf(recording, "beta", "app").routes).toEqual([
            { home, balancer: "front", path: "/beta", percent: 10, otherwise: `${home}/web`, stripPrefix: false },
        ]);
    });

    test("gives an app the credentials of what it is bound to, and of nothing else", async () => {
        const recording = await runProgram(shop);
        expect(secretsOf(recording.child("web", "app"))).toEqual({
            SESSION_KEY: "canary-of-the-session",
            DATABASE_URL: "postgresql://db:password@127.0.0.1:5432/db?sslmode=disable",
            MAIL_URL: "postgresql://sender:password@127.0.0.1:5432/twelvefold_queues?queue=mail",
        });
        expect(secretsOf(recording.child("mailer", "app"))).toEqual({
            MAIL_URL: "postgresql://receiver:password@127.0.0.1:5432/twelvefold_queues?queue=mail",
        });
        expect(secretsOf(recording.child("catalog", "app"))).toEqual({});
    });

    test("keeps secrets out of specs, intents and everything that is not marked secret", async () => {
        const recording = await runProgram(shop);
        for (const { inputs, name } of recording.resources) {
            const { secrets: _, ...open } = inputs;
            expect(JSON.stringify(open), name).not.toMatch(/canary-of-the-session|password/);
        }
    });

    test("describes backing services, a listener and jobs", async () => {
        const recording = await runProgram(shop);
        expect(specOf(recording, "db", "database")).toEqual({
            version: "17",
            extensions: ["pg_trgm"],
            deletionProtection: true,
        });
        expect(specOf(recording, "mail", "queue")).toEqual({
            visibilityTimeoutSeconds: 60,
            maxDeliveries: 5,
            retentionSeconds: 345_600,
            delaySeconds: 0,
            fifo: true,
        });
        expect(specOf(recording, "logs", "sink")).toEqual({
            retentionDays: 7,
            maxMiB: 1024,
            alerts: [{ name: "errors", match: "/ERROR/", threshold: 1, windowSeconds: 300, notify: "log" }],
        });
        expect(specOf(recording, "front", "listener")).toEqual({
            algorithm: "roundRobin",
            port: 8443,
            idleTimeoutSeconds: 60,
            allowedCidrs: [],
            accessLogs: false,
            proxyProtocol: false,
            tls: { hostname: "shop.localhost", redirect: true },
        });
        expect(specOf(recording, "report", "job")).toMatchObject({
            app: "web",
            releaseId: "000000000001",
            command: ["node", "report.js"],
            schedule: "0 6 * * 1",
            timeZone: "UTC",
            timeoutSeconds: 900,
            retries: 0,
            allowOverlap: false,
        });
        expect(specOf(recording, "seed", "job")).toMatchObject({ source: { context: build.context }, retries: 2 });
    });

    test("keeps the code of the provider in the state under 150 bytes", async () => {
        const recording = await runProgram(shop);
        for (const resource of recording.resources.filter((r) => r.custom)) {
            expect(resource.inputs.__provider).toBe(PROVIDER_TEXT);
        }
        expect(Buffer.byteLength(PROVIDER_TEXT)).toBeLessThan(150);
    });

    test("depends on what it attaches to, so that deletion goes in reverse", async () => {
        const recording = await runProgram(shop);
        expect(recording.child("web", "app").dependsOn).toEqual(
            expect.arrayContaining([
                "platform-supervisor",
                "db-database",
                "mail-queue",
                "front-listener",
                "logs-sink",
                "catalog-app",
            ]),
        );
        expect(recording.child("report", "job").dependsOn).toContain("web-app");
    });

    test("stands on a platform that the program declares", async () => {
        const recording = await runProgram(() => {
            const ground = new Platform("ground");
            new Queue("mail");
            new Queue("other", { platform: ground });
        });
        expect(recording.components("Platform").map((platform) => platform.name)).toEqual(["ground"]);
        expect(recording.child("mail", "queue").dependsOn).toEqual(["ground-supervisor"]);
    });

    test("finds the source folder relative to the program's", async () => {
        const recording = await runProgram(() => new App("web", { build: { context: path.resolve(build.context) } }));
        expect(specOf(recording, "web", "app").source).toMatchObject({ context: "test/support/fixtures/app" });
    });
});

describe("transform", () => {
    test("merges into the inputs of every child", async () => {
        const recording = await runProgram(() => {
            new Platform("ground", { transform: { local: { supervisor: { spec: { stack: "x" } } } } });
            new LogSink("logs", { transform: { local: { sink: { spec: { maxMiB: 10 } } } } });
            new Database("db", { transform: { local: { database: { spec: { extensions: ["hstore"] } } } } });
            new Queue("mail", { transform: { local: { queue: { spec: { fifo: true } } } } });
            new LoadBalancer("front", { transform: { local: { listener: { spec: { port: 8099 } } } } });
            const app = new App("web", {
                build,
                transform: { local: { app: { spec: { health: { intervalSeconds: 1 } } } } },
            });
            new Job("job", { app, command: ["true"], transform: { local: { job: { spec: { retries: 9 } } } } });
        });
        expect(specOf(recording, "ground", "supervisor")).toEqual({ project: "test", stack: "x" });
        expect(specOf(recording, "logs", "sink")).toMatchObject({ maxMiB: 10, retentionDays: 30 });
        expect(specOf(recording, "db", "database")).toMatchObject({ extensions: ["hstore"], version: "17" });
        expect(specOf(recording, "mail", "queue")).toMatchObject({ fifo: true, maxDeliveries: 5 });
        expect(specOf(recording, "front", "listener")).toMatchObject({ port: 8099, algorithm: "roundRobin" });
        expect(specOf(recording, "web", "app")).toMatchObject({ health: { intervalSeconds: 1, timeoutSeconds: 2 } });
        expect(specOf(recording, "job", "job")).toMatchObject({ retries: 9, timeoutSeconds: 900 });
    });

    test("as a function gets inputs, options and name, and changes them", async () => {
        const seen: unknown[] = [];
        const recording = await runProgram(() => {
            new Queue("mail", {
                transform: {
                    local: {
                        queue: (args, opts, name) => {
                            seen.push(name, Object.keys(args).sort(), Object.keys(opts));
                            return { opts: { ...opts, protect: true } };
                        },
                    },
                },
            });
        });
        expect(seen).toEqual(["mail-queue", ["home", "objectName", "spec"], ["parent"]]);
        expect(recording.child("mail", "queue").protect).toBe(true);
    });

    test("for another target changes nothing here", async () => {
        const recording = await runProgram(
            () => new Queue("mail", { transform: { aws: { queue: { fifoQueue: true } } } }),
        );
        expect(specOf(recording, "mail", "queue")).toMatchObject({ fifo: false });
    });
});
