/** What every driver must do alike, whatever service is behind it; each service's test file runs these cases on it. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { type Message, openQueue, type Queue } from "#dist/runtime/index.js";
import { until } from "../../providers/local/postgres/support.js";
import { Consumer } from "../support.js";

export interface Settings {
    readonly maxDeliveries: number;
    readonly visibilityTimeoutSeconds: number;
    readonly fifo: boolean;
}

/** A queue on the service, as its target would make it. */
export interface Made {
    readonly sendUrl: string;
    readonly receiveUrl: string;
    readonly deadLetterReceiveUrl: string;
    /** Messages that are not acknowledged yet, in hand or not, without dead letters. */
    depth(): Promise<number>;
}

export interface ServiceUnderTest {
    make(name: string, settings: Settings): Promise<Made>;
    /** What its clients need in their environment. */
    readonly env?: Readonly<Record<string, string>>;
    /** The shortest visibility timeout that it takes; undefined: a message is hidden while its connection lives. */
    readonly shortestVisibilitySeconds: number | undefined;
    readonly delay: "kept" | RegExp;
    readonly deduplication: "kept" | RegExp;
    /** Groups are handled beside each other; "may be": so; "never": one message after the other, whatever its group. */
    readonly groups: "always" | "may be" | "never";
    /** Delivery counts are exact; false: it is only known that it is not the first time. */
    readonly counts: boolean;
    /** Does a URL carry the right to do one thing only? */
    readonly rights: boolean;
    /**
     * Ends the service as if the power had gone (a stand-in cuts all connections), and starts it again; undefined: it
     * keeps nothing.
     */
    readonly crash?: () => Promise<void>;
}

/** More of them before a release: TWELVEFOLD_KILLS=100. */
const KILLS = Number(process.env.TWELVEFOLD_KILLS ?? 2);

export function conformance(service: ServiceUnderTest): void {
    const open: Queue[] = [];
    const consumers: Consumer[] = [];
    let serial = 0;
    async function make(settings: Partial<Settings> = {}) {
        const shortest = service.shortestVisibilitySeconds ?? 30;
        const made = await service.make(`mail-${++serial}`, {
            maxDeliveries: 5,
            visibilityTimeoutSeconds: Math.max(30, shortest),
            fifo: false,
            ...settings,
        });
        const lines: string[] = [];
        const opened = (url: string) => {
            // Longer than a broker takes to start again, also on a busy machine.
            const queue = openQueue(url, { log: (line) => lines.push(line), timeoutSeconds: 120 });
            open.push(queue);
            return queue;
        };
        return {
            ...made,
            lines,
            opened,
            sender: opened(made.sendUrl),
            receiver: opened(made.receiveUrl),
            dead: opened(made.deadLetterReceiveUrl),
        };
    }
    const consumer = (url: string, options: { handleMilliseconds?: number; concurrency?: number } = {}) => {
        const started = new Consumer(url, { ...options, ...(service.env ? { env: service.env } : {}) });
        consumers.push(started);
        return started;
    };
    afterEach(async () => {
        await Promise.all(open.splice(0).map((queue) => queue.close()));
        for (const one of consumers) one.signal("SIGKILL");
        await Promise.all(consumers.splice(0).map((one) => one.end()));
    });

    it("delivers text, bytes and objects as they were sent, and acknowledges them", async () => {
        const { sender, receiver, depth } = await make();
        const got: Message[] = [];
        const receiving = receiver.receive((message) => got.push(message));
        await sender.send("text with ünïcode \u{1F4E8}, a tab\tand a bell\u0007");
        await sender.send(new Uint8Array([0, 1, 255]));
        await sender.send({ order: 7, lines: ["a"] });
        await until(() => got.length === 3, "three messages");
        const byType = new Map(got.map((message) => [message.contentType, message]));
        expect(byType.get("text/plain")?.body).toBe("text with ünïcode \u{1F4E8}, a tab\tand a bell\u0007");
        expect(byType.get("application/octet-stream")?.body).toEqual(Buffer.from([0, 1, 255]));
        expect(byType.get("application/json")?.body).toEqual({ order: 7, lines: ["a"] });
        for (const { id, deliveryCount, sentAt } of got) {
            expect(id).not.toBe("");
            expect(deliveryCount).toBe(1);
            expect(Math.abs(Date.now() - sentAt.getTime())).toBeLessThan(20_000);
        }
        await receiver.close();
        await receiving;
        await until(async () => (await depth()) === 0, "an empty queue");
    });

    it("carries the largest message that is allowed, and refuses a larger one before it is sent", async () => {
        const { sender, receiver } = await make();
        const largest = "x".repeat(255 * 1024);
        await sender.send(largest);
        const got: unknown[] = [];
        void receiver.receive((message) => got.push(message.body));
        await until(() => got.length === 1, "the message");
        expect(got[0] === largest).toBe(true);
        await expect(sender.send(`${largest}x`)).rejects.toThrow("at most 261120 (255 KiB)");
    });

    it("handles as many messages at a time as it is told, one by default, and each of them", async () => {
        const { sender, receiver, opened, receiveUrl, depth } = await make();
        const most = { one: 0, four: 0 };
        const running = { one: 0, four: 0 };
        const seen = new Set<unknown>();
        const handler = (which: "one" | "four") => async (message: Message) => {
            most[which] = Math.max(most[which], ++running[which]);
            await sleep(30);
            running[which]--;
            seen.add(message.body);
        };
        await Promise.all(Array.from({ length: 60 }, (_, i) => sender.send(`m${i}`)));
        void receiver.receive(handler("one"));
        void opened(receiveUrl).receive(handler("four"), { concurrency: 4 });
        await until(() => seen.size === 60, "all messages");
        await until(async () => (await depth()) === 0, "an empty queue");
        expect(most).toEqual({ one: 1, four: 4 });
    });

    it("delivers a message again after its handler threw, later each time, and gives up after maxDeliveries", async () => {
        const { sender, receiver, dead, lines } = await make({ maxDeliveries: 3 });
        const times: number[] = [];
        const counts: number[] = [];
        void receiver.receive(
            ({ deliveryCount }) => {
                times.push(performance.now());
                counts.push(deliveryCount);
                throw new Error("cannot be handled");
            },
            { retrySeconds: 1 },
        );
        await sender.send("poison");
        const letters: Message[] = [];
        void dead.receive((message) => letters.push(message));
        await until(() => letters.length === 1, "a dead letter", 40);
        expect(letters[0]?.body).toBe("poison");
        expect(counts).toEqual(service.counts ? [1, 2, 3] : [1, 2, 2]);
        const pauses = times.slice(1).map((time, i) => (time - (times[i] ?? 0)) / 1000);
        expect(pauses[0]).toBeGreaterThan(0.9);
        expect(pauses[1]).toBeGreaterThan(1.9);
        expect(lines.filter((line) => line.includes("cannot be handled"))).toHaveLength(3);
    });

    it("keeps a message that takes longer than its visibility timeout from others", async () => {
        const seconds = service.shortestVisibilitySeconds ?? 1;
        const { sender, receiver, opened, receiveUrl, depth } = await make({ visibilityTimeoutSeconds: seconds });
        let handled = 0;
        const handler = async () => {
            handled++;
            await sleep(seconds * 2500);
        };
        void receiver.receive(handler);
        void opened(receiveUrl).receive(handler);
        await sender.send("long");
        await until(async () => handled > 0 && (await depth()) === 0, "its end", 40);
        expect(handled).toBe(1);
    });

    it("gives the message of a consumer that was killed with -9 to another one", async () => {
        const seconds = service.shortestVisibilitySeconds ?? 1;
        const { sender, receiveUrl } = await make({ visibilityTimeoutSeconds: seconds });
        const victim = consumer(receiveUrl, { handleMilliseconds: 60_000 });
        await sender.send("x");
        await until(() => victim.of("begin").length === 1, "the first delivery");
        victim.signal("SIGKILL");
        await victim.end();
        const heir = consumer(receiveUrl);
        await until(() => heir.of("end").length === 1, `the second delivery; ${heir.errors}`, 40);
        expect(heir.of("begin")[0]).toMatchObject({ body: "x", delivery: 2 });
        const waited = ((heir.of("begin")[0]?.at ?? 0) - (victim.of("begin")[0]?.at ?? 0)) / 1000;
        if (service.shortestVisibilitySeconds) expect(waited).toBeGreaterThan(seconds - 0.5);
    });

    it("handles each FIFO group in order, one at a time, also when a handler threw", async () => {
        const { sender, receiver } = await make({ fifo: true });
        const seen: Record<string, number[]> = { a: [], b: [] };
        const busy = new Set<string>();
        const failedOnce = new Set<string>();
        let together = 0;
        void receiver.receive(
            async (message) => {
                const group = message.groupId ?? "";
                const { i } = message.body as { i: number };
                expect(busy.has(group)).toBe(false);
                busy.add(group);
                together = Math.max(together, busy.size);
                await sleep(20);
                busy.delete(group);
                if (i === 3 && !failedOnce.has(group)) {
                    failedOnce.add(group);
                    throw new Error("not yet");
                }
                seen[group]?.push(i);
            },
            { concurrency: 4, retrySeconds: 0.1 },
        );
        const sends: Promise<void>[] = [];
        for (let i = 0; i < 8; i++) for (const groupId of ["a", "b"]) sends.push(sender.send({ i }, { groupId }));
        await Promise.all(sends);
        await until(() => seen.a?.length === 8 && seen.b?.length === 8, "16 messages", 40);
        const inOrder = [0, 1, 2, 3, 4, 5, 6, 7];
        expect(seen).toEqual({ a: inOrder, b: inOrder });
        if (service.groups === "may be") expect(together).toBeLessThanOrEqual(2);
        else expect(together).toBe(service.groups === "always" ? 2 : 1);
    });

    it("drops a message whose deduplicationId was there within five minutes, or says that it cannot", async () => {
        const { sender, depth } = await make({ fifo: true });
        const twice = () => sender.send("once", { groupId: "g", deduplicationId: "order-1" });
        if (service.deduplication !== "kept") return await expect(twice()).rejects.toThrow(service.deduplication);
        await twice();
        await twice();
        await sender.send("once", { groupId: "g" });
        await sender.send("once", { groupId: "g" });
        expect(await depth()).toBe(3);
    });

    it("delays a message, or says that it cannot", async () => {
        const { sender, receiver } = await make();
        const start = performance.now();
        const sent = sender.send("later", { delaySeconds: 2 });
        if (service.delay !== "kept") return await expect(sent).rejects.toThrow(service.delay);
        await sent;
        let arrived = 0;
        void receiver.receive(() => {
            arrived = performance.now();
        });
        await until(() => arrived > 0, "the message");
        expect(arrived - start).toBeGreaterThan(1900);
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
        await until(async () => (await depth()) === 2, "two messages");
    });

    if (service.rights)
        it("tells which binding a URL lacks, and goes on", async () => {
            const { sender, receiver, depth } = await make();
            await expect(sender.receive(() => 0)).rejects.toThrow(/no right to receive from .*toReceive\(\)/s);
            await expect(receiver.send("x")).rejects.toThrow(/no right to send to .*toSend\(\)/s);
            await sender.send("x");
            await until(async () => (await depth()) === 1, "the message");
        });

    describe("shutdown", () => {
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
            await until(async () => (await depth()) === 50, "what was not received");
        });

        it("lets a worker finish what it handles on SIGTERM, take nothing new, and end with 0", async () => {
            const { sender, receiver, receiveUrl, depth } = await make();
            await Promise.all(Array.from({ length: 10 }, (_, i) => sender.send(String(i))));
            const worker = consumer(receiveUrl, { handleMilliseconds: 600, concurrency: 2 });
            await until(() => worker.of("begin").length === 2, `two messages in hand; ${worker.errors}`);
            worker.signal("SIGTERM");
            expect(await worker.end(), worker.errors).toBe(0);
            expect(worker.of("begin")).toHaveLength(2);
            expect(worker.of("end")).toHaveLength(2);
            expect(worker.events.at(-1)?.event).toBe("stopped");
            expect(worker.errors).toBe("");
            await until(async () => (await depth()) === 8, "the others");
            // None of them is in hand of a consumer that is gone.
            const rest = new Set<unknown>();
            void receiver.receive((message) => rest.add(message.body));
            await until(() => rest.size === 8, "the others, at once", 10);
        });

        it("ends a worker that waits for messages", async () => {
            const { receiveUrl } = await make();
            const worker = consumer(receiveUrl);
            await until(() => worker.of("started").length === 1, "its start");
            await sleep(1000);
            worker.signal("SIGTERM");
            expect(await worker.end(), worker.errors).toBe(0);
            expect(worker.errors).toBe("");
        });
    });

    const whenCrashed = service.crash ? it : undefined;
    whenCrashed?.(
        "loses no acknowledged send when the service goes away without a word, and goes on",
        async () => {
            const { sender, receiver, depth, lines } = await make({
                maxDeliveries: 1000,
                visibilityTimeoutSeconds: Math.max(2, service.shortestVisibilitySeconds ?? 2),
            });
            const acknowledged = new Set<string>();
            const handled = new Set<string>();
            void receiver.receive((message) => handled.add(String(message.body)), { concurrency: 10 });
            let sending = true;
            const load = [1, 2, 3].map(async (lane) => {
                for (let i = 0; sending; i++) {
                    await sender.send(`${lane}-${i}`);
                    acknowledged.add(`${lane}-${i}`);
                }
            });
            for (let kill = 0; kill < KILLS; kill++) {
                const before = acknowledged.size;
                await until(() => acknowledged.size > before + 100, "load", 60);
                await service.crash?.();
                const sent = acknowledged.size;
                await until(() => acknowledged.size > sent, "a send after the restart", 100);
            }
            sending = false;
            await Promise.all(load);
            const lost = () => [...acknowledged].filter((body) => !handled.has(body));
            await until(() => lost().length === 0, "all that was acknowledged", 60).catch(() => undefined);
            expect(lost()).toEqual([]);
            await until(async () => (await depth()) === 0, "an empty queue", 60);
            expect(lines.some((line) => line.includes("connection lost"))).toBe(true);
            expect(lines.some((line) => line.includes("connected again"))).toBe(true);
        },
        180_000,
    );
}
