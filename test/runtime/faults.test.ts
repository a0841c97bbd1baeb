import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { openQueue } from "#dist/runtime/index.js";
import { PLAIN_QUEUE, testCluster, until } from "../providers/local/postgres/support.js";
import { Consumer } from "./support.js";

const { cluster } = testCluster();

const consumers: Consumer[] = [];
const start = (...args: ConstructorParameters<typeof Consumer>) => {
    const consumer = new Consumer(...args);
    consumers.push(consumer);
    return consumer;
};
afterEach(async () => {
    for (const consumer of consumers) consumer.signal("SIGKILL");
    await Promise.all(consumers.splice(0).map((consumer) => consumer.end()));
});

/** More of them before a release: TWELVEFOLD_KILLS=100. */
const KILLS = Number(process.env.TWELVEFOLD_KILLS ?? 5);

async function killServer(): Promise<void> {
    const { pid } = await cluster.ensure();
    process.kill(pid, "SIGKILL");
}

describe("a consumer killed with -9 in the middle of a message", () => {
    it("loses it to another one when the visibility timeout ends, within a second of it", async () => {
        const visibilityTimeoutSeconds = 3;
        const urls = await cluster.createQueue("redelivery", { ...PLAIN_QUEUE, visibilityTimeoutSeconds });
        const sender = openQueue(urls.sendUrl);
        const victim = start(urls.receiveUrl, { handleMilliseconds: 60_000 });
        await sender.send("x");
        await until(() => victim.of("begin").length === 1, "the first delivery");
        victim.signal("SIGKILL");
        await victim.end();
        const heir = start(urls.receiveUrl);
        await until(() => heir.of("end").length === 1, "the second delivery");
        const waited = ((heir.of("begin")[0]?.at ?? 0) - (victim.of("begin")[0]?.at ?? 0)) / 1000;
        expect(heir.of("begin")[0]?.delivery).toBe(2);
        expect(Math.abs(waited - visibilityTimeoutSeconds)).toBeLessThan(1);
        await sender.close();
    });

    it("blocks only its own group of a FIFO queue meanwhile", async () => {
        const urls = await cluster.createQueue("groups", { ...PLAIN_QUEUE, visibilityTimeoutSeconds: 3, fifo: true });
        const sender = openQueue(urls.sendUrl);
        const victim = start(urls.receiveUrl, { handleMilliseconds: 60_000 });
        await sender.send("a1", { groupId: "a" });
        await until(() => victim.of("begin").length === 1, "the first delivery");
        victim.signal("SIGKILL");
        await victim.end();
        await sender.send("a2", { groupId: "a" });
        await sender.send("b1", { groupId: "b" });
        const heir = start(urls.receiveUrl, { concurrency: 5 });
        await until(() => heir.of("end").length === 3, "the rest");
        expect(heir.of("begin").map((event) => event.body)).toEqual(["b1", "a1", "a2"]);
        await sender.close();
    });

    it("happening again and again, lets every message be handled at least once", async () => {
        const urls = await cluster.createQueue("massacre", {
            ...PLAIN_QUEUE,
            visibilityTimeoutSeconds: 1,
            maxDeliveries: 1000,
        });
        const sender = openQueue(urls.sendUrl);
        const bodies = Array.from({ length: 400 }, (_, i) => `m${i}`);
        await Promise.all(bodies.map((body) => sender.send(body)));
        const handled = new Set<string>();
        for (let round = 0; round < 6; round++) {
            const consumer = start(urls.receiveUrl, { handleMilliseconds: 2, concurrency: 5 });
            await until(() => consumer.of("end").length >= 20, "some work");
            consumer.signal("SIGKILL");
            await consumer.end();
            for (const event of consumer.of("end")) handled.add(event.body ?? "");
        }
        const last = start(urls.receiveUrl, { concurrency: 5 });
        await until(async () => {
            const { visible, inFlight, delayed } = await cluster.queueDepth("massacre");
            return visible + inFlight + delayed === 0;
        }, "an empty queue");
        last.signal("SIGTERM");
        await last.end();
        for (const event of last.of("end")) handled.add(event.body ?? "");
        expect(handled).toEqual(new Set(bodies));
        expect((await cluster.queueDepth("massacre")).dead).toBe(0);
        await sender.close();
    }, 60_000);
});

describe("PostgreSQL killed with -9 under load", () => {
    it(
        "loses no acknowledged send, and senders and receivers go on by themselves",
        async () => {
            const urls = await cluster.createQueue("durable", {
                ...PLAIN_QUEUE,
                visibilityTimeoutSeconds: 2,
                maxDeliveries: 1000,
            });
            const lines: string[] = [];
            const sender = openQueue(urls.sendUrl, { log: (line) => lines.push(line) });
            const receiver = openQueue(urls.receiveUrl, { log: (line) => lines.push(line) });
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
                await until(() => acknowledged.size > before + 150, "load");
                await killServer();
                const down = performance.now();
                await cluster.ensure();
                const sent = acknowledged.size;
                await until(() => acknowledged.size > sent, "a send after the restart");
                expect(performance.now() - down).toBeLessThan(10_000);
            }
            sending = false;
            await Promise.all(load);
            await until(async () => {
                const { visible, inFlight, delayed } = await cluster.queueDepth("durable");
                return visible + inFlight + delayed === 0;
            }, "an empty queue");
            const lost = [...acknowledged].filter((body) => !handled.has(body));
            expect(lost).toEqual([]);
            expect(acknowledged.size).toBeGreaterThan(150 * KILLS);
            expect(lines.some((line) => line.includes("connection lost"))).toBe(true);
            expect(lines.some((line) => line.includes("connected again"))).toBe(true);
            expect(lines.join("\n")).not.toContain(new URL(urls.sendUrl).password);
            await Promise.all([sender.close(), receiver.close()]);
        },
        60_000 + KILLS * 6_000,
    );

    it("lets a send wait for the restart, and fail with a clear error when that takes too long", async () => {
        const urls = await cluster.createQueue("patient", PLAIN_QUEUE);
        const patient = openQueue(urls.sendUrl, { timeoutSeconds: 20, log: () => undefined });
        const hasty = openQueue(urls.sendUrl, { timeoutSeconds: 1, log: () => undefined });
        await patient.send("before");
        await killServer();
        const begin = performance.now();
        const waiting = patient.send("during");
        await expect(hasty.send("never")).rejects.toThrow(
            /^Queue "patient" at 127\.0\.0\.1:\d+ did not answer for 1 s \(.*It is not known whether/,
        );
        expect(performance.now() - begin).toBeLessThan(3000);
        await cluster.ensure();
        await waiting;
        expect((await cluster.queueDepth("patient")).visible).toBe(2);
        await Promise.all([patient.close(), hasty.close()]);
    });

    it("lets a waiting consumer process find the new server and drain afterwards", async () => {
        const urls = await cluster.createQueue("waiting", PLAIN_QUEUE);
        const consumer = start(urls.receiveUrl);
        await until(() => consumer.of("started").length === 1, "its start");
        await sleep(300);
        await killServer();
        await cluster.ensure();
        const sender = openQueue(urls.sendUrl);
        await sender.send("after");
        await until(() => consumer.of("end").length === 1, "the message");
        consumer.signal("SIGTERM");
        expect(await consumer.end()).toBe(0);
        expect(consumer.errors).toContain("connection lost");
        await sender.close();
    });
});
