import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { QueueSpec } from "#dist/providers/local/spec.js";
import { type Message, openQueue, type Queue } from "#dist/runtime/index.js";
import { PLAIN_QUEUE, testCluster, until } from "../providers/local/postgres/support.js";
import { Consumer } from "./support.js";

const { cluster } = testCluster();

const open: Queue[] = [];
let serial = 0;
async function make(spec: Partial<QueueSpec> = {}) {
    const name = `mail-${++serial}`;
    const urls = await cluster.createQueue(name, { ...PLAIN_QUEUE, ...spec });
    const lines: string[] = [];
    const opened = (url: string) => {
        const queue = openQueue(url, { log: (line) => lines.push(line) });
        open.push(queue);
        return queue;
    };
    return {
        name,
        urls,
        lines,
        sender: opened(urls.sendUrl),
        receiver: opened(urls.receiveUrl),
        dead: opened(urls.deadLetterReceiveUrl),
        depth: () => cluster.queueDepth(name),
    };
}
afterEach(async () => {
    await Promise.all(open.splice(0).map((queue) => queue.close()));
});

describe("a queue", () => {
    it("delivers text, bytes and objects as they were sent, and acknowledges them", async () => {
        const { sender, receiver, depth } = await make();
        const got: Message[] = [];
        const receiving = receiver.receive((message) => got.push(message));
        await sender.send("text with ünïcode");
        await sender.send(new Uint8Array([0, 1, 255]));
        await sender.send({ order: 7, lines: ["a"] });
        await until(() => got.length === 3, "three messages");
        expect(got.map((message) => message.body)).toEqual([
            "text with ünïcode",
            Buffer.from([0, 1, 255]),
            { order: 7, lines: ["a"] },
        ]);
        expect(got[0]).toMatchObject({ contentType: "text/plain", deliveryCount: 1 });
        expect(Math.abs(Date.now() - (got[0]?.sentAt.getTime() ?? 0))).toBeLessThan(10_000);
        await receiver.close();
        await receiving;
        expect(await depth()).toMatchObject({ visible: 0, inFlight: 0 });
    });

    it("keeps the order of sends that do not wait for each other", async () => {
        const { sender, receiver } = await make();
        const sent = Array.from({ length: 500 }, (_, i) => i);
        await Promise.all(sent.map((i) => sender.send({ i })));
        const got: unknown[] = [];
        void receiver.receive((message) => got.push((message.body as { i: number }).i));
        await until(() => got.length === 500, "all messages");
        expect(got).toEqual(sent);
    });

    it("wakes a waiting receiver at once, also for a message with a delay", async () => {
        const { sender, receiver } = await make();
        const got: number[] = [];
        void receiver.receive(() => got.push(performance.now()));
        await sleep(500);
        const start = performance.now();
        await sender.send("now");
        await until(() => got.length === 1, "the first");
        // Waiting receivers look every five seconds by themselves; this is the notification.
        expect((got[0] ?? 0) - start).toBeLessThan(1000);
        const later = performance.now();
        await sender.send("in a second", { delaySeconds: 1 });
        await until(() => got.length === 2, "the second");
        expect((got[1] ?? 0) - later).toBeGreaterThan(990);
        expect((got[1] ?? 0) - later).toBeLessThan(2000);
    });

    it("handles as many messages at a time as it is told, one by default", async () => {
        const { sender, receiver, urls } = await make();
        const most = { one: 0, four: 0 };
        const running = { one: 0, four: 0 };
        const handler = (which: "one" | "four") => async () => {
            most[which] = Math.max(most[which], ++running[which]);
            await sleep(30);
            running[which]--;
        };
        for (let i = 0; i < 60; i++) void sender.send("x");
        const second = openQueue(urls.receiveUrl);
        open.push(second);
        void receiver.receive(handler("one"));
        void second.receive(handler("four"), { concurrency: 4 });
        await until(async () => {
            const depth = await cluster.queueDepth("mail-4").catch(() => ({ visible: 1, inFlight: 1 }));
            return depth.visible + depth.inFlight === 0;
        }, "an empty queue");
        expect(most).toEqual({ one: 1, four: 4 });
    });

    it("delivers a message again after its handler threw, later each time, and gives up after maxDeliveries", async () => {
        const { sender, receiver, dead, lines } = await make({ maxDeliveries: 3 });
        const times: number[] = [];
        void receiver.receive(
            () => {
                times.push(performance.now());
                throw new Error("cannot be handled");
            },
            { retrySeconds: 0.3 },
        );
        await sender.send("poison");
        const letters: Message[] = [];
        void dead.receive((message) => letters.push(message));
        await until(() => letters.length === 1, "a dead letter");
        expect(letters[0]?.body).toBe("poison");
        expect(times).toHaveLength(3);
        const pauses = times.slice(1).map((time, i) => (time - (times[i] ?? 0)) / 1000);
        expect(pauses[0]).toBeGreaterThan(0.29);
        expect(pauses[1]).toBeGreaterThan(0.59);
        expect(pauses[1]).toBeLessThan(2);
        expect(lines.filter((line) => line.includes("cannot be handled"))).toHaveLength(3);
    });

    it("keeps a message that takes longer than its visibility timeout", async () => {
        const { sender, receiver, urls, depth } = await make({ visibilityTimeoutSeconds: 1 });
        let handled = 0;
        const handler = async () => {
            handled++;
            await sleep(2600);
        };
        void receiver.receive(handler);
        const rival = openQueue(urls.receiveUrl);
        open.push(rival);
        void rival.receive(handler);
        await sender.send("long");
        await until(async () => handled > 0 && (await depth()).inFlight === 0, "its end");
        await sleep(1200);
        expect(handled).toBe(1);
        expect(await depth()).toMatchObject({ visible: 0, inFlight: 0, delayed: 0 });
    });

    it("handles a FIFO group in order, one at a time, however concurrent", async () => {
        const { sender, receiver } = await make({ fifo: true });
        const seen: Record<string, number[]> = { a: [], b: [] };
        const busy = new Set<string>();
        void receiver.receive(
            async (message) => {
                const group = message.groupId ?? "";
                expect(busy.has(group)).toBe(false);
                busy.add(group);
                await sleep(5);
                busy.delete(group);
                seen[group]?.push((message.body as { i: number }).i);
            },
            { concurrency: 8 },
        );
        for (let i = 0; i < 20; i++) for (const groupId of ["a", "b"]) void sender.send({ i }, { groupId });
        await until(() => seen.a?.length === 20 && seen.b?.length === 20, "40 messages");
        const inOrder = Array.from({ length: 20 }, (_, i) => i);
        expect(seen).toEqual({ a: inOrder, b: inOrder });
    });

    it("fails only the message that is wrong, not those sent beside it", async () => {
        const { sender, depth } = await make();
        const results = await Promise.allSettled([
            sender.send("good"),
            sender.send("bad", { groupId: "g" }),
            sender.send("good too"),
        ]);
        expect(results.map((one) => one.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
        expect((results[1] as PromiseRejectedResult).reason.message).toContain("not FIFO");
        expect(await depth()).toMatchObject({ visible: 2 });
    });

    it("tells which binding a URL lacks", async () => {
        const { sender, receiver, name } = await make();
        await expect(sender.receive(() => 0)).rejects.toThrow(`no right to receive from queue "${name}"`);
        await expect(receiver.send("x")).rejects.toThrow(/no right to send to queue .*toSend\(\)/);
    });

    it("refuses work after close, and numbers that make no sense", async () => {
        const { sender, receiver } = await make();
        await expect(receiver.receive(() => 0, { concurrency: 0 })).rejects.toThrow("concurrency is 0");
        await expect(receiver.receive(() => 0, { retrySeconds: -1 })).rejects.toThrow("retrySeconds is -1");
        await sender.close();
        await expect(sender.send("x")).rejects.toThrow("closed");
        await expect(sender.receive(() => 0)).rejects.toThrow("closed");
    });

    it("waits on close for handlers and for sends that are under way", async () => {
        const { sender, receiver, depth } = await make();
        await sender.send("x");
        let state = "none";
        const receiving = receiver.receive(async () => {
            state = "begun";
            await sleep(400);
            state = "done";
        });
        await until(() => state === "begun", "the handler");
        const sends = Array.from({ length: 50 }, () => sender.send("y"));
        await Promise.all([receiver.close(), sender.close()]);
        await receiving;
        await Promise.all(sends);
        expect(state).toBe("done");
        expect(await depth()).toMatchObject({ visible: 50, inFlight: 0 });
    });

    it("leaves no listener for signals behind", async () => {
        const { receiver } = await make();
        const before = process.listenerCount("SIGTERM");
        const receiving = receiver.receive(() => 0);
        expect(process.listenerCount("SIGTERM")).toBe(before + 1);
        await receiver.close();
        await receiving;
        expect(process.listenerCount("SIGTERM")).toBe(before);
    });
});

describe("a worker process", () => {
    it.each([
        "SIGTERM",
        "SIGINT",
    ] as const)("finishes what it handles on %s, takes nothing new and ends", async (signal) => {
        const { sender, urls, depth } = await make();
        for (let i = 0; i < 10; i++) await sender.send(String(i));
        const worker = new Consumer(urls.receiveUrl, { handleMilliseconds: 600, concurrency: 2 });
        await until(() => worker.of("begin").length === 2, "two messages in hand");
        const start = performance.now();
        worker.signal(signal);
        expect(await worker.end(), worker.errors).toBe(0);
        expect(performance.now() - start).toBeLessThan(5000);
        expect(worker.of("begin")).toHaveLength(2);
        expect(worker.of("end")).toHaveLength(2);
        expect(worker.events.at(-1)?.event).toBe("stopped");
        expect(await depth()).toMatchObject({ visible: 8, inFlight: 0 });
    });

    it("dies on the second signal", async () => {
        const { sender, urls } = await make();
        await sender.send("stuck");
        const worker = new Consumer(urls.receiveUrl, { handleMilliseconds: 60_000 });
        await until(() => worker.of("begin").length === 1, "a message in hand");
        worker.signal("SIGTERM");
        await sleep(300);
        worker.signal("SIGTERM");
        expect(await worker.end()).toBe("SIGTERM");
    });

    it("ends while it waits for messages", async () => {
        const { urls } = await make();
        const worker = new Consumer(urls.receiveUrl);
        await until(() => worker.of("started").length === 1, "its start");
        await sleep(200);
        worker.signal("SIGTERM");
        expect(await worker.end(), worker.errors).toBe(0);
    });
});
