import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Batcher } from "#dist/runtime/batcher.js";
import { openQueue } from "#dist/runtime/index.js";
import { incoming, outgoing } from "#dist/runtime/message.js";

describe("openQueue", () => {
    it.each([undefined, ""])("tells what is missing for %j", (url) => {
        expect(() => openQueue(url)).toThrow("Bind the queue to the app, for example `bindings: { MAIL_QUEUE_URL");
    });

    it("shows no part of something that is not a URL", () => {
        expect(() => openQueue("my secret password")).toThrow(/^openQueue got something that is not a URL \(not shown/);
    });

    it.each([
        ["https://sqs.eu-west-1.amazonaws.com/1/mail", "is not one of Amazon SQS: expected"],
        ["https://key:secret@sqs.eu-west-1.amazonaws.com/123456789012/mail", "without credentials"],
        ["http://10.0.0.1/123456789012/mail", '"http:" is allowed for an emulator on loopback only'],
        ["amqp://user:password@10.0.0.1/mail", '"amqp:" is allowed on loopback only'],
        ["amqps://queues.shop.svc.cluster.local/mail", "lacks a user or a password: use the URL of a binding"],
        ["amqps://rule:key@x.servicebus.windows.net:5671", "lacks its queue"],
        ["amqps://rule:key@x.servicebus.windows.net/mail?lifo=true", 'has the parameter "lifo"; known are broker'],
        ["amqps://rule:key@x.servicebus.windows.net/mail?fifo=yes", "has fifo=yes; allowed is true or false"],
        [
            "amqps://rule:key@x.servicebus.windows.net/mail?delaySeconds=901",
            "has delaySeconds=901; allowed is 0 to 900",
        ],
        ["amqps://user:password@x/mail?cacertfile=/not/there", "cacertfile=/not/there, which cannot be read: ENOENT"],
        ["redis://localhost/0", 'scheme "redis:"; known are postgresql:'],
        ["postgresql://a:b@127.0.0.1:1/twelvefold_queues", "lacks its queue"],
    ])("refuses %s", (url, text) => {
        expect(() => openQueue(url)).toThrow(text);
    });
});

describe("messages", () => {
    const arrived = (body: string | Uint8Array | object) => {
        const { body: sent, contentType } = outgoing(body, {});
        return incoming({ id: "1", receipt: "", body: sent, contentType, deliveryCount: 1, sentAt: new Date(0) }).body;
    };

    it("arrive as they were sent", () => {
        fc.assert(
            fc.property(
                fc.string().filter((text) => !text.includes("\0")),
                (text) => {
                    expect(arrived(text)).toBe(text);
                },
            ),
        );
        fc.assert(
            fc.property(fc.uint8Array(), (bytes) => {
                expect(arrived(bytes)).toEqual(bytes);
            }),
        );
        fc.assert(
            fc.property(fc.array(fc.jsonValue()), (value) => {
                expect(arrived(value)).toEqual(JSON.parse(JSON.stringify(value)));
            }),
        );
    });

    it.each([
        ["x".repeat(261_121), {}, "261121 bytes: at most 261120"],
        ["ä".repeat(130_561), {}, "261122 bytes"],
        [new Uint8Array(195_841), {}, "261124 bytes"],
        ["a\0b", {}, "NUL"],
        ["x", { delaySeconds: -1 }, "delaySeconds is -1; allowed is 0 to 900"],
        ["x", { delaySeconds: Number.NaN }, "delaySeconds is NaN"],
        [5 as unknown as string, {}, "got number"],
    ])("are refused before they are sent (%#)", (body, options, text) => {
        expect(() => outgoing(body, options)).toThrow(text);
    });
});

describe("Batcher", () => {
    const NONE: ReadonlyMap<number, Error> = new Map();
    const limits = { count: 3, weight: 10, weigh: (item: number) => item };

    it("keeps order and both limits, and loses nothing", async () => {
        await fc.assert(
            fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 15 })), async (items) => {
                const batches: number[][] = [];
                const batcher = new Batcher<number>(limits, async (batch) => {
                    batches.push([...batch]);
                    return NONE;
                });
                await Promise.all(items.map((item) => batcher.add(item)));
                expect(batches.flat()).toEqual(items);
                for (const batch of batches) {
                    expect(batch.length).toBeLessThanOrEqual(3);
                    if (batch.length > 1) expect(batch.reduce((a, b) => a + b)).toBeLessThanOrEqual(10);
                }
            }),
        );
    });

    it("sends what is added meanwhile with the next batch", async () => {
        const batches: number[][] = [];
        let release: () => void = () => undefined;
        const batcher = new Batcher<number>(limits, (batch) => {
            batches.push([...batch]);
            return new Promise<typeof NONE>((resolve) => {
                release = () => resolve(NONE);
            });
        });
        const first = batcher.add(1);
        await Promise.resolve();
        await Promise.resolve();
        const others = [batcher.add(2), batcher.add(3)];
        release();
        await first;
        await Promise.resolve();
        release();
        await Promise.all(others);
        await batcher.idle();
        expect(batches).toEqual([[1], [2, 3]]);
    });

    it("fails a batch as a whole, except for items that failed by themselves", async () => {
        const results = async (batcher: Batcher<number>) =>
            (await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)))).map((one) => one.status);
        const broken = new Batcher<number>(limits, () => Promise.reject(new Error("network")));
        expect(await results(broken)).toEqual(["rejected", "rejected", "rejected"]);
        const picky = new Batcher<number>({ ...limits, count: 5 }, async () => new Map([[2, new Error("bad item")]]));
        expect(await results(picky)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    });
});
