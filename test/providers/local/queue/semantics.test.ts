import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { QueueSpec } from "#dist/providers/local/spec.js";
import { PLAIN_QUEUE, testCluster, until } from "../postgres/support.js";
import { SqlQueue } from "./support.js";

const { cluster } = testCluster();

const open: SqlQueue[] = [];
let serial = 0;
async function make(spec: Partial<QueueSpec> = {}) {
    const name = `queue-${++serial}`;
    const urls = await cluster.createQueue(name, { ...PLAIN_QUEUE, ...spec });
    const opened = async (url: string) => {
        const queue = await SqlQueue.open(url);
        open.push(queue);
        return queue;
    };
    return {
        name,
        urls,
        sender: await opened(urls.sendUrl),
        receiver: await opened(urls.receiveUrl),
        dead: await opened(urls.deadLetterReceiveUrl),
    };
}
afterEach(async () => {
    await Promise.all(open.splice(0).map((queue) => queue.close()));
});

describe("delivery", () => {
    it("delivers in order, hides what is in flight, and forgets what is acknowledged", async () => {
        const { name, sender, receiver } = await make();
        await sender.send("one");
        await sender.sendBatch([{ body: "two" }, { body: "three", contentType: "application/json" }]);
        const first = await receiver.receive();
        expect(first).toMatchObject([{ body: "one", deliveries: 1, group_id: null, content_type: "text/plain" }]);
        const others = await receiver.receive(10);
        expect(others.map((one) => one.body)).toEqual(["two", "three"]);
        expect(await receiver.receive()).toEqual([]);
        expect(await cluster.queueDepth(name)).toMatchObject({ visible: 0, inFlight: 3, delayed: 0, dead: 0 });
        expect(await receiver.delete(...[...first, ...others].map((one) => one.receipt))).toBe(3);
        expect(await cluster.queueDepth(name)).toEqual({
            visible: 0,
            inFlight: 0,
            delayed: 0,
            dead: 0,
            oldestSeconds: 0,
        });
    });

    it("gives each message to one of many receivers", async () => {
        const { sender, urls } = await make();
        const sent = await sender.sendBatch(Array.from({ length: 300 }, (_, i) => ({ body: String(i) })));
        const got: string[] = [];
        await Promise.all(
            Array.from({ length: 6 }, async () => {
                const receiver = await SqlQueue.open(urls.receiveUrl);
                for (let batch = await receiver.receive(7); batch.length > 0; batch = await receiver.receive(7)) {
                    got.push(...batch.map((one) => one.id));
                }
                await receiver.close();
            }),
        );
        expect(got.length).toBe(300);
        expect(new Set(got)).toEqual(new Set(sent));
    });

    it("delivers again when the visibility timeout ends, within a second of it", async () => {
        const { sender, receiver } = await make({ visibilityTimeoutSeconds: 2 });
        await sender.send("again");
        const [first] = await receiver.receive();
        const start = performance.now();
        await sleep(1500);
        expect(await receiver.receive()).toEqual([]);
        let second = await receiver.receive();
        await until(async () => {
            if (second.length === 0) second = await receiver.receive();
            return second.length > 0;
        }, "a second delivery");
        const seconds = (performance.now() - start) / 1000;
        expect(seconds).toBeGreaterThan(1.9);
        expect(seconds).toBeLessThan(3);
        expect(second).toMatchObject([{ id: first?.id, deliveries: 2 }]);
    });

    it("ignores an acknowledgement, a release and an extension of an earlier delivery", async () => {
        const { name, sender, receiver } = await make();
        await sender.send("mine");
        const [early] = await receiver.receive(1, 0);
        const [late] = await receiver.receive();
        expect(late).toMatchObject({ id: early?.id, deliveries: 2 });
        expect(await receiver.delete(early?.receipt)).toBe(0);
        expect(await receiver.release(early?.receipt)).toBe(0);
        expect(await receiver.extend(early?.receipt)).toBe(0);
        expect(await cluster.queueDepth(name)).toMatchObject({ inFlight: 1 });
        expect(await receiver.delete(late?.receipt)).toBe(1);
    });

    it("accepts a late acknowledgement as long as nobody has received the message again", async () => {
        const { sender, receiver } = await make();
        await sender.send("late");
        const [only] = await receiver.receive(1, 0);
        expect(await receiver.delete(only?.receipt)).toBe(1);
        expect(await receiver.receive()).toEqual([]);
    });

    it("extends while the time is not over, and not afterwards", async () => {
        const { sender, receiver } = await make();
        await sender.send("long");
        const [message] = await receiver.receive(1, 1);
        expect(await receiver.extend(message?.receipt, 30)).toBe(1);
        await sleep(1100);
        expect(await receiver.receive()).toEqual([]);
        expect(await receiver.extend(message?.receipt, 0)).toBe(1);
        expect(await receiver.extend(message?.receipt, 30)).toBe(0);
        expect(await receiver.receive()).toHaveLength(1);
    });

    it("gives a released message back, at once or after a delay", async () => {
        const { name, sender, receiver } = await make();
        await sender.send("back");
        const [first] = await receiver.receive();
        expect(await receiver.release(first?.receipt)).toBe(1);
        const [second] = await receiver.receive();
        expect(second).toMatchObject({ id: first?.id, deliveries: 2 });
        await receiver.release(second?.receipt, 60);
        expect(await receiver.receive()).toEqual([]);
        expect(await cluster.queueDepth(name)).toMatchObject({ visible: 0, inFlight: 0, delayed: 1 });
    });
});

describe("delay", () => {
    it("holds messages back, by queue and by message", async () => {
        const { name, sender, receiver } = await make({ delaySeconds: 600 });
        await sender.send("queue's delay");
        await sender.send("own delay", { delay: 1 });
        await sender.send("none", { delay: 0 });
        expect(await receiver.receive(10)).toMatchObject([{ body: "none" }]);
        expect(await cluster.queueDepth(name)).toMatchObject({ visible: 0, inFlight: 1, delayed: 2 });
        const [row] = await receiver.query("SELECT queue.next_visible_seconds($1) AS seconds", [name]);
        expect(row?.seconds).toBeGreaterThan(0.5);
        expect(row?.seconds).toBeLessThanOrEqual(1);
        await sleep(1050);
        expect(await receiver.receive(10)).toMatchObject([{ body: "own delay" }]);
    });
});

describe("dead letters", () => {
    it("take a message when it would be delivered once more than allowed", async () => {
        const { name, sender, receiver, dead } = await make({ maxDeliveries: 2 });
        await sender.send("poison");
        await receiver.receive(1, 0);
        await receiver.receive(1, 0);
        await sender.send("good");
        expect(await dead.receive(1, 0)).toEqual([]);
        // The third receive finds the poison first and delivers what comes after it.
        expect(await receiver.receive()).toMatchObject([{ body: "good" }]);
        expect(await cluster.queueDepth(name)).toMatchObject({ dead: 1 });
        const [letter] = await dead.receive();
        expect(letter).toMatchObject({ body: "poison", deliveries: 1 });
        expect(await dead.delete(letter?.receipt)).toBe(1);
    });

    it("take a message when its last delivery is given back", async () => {
        const { sender, receiver, dead } = await make({ maxDeliveries: 1 });
        await sender.send("poison");
        const [message] = await receiver.receive();
        expect(await receiver.release(message?.receipt, 60)).toBe(1);
        expect(await dead.receive()).toMatchObject([{ body: "poison" }]);
    });

    it("take a message that nobody would ask for again, through maintenance", async () => {
        const { name, sender, receiver, dead } = await make({ maxDeliveries: 1 });
        await sender.send("poison");
        await receiver.receive(1, 0);
        expect(await cluster.queueDepth(name)).toMatchObject({ visible: 1, dead: 0 });
        await cluster.maintain();
        expect(await cluster.queueDepth(name)).toMatchObject({ visible: 0, dead: 1 });
        expect(await dead.receive()).toHaveLength(1);
    });

    it("are never given up on", async () => {
        const { sender, receiver, dead } = await make({ maxDeliveries: 1 });
        await sender.send("poison");
        await receiver.receive(1, 0);
        await receiver.receive(1, 0);
        for (let delivery = 1; delivery <= 20; delivery++) {
            expect(await dead.receive(1, 0)).toMatchObject([{ deliveries: delivery }]);
        }
    });
});

describe("retention", () => {
    it("delivers nothing that is too old, and removes it on the way", async () => {
        const { name, sender, receiver } = await make({ retentionSeconds: 1 });
        await sender.sendBatch(Array.from({ length: 50 }, () => ({ body: "old" })));
        await sleep(1050);
        await sender.send("new");
        expect(await receiver.receive(10)).toMatchObject([{ body: "new" }]);
        expect(await cluster.queueDepth(name)).toMatchObject({ visible: 0, inFlight: 1, dead: 0 });
    });

    it("removes more than one batch in maintenance", async () => {
        const { name, sender } = await make({ retentionSeconds: 1 });
        for (let i = 0; i < 2; i++) await sender.sendBatch(Array.from({ length: 700 }, () => ({ body: "old" })));
        await sleep(1050);
        await cluster.maintain();
        expect(await cluster.queueDepth(name)).toMatchObject({ visible: 0, dead: 0 });
    });

    it("counts from sending when it is changed", async () => {
        const { name, sender, receiver } = await make();
        await sender.send("now too old");
        await sleep(1050);
        await cluster.createQueue(name, { ...PLAIN_QUEUE, retentionSeconds: 1 });
        expect(await receiver.receive()).toEqual([]);
    });
});

describe("what is refused", () => {
    it.each([
        ["a body over 256 KiB", [{ body: "x".repeat(262_145) }], "262145 bytes; at most 262144"],
        ["a message without a body", [{}], "has no body"],
        ["a delay over 15 minutes", [{ body: "x", delaySeconds: 901 }], "delaySeconds is 901; allowed is 0 to 900"],
        ["a group on a plain queue", [{ body: "x", groupId: "g" }], "not FIFO"],
        ["something that is no list", { body: "x" } as unknown as object[], "must be a JSON array"],
    ])("%s", async (_what, messages, text) => {
        const { sender, receiver } = await make();
        await expect(sender.sendBatch(messages)).rejects.toThrow(text);
        expect(await receiver.receive()).toEqual([]);
    });

    it("0 messages and a visibility over 12 hours", async () => {
        const { receiver } = await make();
        await expect(receiver.receive(0)).rejects.toThrow("allowed are 1 to 1000 messages");
        await expect(receiver.receive(1, 43_201)).rejects.toThrow("0 to 43200 seconds");
    });
});

describe("life of a queue", () => {
    it("keeps URLs and messages when settings change", async () => {
        const { name, urls, sender, receiver } = await make();
        await sender.send("kept");
        expect(await cluster.createQueue(name, { ...PLAIN_QUEUE, visibilityTimeoutSeconds: 77 })).toEqual(urls);
        expect(await receiver.receive()).toMatchObject([{ body: "kept", visibility_seconds: 77 }]);
    });

    it("becomes FIFO only while it is empty", async () => {
        const { name, sender, receiver } = await make();
        await sender.send("x");
        await expect(cluster.createQueue(name, { ...PLAIN_QUEUE, fifo: true })).rejects.toThrow("holds 1 messages");
        const [message] = await receiver.receive();
        await receiver.delete(message?.receipt);
        await cluster.createQueue(name, { ...PLAIN_QUEUE, fifo: true });
        await sender.send("x", { group: "g" });
    });

    it("ends with its messages, roles and passwords, and does not mind a second time", async () => {
        const { name, urls, sender, receiver } = await make();
        await sender.send("lost on purpose");
        await cluster.dropQueue(name);
        await cluster.dropQueue(name);
        expect(await cluster.queueExists(name)).toBe(false);
        await expect(receiver.receive()).rejects.toThrow();
        await expect(SqlQueue.open(urls.sendUrl)).rejects.toThrow("password authentication failed");
        await expect(cluster.queueDepth(name)).rejects.toThrow(`No queue "${name}"`);
        const again = await cluster.createQueue(name, PLAIN_QUEUE);
        expect(again.sendUrl).not.toBe(urls.sendUrl);
        expect(await cluster.queueDepth(name)).toMatchObject({ visible: 0 });
        expect(await cluster.queueExists(name)).toBe(true);
    });

    it("cannot have a name that is one of dead letters", async () => {
        await expect(cluster.createQueue("mail/dead", PLAIN_QUEUE)).rejects.toThrow('cannot hold "/"');
    });
});
