import {
    ChangeMessageVisibilityCommand,
    ReceiveMessageCommand,
    SendMessageCommand,
    SQSClient,
} from "@aws-sdk/client-sqs";
import { App, Autoscaler, Database, Job, LoadBalancer, LogSink, Platform, Queue } from "twelvefold";
import { type Recording, runProgram } from "twelvefold/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MOTO_MILLISECONDS, type Moto, startMoto } from "../../../support/moto.js";
import { needs } from "../../../support/needs.js";
import { endpointAt, must } from "./emulated.js";
import { EmulatedProvider } from "./provider.js";
import { SKIPPED } from "./skipped.js";

const { skip } = needs("python");
const IMAGE = `registry.example.com/shop@sha256:${"0".repeat(64)}`;
const SECONDS = 240_000;

/** The shop's shape, with everything that brings another call: a canary, FIFO, schedules, requests, a backlog. */
function everything(): void {
    new Platform("platform");
    const logs = new LogSink("logs", { retentionDays: 90 });
    const db = new Database("db", { storageGiB: 50 });
    const mail = new Queue("mail", { visibilityTimeoutSeconds: 60, maxDeliveries: 3, delaySeconds: 5 });
    const orders = new Queue("orders", { fifo: true });
    const front = new LoadBalancer("front", { idleTimeoutSeconds: 90 });
    const catalog = new App("catalog", {
        image: IMAGE,
        port: 8080,
        logs,
        routes: [{ loadBalancer: front, path: "/catalog" }],
    });
    const web = new App("web", {
        image: IMAGE,
        port: 8080,
        environment: { GREETING: "hello" },
        secrets: { SESSION_KEY: "hidden-key" },
        bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toSend(), ORDERS_URL: orders.toSend() },
        routes: [{ loadBalancer: front, path: "/", percent: 20, otherwise: catalog }],
        autoscaler: new Autoscaler("web-scale", {
            minReplicas: 2,
            maxReplicas: 8,
            cpuPercent: 70,
            requestsPerSecondPerReplica: 50,
            schedules: [{ cron: "0 8 * * 1-5", timeZone: "Europe/Berlin", minReplicas: 4, maxReplicas: 8 }],
        }),
        logs,
    });
    const queueBacklogPerReplica = { queue: mail, messages: 10 };
    new App("mailer", {
        image: IMAGE,
        command: ["node", "mailer.js"],
        bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toReceive() },
        autoscaler: new Autoscaler("mail-scale", { maxReplicas: 4, queueBacklogPerReplica }),
        logs,
    });
    new Job("report", { app: web, command: ["node", "report.js"], schedule: "0 6 * * 1" });
}

const seen = new Set<string>();

describe.skipIf(skip)("the emitted inputs, made through the AWS SDK on an emulator", () => {
    describe.each(["development", "production"] as const)("%s", (profile) => {
        let moto: Moto;
        let provider: EmulatedProvider;
        let recording: Recording;

        beforeAll(async () => {
            moto = await startMoto();
            provider = new EmulatedProvider(moto.endpoint);
            recording = await runProgram(everything, {
                target: "aws",
                profile,
                state: (resource) => (resource.custom ? provider.create(resource) : undefined),
            });
        }, MOTO_MILLISECONDS + SECONDS);

        afterAll(() => moto?.stop());

        test("every resource is made, or is skipped for a reason", () => {
            const others = recording.resources.filter(
                ({ type, custom, id }) => custom && id === undefined && type.startsWith("aws:") && !provider.has(type),
            );
            for (const { type } of others) seen.add(type);
            expect([...new Set(others.map(({ type }) => type))].filter((type) => SKIPPED[type] === undefined)).toEqual(
                [],
            );
            expect(provider.deployed.length).toBeGreaterThan(50);
        });

        test(
            "and reads back as it was asked for",
            async () => {
                const asked: Record<string, unknown> = {};
                const found: Record<string, unknown> = {};
                for (const deployed of provider.deployed) {
                    const { resource } = deployed;
                    const read = await provider.read(deployed);
                    if (read === undefined) continue;
                    const name = `${resource.type} ${resource.name}`;
                    asked[name] = opened(resource.inputs);
                    found[name] = opened(read);
                }
                expect(asked).toMatchObject(found);
                expect(Object.keys(found).length).toBeGreaterThan(40);
            },
            SECONDS,
        );
    });

    test(
        "a message that is delivered as often as asked for goes to the dead letters",
        async () => {
            const moto = await startMoto();
            try {
                const provider = new EmulatedProvider(moto.endpoint);
                await runProgram(() => new Queue("mail", { maxDeliveries: 3 }), {
                    target: "aws",
                    state: (resource) => (resource.custom ? provider.create(resource) : undefined),
                });
                const urlOf = (name: string) => {
                    const found = provider.deployed.find(({ resource }) => resource.name === name);
                    return must(found?.made.id, name);
                };
                const sqs = new SQSClient(endpointAt(moto.endpoint));
                const take = async (QueueUrl: string) => {
                    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 }));
                    return Messages?.[0];
                };
                const [mail, dead] = [urlOf("mail-queue"), urlOf("mail-dead")];
                await sqs.send(new SendMessageCommand({ QueueUrl: mail, MessageBody: "hello" }));
                for (let delivery = 0; delivery < 3; delivery++) {
                    const { ReceiptHandle } = must(await take(mail), "message");
                    const back = { QueueUrl: mail, ReceiptHandle, VisibilityTimeout: 0 };
                    await sqs.send(new ChangeMessageVisibilityCommand(back));
                }
                expect(await take(mail)).toBeUndefined();
                expect((await take(dead))?.Body).toBe("hello");
            } finally {
                await moto.stop();
            }
        },
        MOTO_MILLISECONDS,
    );

    test("nothing is skipped that is not made", () => {
        expect(Object.keys(SKIPPED).filter((type) => !seen.has(type))).toEqual([]);
    });
});

/** Documents are compared by what they say, not by their blanks. */
function opened(value: unknown): unknown {
    if (typeof value === "string" && value.startsWith("{")) return JSON.parse(value);
    if (Array.isArray(value)) return value.map(opened);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}
