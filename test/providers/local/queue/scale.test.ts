import { describe, expect, it } from "vitest";
import { PLAIN_QUEUE, testCluster } from "../postgres/support.js";
import { SqlQueue } from "./support.js";

const { cluster } = testCluster();
const WAITING = 100_000;

/** Milliseconds of one receive and acknowledge: the median of many, which a busy machine does not move far. */
async function median(receiver: SqlQueue): Promise<number> {
    const times: number[] = [];
    for (let i = 0; i < 150; i++) {
        const start = performance.now();
        const [message] = await receiver.receive();
        expect(await receiver.delete(message?.receipt)).toBe(1);
        times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[75] ?? 0;
}

describe("a queue with 100,000 waiting messages", () => {
    it.each([
        ["plain", false],
        ["FIFO, all in one group", true],
    ])(
        "is as fast as one with a few (%s)",
        async (_name, fifo) => {
            const urls = await cluster.createQueue(`large-${fifo}`, { ...PLAIN_QUEUE, fifo });
            const sender = await SqlQueue.open(urls.sendUrl);
            const receiver = await SqlQueue.open(urls.receiveUrl);
            const messages = (count: number) =>
                Array.from({ length: count }, () => ({ body: "waiting", ...(fifo ? { groupId: "one" } : {}) }));
            await sender.sendBatch(messages(200));
            const few = await median(receiver);
            for (let sent = 0; sent < WAITING; sent += 1000) await sender.sendBatch(messages(1000));
            const many = await median(receiver);
            expect(many).toBeLessThan(3 * few + 2);
            const start = performance.now();
            expect((await cluster.queueDepth(`large-${fifo}`)).visible).toBeGreaterThanOrEqual(WAITING - 150);
            expect(performance.now() - start).toBeLessThan(1000);
            await Promise.all([sender.close(), receiver.close()]);
        },
        60_000,
    );
});
