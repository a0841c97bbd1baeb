import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterEach, expect, test } from "vitest";
import { openQueue } from "#dist/runtime/index.js";
import { PLAIN_QUEUE, testCluster, until } from "../postgres/support.js";
import { SqlQueue } from "./support.js";

const { cluster } = testCluster();

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
});

async function make(name: string, fifo = false) {
    const urls = await cluster.createQueue(name, { ...PLAIN_QUEUE, fifo });
    const [sender, receiver] = await Promise.all([SqlQueue.open(urls.sendUrl), SqlQueue.open(urls.receiveUrl)]);
    open.push(sender, receiver);
    return { sender, receiver, urls };
}

async function setting(queue: SqlQueue): Promise<unknown> {
    return (await queue.query("SELECT current_setting('synchronous_commit') AS value"))[0]?.value;
}

test("a delivery does not wait for the disk, an acknowledgement does, in one transaction too", async () => {
    const { sender, receiver } = await make("deliveries");
    await sender.sendBatch([{ body: "one" }, { body: "two" }]);
    await receiver.query("BEGIN");
    const [one] = await receiver.receive();
    expect(await setting(receiver)).toBe("off");
    await receiver.delete(one?.receipt);
    expect(await setting(receiver)).toBe("on");
    // What was written before stays durable.
    await receiver.receive();
    expect(await setting(receiver)).toBe("on");
    await receiver.query("COMMIT");
    expect(await setting(receiver)).toBe("on");
});

test.each(["release", "extend"] as const)("what %s writes waits for the disk", async (operation) => {
    const { sender, receiver } = await make(`written-${operation}`);
    await sender.send("one");
    await receiver.query("BEGIN");
    const [one] = await receiver.receive();
    await receiver[operation](one?.receipt);
    expect(await setting(receiver)).toBe("on");
    await receiver.query("COMMIT");
});

test("a delivery of a FIFO queue waits for the disk, as it blocks its group", async () => {
    const { sender, receiver } = await make("groups", true);
    await sender.send("one", { group: "a" });
    await receiver.query("BEGIN");
    expect(await receiver.receive()).toHaveLength(1);
    expect(await setting(receiver)).toBe("on");
    await receiver.query("COMMIT");
});

test("receivers are told of a message, unless one has been waiting for them for a second", async () => {
    const { sender, receiver, urls } = await make("told");
    const server = new URL(urls.receiveUrl);
    server.searchParams.delete("queue");
    const listener = new Client({ connectionString: server.href });
    await listener.connect();
    open.push({ close: () => listener.end() });
    let told = 0;
    listener.on("notification", () => told++);
    const { rows } = await listener.query<{ channel: string }>("SELECT queue.channel('told') AS channel");
    await listener.query(`LISTEN ${listener.escapeIdentifier(rows[0]?.channel ?? "")}`);
    await sender.send("one");
    await until(() => told === 1, "the first notification");
    await sleep(1100);
    await sender.send("two");
    // Notifications come before the answer to what is asked next.
    await listener.query("SELECT 1");
    expect(told).toBe(1);
    expect(await receiver.receive(10)).toHaveLength(2);
    await sender.send("three");
    await until(() => told === 2, "the second notification");
});

test("a receiver that was faster than the commit of a send that told nobody looks once more", async () => {
    const { sender, urls } = await make("late");
    await sender.send("one");
    await sleep(1100);
    await sender.query("BEGIN");
    await sender.send("two");
    const bodies: string[] = [];
    const queue = openQueue(urls.receiveUrl);
    open.push(queue);
    void queue.receive(async (message) => {
        bodies.push(String(message.body));
    });
    await until(() => bodies.length === 1, "the first message");
    // It has nothing to do from here on, and waits.
    await sleep(200);
    const from = performance.now();
    await sender.query("COMMIT");
    await until(() => bodies.length === 2, "the second message");
    expect(bodies).toEqual(["one", "two"]);
    // Without the second look it would be five seconds.
    expect(performance.now() - from).toBeLessThan(3000);
});

test("an empty queue has no next message: who waits for one need not ask again and again", async () => {
    const { sender, receiver } = await make("empty");
    const next = async () =>
        (await receiver.query("SELECT queue.next_visible_seconds('empty') AS seconds"))[0]?.seconds;
    expect(await next()).toBeNull();
    await sender.send("one");
    expect(await next()).toBe(0);
    await receiver.receive();
    expect(await next()).toBeGreaterThan(25);
});
