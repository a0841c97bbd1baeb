import { StackReference } from "@pulumi/pulumi";
import { App, Autoscaler, Database, Job, LoadBalancer, LogSink, Platform, Queue } from "twelvefold";
import { describe, expect, test } from "vitest";
import { runShop } from "../../support/stacks.js";
import { build, everything, IMAGE, objects, otherStack, run, web } from "./programs.js";

// The exact objects of each component: one more or one less is a change that somebody must mean.
describe("what each component makes, with nothing but what it needs", () => {
    test.each([
        [
            "Platform",
            () => new Platform("ground"),
            [
                "ConfigMap ground-ca",
                "LimitRange ground-limits",
                "Namespace ground-namespace",
                "NetworkPolicy ground-deny",
                "NetworkPolicy ground-dns",
                "ResourceQuota ground-quota",
            ],
        ],
        [
            "Platform in a namespace that exists",
            () => new Platform("ground", { network: "team" }),
            ["ConfigMap ground-ca", "NetworkPolicy ground-deny", "NetworkPolicy ground-dns"],
        ],
        ["LogSink", () => new LogSink("logs"), []],
        [
            "Database",
            () => new Database("db"),
            [
                "Certificate db-server",
                "Cluster db-cluster",
                "NetworkPolicy db-policy",
                "RandomPassword db-password",
                "Secret db-app",
            ],
        ],
        [
            "Queue",
            () => new Queue("mail"),
            [
                "Binding mail-binding",
                "Exchange mail-exchange",
                "Policy mail-policy",
                "Queue mail-dead",
                "Queue mail-queue",
            ],
        ],
        ["LoadBalancer", () => new LoadBalancer("front"), ["Gateway front-gateway"]],
        ["Autoscaler", () => new Autoscaler("scale", { maxReplicas: 3, cpuPercent: 70 }), []],
        [
            "worker",
            () => new App("worker", { image: IMAGE }),
            ["Deployment worker-app", "NetworkPolicy worker-policy", "ServiceAccount worker-account"],
        ],
        [
            "web",
            () => web(),
            ["Deployment web-app", "NetworkPolicy web-policy", "Service web-service", "ServiceAccount web-account"],
        ],
        [
            "Job of its own code",
            () => new Job("report", { image: IMAGE, command: ["true"], schedule: "0 6 * * 1" }),
            ["CronJob report-job", "NetworkPolicy report-policy", "ServiceAccount report-account"],
        ],
    ])("%s", async (_, program, expected) => {
        expect(objects(await run<unknown>(program))).toEqual(expected);
    });
});

test("a broker comes with the first queue, once", async () => {
    const { resources } = await run(() => {
        new Queue("mail");
        new Queue("orders");
    });
    const ofBroker = resources.filter(({ name }) => name.startsWith("platform-broker"));
    expect(ofBroker.map(({ name }) => name).sort()).toEqual([
        "platform-broker",
        "platform-broker-certificate",
        "platform-broker-policy",
    ]);
});

test("apps with one source folder share one image", async () => {
    const { resources } = await run(() => {
        const build = { context: "test/support/fixtures/app" };
        new App("web", { build, port: 8080 });
        new App("mailer", { build, process: "worker", command: ["work"] });
    });
    expect(resources.filter(({ type }) => type === "docker:index/image:Image")).toHaveLength(1);
});

test("every component with everything", async () => {
    expect(objects(await run(everything, { state: otherStack }))).toMatchSnapshot();
});

describe("the shop, unchanged", () => {
    test("development: 48 objects", async () => {
        const shop = await runShop({ target: "kubernetes" });
        expect(objects(shop)).toMatchSnapshot();
        expect(shop.resources.filter(({ custom, id }) => custom && id === undefined)).toHaveLength(48);
    });

    test("production adds backups and budgets, nothing else", async () => {
        const development = objects(await runShop({ target: "kubernetes" }));
        const production = objects(await runShop({ target: "kubernetes", profile: "production" }));
        expect(production.filter((object) => !development.includes(object))).toEqual([
            "ObjectStore db-store",
            "PodDisruptionBudget catalog-budget",
            "PodDisruptionBudget mailer-budget",
            "ScheduledBackup db-backup",
        ]);
        expect(development.filter((object) => !production.includes(object))).toEqual([]);
    });
});

// The example of the design (core.md), whose hand-written program it counts: 51 objects, 7 of them for a canary, which
// this target does not have yet.
test("the core example makes what a hand-written program of the same objects would", async () => {
    const { resources } = await run(
        () => {
            const logs = new LogSink("logs", { retentionDays: 30 });
            const db = new Database("db", { version: "17", storageGiB: 20 });
            const mail = new Queue("mail", { visibilityTimeoutSeconds: 60, maxDeliveries: 5 });
            const front = new LoadBalancer("front", {});
            const autoscaler = new Autoscaler("web-scale", { minReplicas: 2, maxReplicas: 10, cpuPercent: 70 });
            const app = new App("web", {
                build,
                port: 8080,
                secrets: { SESSION_KEY: "hidden" },
                bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toSend() },
                release: { command: ["npm", "run", "migrate"] },
                routes: [{ loadBalancer: front, path: "/" }],
                autoscaler,
                logs,
            });
            new App("mailer", { build, command: ["work"], bindings: { MAIL_QUEUE_URL: mail.toReceive() }, logs });
            new Job("report", { app, command: ["npm", "run", "report"], schedule: "0 6 * * 1" });
        },
        {
            config: {
                "twelvefold:kubernetes": JSON.stringify({
                    owner: "shop team",
                    registry: { server: "registry.example.com/apps", username: "pusher", password: "secret" },
                }),
            },
        },
    );
    expect(resources.filter(({ custom, id }) => custom && id === undefined)).toHaveLength(51 - 7);
    expect(resources.filter(({ custom }) => !custom)).toHaveLength(9);
    const deployment = resources.find(({ name }) => name === "web-app");
    expect(deployment?.inputs.metadata).toMatchObject({ labels: { owner: "shop-team" } });
});

test("on the platform of another stack an app and a broker live in that stack's namespace", async () => {
    const recording = await run(
        () => {
            const platform = Platform.fromStack(new StackReference("acme/other/dev"), "ground");
            const mail = new Queue("mail", { platform });
            new App("mailer", { platform, image: IMAGE, bindings: { MAIL_URL: mail.toReceive() } });
        },
        { state: otherStack },
    );
    expect(objects(recording).filter((object) => /Namespace|Quota|record/.test(object))).toEqual([]);
    for (const { type, inputs, custom } of recording.resources) {
        if (!custom || !type.startsWith("kubernetes:")) continue;
        expect(inputs.metadata, type).toMatchObject({ namespace: "other-dev" });
    }
    const broker = recording.resources.find(({ type }) => type.endsWith(":RabbitmqCluster"));
    expect(broker?.inputs.metadata).toMatchObject({ name: expect.stringMatching(/^queues-[0-9a-f]{8}$/) });
    expect(broker?.parent).toBeUndefined();
});

test("a broker speaks TLS only, and asks no client for a certificate", async () => {
    const recording = await run(() => {
        new Queue("mail");
    });
    const broker = recording.resources.find(({ type }) => type.endsWith(":RabbitmqCluster"));
    // A caSecretName would make the operator ask for one: seen on a real broker, whose clients were all turned away.
    expect((broker?.inputs.spec as { readonly tls: unknown }).tls).toEqual({
        secretName: "queues-server",
        disableNonTLSListeners: true,
    });
});
