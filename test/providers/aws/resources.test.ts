import { App, Autoscaler, Database, Job, LoadBalancer, LogSink, Platform, Queue } from "twelvefold";
import { describe, expect, test } from "vitest";
import { runShop, runStrangler } from "../../support/stacks.js";
import {
    build,
    closed,
    everything,
    IMAGE,
    made,
    objects,
    otherReference,
    otherStack,
    routed,
    run,
    web,
} from "./programs.js";

// The exact resources of each component: one more or one less is a change that somebody must mean.
describe.each(["development", "production"] as const)("what each component makes, in %s", (profile) => {
    test.each([
        ["Platform", () => new Platform("ground")],
        ["Platform in a network that exists", () => new Platform("ground", { network: "vpc-1" })],
        ["LogSink", () => new LogSink("logs")],
        ["Database", () => new Database("db")],
        ["Queue", () => new Queue("mail")],
        ["LoadBalancer", () => new LoadBalancer("front")],
        ["LoadBalancer with a domain", () => new LoadBalancer("front", { domain: "shop.example.com" })],
        ["Autoscaler", () => new Autoscaler("scale", { maxReplicas: 3, cpuPercent: 70 })],
        ["worker", () => new App("worker", { image: IMAGE })],
        ["web app without a route", () => web()],
        ["web app with a route", () => routed()],
        ["Job of an app", () => new Job("report", { app: web(), command: ["true"], schedule: "0 6 * * 1" })],
        ["Job of its own code", () => new Job("report", { image: IMAGE, command: ["true"], schedule: "0 6 * * 1" })],
    ])("%s", async (_, program) => {
        expect(objects(await run<unknown>(program, { profile }))).toMatchSnapshot();
    });

    test("every component with everything", async () => {
        expect(objects(await run(everything, { profile }))).toMatchSnapshot();
    });

    test("a network without a way to the internet", async () => {
        expect(objects(await run(closed, { profile }))).toMatchSnapshot();
    });

    test("the shop, unchanged", async () => {
        expect((await runShop({ target: "aws", profile })).list()).toMatchSnapshot();
    });

    test("the strangler, unchanged", async () => {
        expect((await runStrangler(20, { target: "aws", profile })).list()).toMatchSnapshot();
    });
});

test("what is made lazily is made once", async () => {
    const recording = await run(() => {
        web({ build, image: undefined }, "api");
        web({ build, image: undefined }, "pages");
        new App("mailer", { build, process: "worker", command: ["work"] });
    });
    const shared = made(recording).filter(
        ({ parent, name }) => parent === "platform" && !/-(public|private)/.test(name),
    );
    expect(shared.map(({ name }) => name).sort()).toEqual([
        "platform-capacity",
        "platform-cluster",
        "platform-default-logs",
        "platform-default-sg",
        "platform-igw",
        "platform-image-app-edcfc8ca",
        "platform-mesh",
        "platform-nat",
        "platform-nat-eip",
        "platform-repository-app-edcfc8ca",
        "platform-repository-expiry-app-edcfc8ca",
        "platform-s3",
        "platform-vpc",
    ]);
});

test("on the platform of another stack nothing of a network is made, and what is lazy belongs to this stack", async () => {
    const recording = await run(
        () => {
            const platform = Platform.fromStack(otherReference(), "ground");
            new LoadBalancer("front", { platform });
            web({ platform });
        },
        { state: otherStack() },
    );
    expect(objects(recording)).toMatchSnapshot();
    const mesh = recording.resources.find(({ type }) => type.endsWith(":HttpNamespace"));
    expect(mesh?.parent).toBeUndefined();
    expect(recording.child("web", "service").inputs).toMatchObject({
        cluster: "arn:aws:ecs:eu-central-1:123456789012:cluster/other",
        networkConfiguration: { subnets: ["subnet-1", "subnet-2"], assignPublicIp: false },
    });
});

// The example of the design (core.md). Its hand-written program has 83 resources, 4 of them for a releaser that is a
// dynamic resource here; with the judge of each rollout, what a scheduled job needs, and the parts of a Database and a
// LogSink that differ, each named in docs/aws.md.
test("the core example", async () => {
    const recording = await run(() => {
        const logs = new LogSink("logs", { retentionDays: 30 });
        const db = new Database("db", { version: "17", storageGiB: 20 });
        const mail = new Queue("mail", { visibilityTimeoutSeconds: 60, maxDeliveries: 5 });
        const front = new LoadBalancer("front", {});
        const autoscaler = new Autoscaler("web-scale", { minReplicas: 2, maxReplicas: 10, cpuPercent: 70 });
        const app = new App("web", {
            build,
            port: 8080,
            cpu: 0.5,
            memoryMiB: 1024,
            environment: { GREETING: "hello" },
            secrets: { SESSION_KEY: "hidden" },
            bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toSend() },
            release: { command: ["npm", "run", "migrate"] },
            rollout: { strategy: "canary", steps: [{ percent: 10, bakeSeconds: 60 }] },
            routes: [{ loadBalancer: front, path: "/" }],
            autoscaler,
            logs,
        });
        new App("mailer", { build, command: ["work"], bindings: { MAIL_QUEUE_URL: mail.toReceive() }, logs });
        new Job("report", { app, command: ["npm", "run", "report"], schedule: "0 6 * * 1" });
    });
    expect(made(recording)).toHaveLength(84);
    expect(recording.resources.filter(({ custom }) => !custom)).toHaveLength(9);
});
