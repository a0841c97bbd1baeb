import { setTimeout as sleep } from "node:timers/promises";
import rhea, { type Connection } from "rhea";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { brokerOf } from "#dist/runtime/drivers/amqp-brokers.js";
import { lockToken } from "#dist/runtime/drivers/amqp-locks.js";
import { decoded } from "#dist/runtime/drivers/amqp-message.js";
import { amqpUrl } from "#dist/runtime/drivers/amqp-url.js";
import { load } from "#dist/runtime/drivers/packages.js";
import { type Message, openQueue, type Queue } from "#dist/runtime/index.js";
import { until } from "../providers/local/postgres/support.js";
import { ServiceBus } from "../support/service-bus.js";

describe("URLs", () => {
    it("carry a user and a key of Service Bus, percent-encoded", () => {
        const key = "+/aB3=:@ %";
        const url = amqpUrl(
            new URL(
                `amqps://mail-send:${encodeURIComponent(key)}@shop.servicebus.windows.net:5671/mail/$deadletterqueue`,
            ),
        );
        expect(url).toMatchObject({
            host: "shop.servicebus.windows.net",
            port: 5671,
            tls: true,
            username: "mail-send",
            password: key,
            broker: "servicebus",
            fifo: false,
            delaySeconds: 0,
        });
    });

    it.each([
        ["3.13.7", "queues/mail", "/amq/queue/mail"],
        ["3.13.7", "exchanges/mail/mail", "/exchange/mail/mail"],
        ["3.13.7", "mail", "/amq/queue/mail"],
        ["3.13.7", "queues/a%20b", "/amq/queue/a b"],
        ["4.1.0", "queues/mail", "/queues/mail"],
        ["4.1.0", "exchanges/mail/mail", "/exchanges/mail/mail"],
        ["4.1.0", "mail", "/queues/mail"],
        ["4.1.0", "queues/a%20b", "/queues/a%20b"],
    ])("are addresses of RabbitMQ %s: %s is %s", (version, path, address) => {
        const url = amqpUrl(new URL(`amqps://user:password@queues/${path}`));
        const connection = { properties: { product: "RabbitMQ", version } } as unknown as Connection;
        expect(brokerOf(connection, url).target(url.path)).toBe(address);
    });

    it("of a broker that is not known say so", () => {
        const url = amqpUrl(new URL("amqps://user:password@broker/mail"));
        const connection = { properties: { product: "apache-activemq-artemis" } } as unknown as Connection;
        expect(() => brokerOf(connection, url)).toThrow(
            'The broker at broker says it is "apache-activemq-artemis"; known are Azure Service Bus, by its host name, ' +
                "and RabbitMQ.",
        );
    });
});

describe("messages of other clients", () => {
    const arrived = (message: object) => decoded({ message, delivery: { id: 7 } } as never, undefined);

    it.each([
        ["a string", { body: "x" }, "x", "text/plain"],
        ["a map", { body: { a: 1 } }, '{"a":1}', "application/json"],
        ["bytes", { body: rhea.message.data_section(Buffer.from("x")) }, Buffer.from("x"), "application/octet-stream"],
        ["nothing", {}, "null", "application/json"],
        [
            "text with a character set",
            { body: rhea.message.data_section(Buffer.from("ü")), content_type: "text/plain; charset=utf-8" },
            "ü",
            "text/plain",
        ],
    ])("with %s are understood", (_, message, body, contentType) => {
        expect(arrived(message)).toMatchObject({ id: "7", body, contentType, deliveryCount: 1 });
    });
});

it("turns a delivery's tag into the lock token that $management takes", () => {
    const tag = Buffer.from("00112233445566778899aabbccddeeff", "hex");
    expect(lockToken(tag).toString("hex")).toBe("33221100554477668899aabbccddeeff");
});

it("names the package that a driver lacks", () => {
    const missing = () => load("not-there", "Example", () => require("not-there") as unknown);
    expect(missing).toThrow(
        'Queues of Example need the package "not-there", which is not installed: run `npm install not-there`.',
    );
});

describe("a stand-in for Service Bus", () => {
    let bus: ServiceBus;
    const open: Queue[] = [];
    const lines: string[] = [];
    const opened = (url: string, timeoutSeconds = 30) => {
        const queue = openQueue(url, { log: (line) => lines.push(line), timeoutSeconds });
        open.push(queue);
        return queue;
    };
    const PLAIN = { lockSeconds: 5, maxDeliveryCount: 5, requiresSession: false, duplicateDetection: false };
    beforeAll(async () => {
        bus = await ServiceBus.start();
    });
    afterEach(async () => {
        await Promise.all(open.splice(0).map((queue) => queue.close()));
        lines.length = 0;
    });
    afterAll(() => bus?.stop());

    it("refuses a wrong key at once, and the error shows no key", async () => {
        const { sendUrl } = bus.createQueue("key", PLAIN);
        const url = new URL(sendUrl);
        const { password } = url;
        url.password = "wrong";
        await expect(opened(url.href).send("x")).rejects.toThrow(/no right to send to Queue "key"/);
        const error = await opened(url.href)
            .send("x")
            .catch((reason: Error) => reason.message);
        expect(error).not.toContain("wrong");
        expect(error).not.toContain(password);
    });

    it("is not trusted without its certificate", async () => {
        const { sendUrl } = bus.createQueue("trust", PLAIN);
        const url = new URL(sendUrl);
        url.searchParams.delete("cacertfile");
        await expect(opened(url.href).send("x")).rejects.toThrow(
            /the broker's certificate cannot be verified: .*; the URL's parameter cacertfile names the file/,
        );
    });

    it("has no such queue", async () => {
        const { receiveUrl } = bus.createQueue("here", PLAIN);
        await expect(opened(receiveUrl.replace("/here?", "/there?")).receive(() => 0)).rejects.toThrow(
            /Queue "there" at .* does not exist/,
        );
    });

    it("says that a queue requires sessions when the URL does not", async () => {
        const { receiveUrl } = bus.createQueue("sessions", { ...PLAIN, requiresSession: true });
        await expect(opened(receiveUrl.replace("&fifo=true", "")).receive(() => 0)).rejects.toThrow(
            /Queue "sessions" at .* requires sessions: add fifo=true to its URL/,
        );
    });

    it("delays each message of a queue whose URL has a delay", async () => {
        const { sendUrl, receiveUrl } = bus.createQueue("slow", PLAIN);
        const start = performance.now();
        await opened(`${sendUrl}&delaySeconds=2`).send("x");
        const got: Message[] = [];
        void opened(receiveUrl).receive((message) => got.push(message));
        await until(() => got.length === 1, "the message");
        expect(performance.now() - start).toBeGreaterThan(1900);
    });

    it("gives a message again when the lock of its session is lost, and goes on receiving", async () => {
        const fifo = { ...PLAIN, requiresSession: true, duplicateDetection: true };
        const { sendUrl, receiveUrl } = bus.createQueue("session", fifo);
        const sender = opened(sendUrl);
        await sender.send("a1", { groupId: "a" });
        await sender.send("a2", { groupId: "a" });
        const handled: string[] = [];
        void opened(receiveUrl).receive(async ({ body, deliveryCount }) => {
            handled.push(`${body} ${deliveryCount}`);
            if (handled.length > 1) return;
            bus.loseSessions("session");
            await sleep(1000);
        });
        await until(() => bus.depth("session") === 0, "an empty queue");
        expect(handled).toEqual(["a1 1", "a1 2", "a2 1"]);
        expect(lines.some((line) => line.includes("was acknowledged too late"))).toBe(true);
    });

    it("goes on with sessions when the connection was cut", async () => {
        const fifo = { ...PLAIN, requiresSession: true, duplicateDetection: true };
        const { sendUrl, receiveUrl } = bus.createQueue("cut", fifo);
        const sender = opened(sendUrl);
        // The first may come again: it is handled, but perhaps not acknowledged yet.
        const handled = new Set<string>();
        void opened(receiveUrl).receive(({ body }) => handled.add(String(body)), { concurrency: 3 });
        await sender.send("a1", { groupId: "a" });
        await until(() => handled.size === 1, "the first message");
        await bus.interrupt();
        await sender.send("a2", { groupId: "a" });
        await sender.send("b1", { groupId: "b" });
        await until(() => handled.size === 3 && bus.depth("cut") === 0, "the others");
        expect([...handled].sort()).toEqual(["a1", "a2", "b1"]);
    });

    it("gives a message to another consumer when its lock is lost with the connection, and says so", async () => {
        const { sendUrl, receiveUrl } = bus.createQueue("lost", PLAIN);
        await opened(sendUrl).send("x");
        const counts: number[] = [];
        void opened(receiveUrl).receive(async ({ deliveryCount }) => {
            counts.push(deliveryCount);
            if (deliveryCount > 1) return;
            await bus.interrupt();
            await sleep(500);
        });
        await until(() => counts.length === 2, "the second delivery");
        await until(() => bus.depth("lost") === 0, "an empty queue");
        expect(counts).toEqual([1, 2]);
        expect(lines.some((line) => line.includes("was acknowledged too late"))).toBe(true);
    });
});
