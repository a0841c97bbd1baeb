import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLAIN_QUEUE, testCluster } from "../postgres/support.js";
import { SqlQueue } from "./support.js";

const { cluster } = testCluster();

let sender: SqlQueue;
let receiver: SqlQueue;
let dead: SqlQueue;
let version: string;
beforeAll(async () => {
    version = (await cluster.ensure()).version.split(".")[0] ?? "";
    const mail = await cluster.createQueue("mail", PLAIN_QUEUE);
    await cluster.createQueue("other", PLAIN_QUEUE);
    sender = await SqlQueue.open(mail.sendUrl);
    receiver = await SqlQueue.open(mail.receiveUrl);
    dead = await SqlQueue.open(mail.deadLetterReceiveUrl);
});
afterAll(async () => {
    await Promise.all([sender, receiver, dead].map((queue) => queue?.close()));
});

const DENIED = /permission/;
const receipt = "1.00000000-0000-0000-0000-000000000000";
const RECEIVER_CALLS = [
    "SELECT queue.receive('mail')",
    `SELECT queue.delete('mail', ARRAY['${receipt}'])`,
    `SELECT queue.release('mail', ARRAY['${receipt}'])`,
    `SELECT queue.extend('mail', ARRAY['${receipt}'])`,
    "SELECT queue.channel('mail')",
    "SELECT queue.next_visible_seconds('mail')",
];

describe("the sending role", () => {
    it("sends", async () => {
        expect(await sender.send("hello")).toMatch(/^\d+$/);
    });

    it.each(RECEIVER_CALLS)("may not %s", async (call) => {
        await expect(sender.query(call)).rejects.toThrow(DENIED);
    });

    it("reaches no other queue, and cannot tell it from one that does not exist", async () => {
        for (const name of ["other", "mail/dead", "nowhere"]) {
            await expect(sender.query("SELECT queue.send($1, 'x')", [name])).rejects.toThrow(
                `role "mail.send" has no permission to send on queue "${name}"`,
            );
        }
    });
});

describe("the receiving role", () => {
    it.each(RECEIVER_CALLS)("may %s", async (call) => {
        await receiver.query(call);
    });

    it("may not send", async () => {
        await expect(receiver.send("x")).rejects.toThrow(DENIED);
        await expect(receiver.sendBatch([{ body: "x" }])).rejects.toThrow(DENIED);
    });

    it.each(RECEIVER_CALLS)("may not %s of another queue, nor of the dead letters", async (call) => {
        for (const name of ["other", "mail/dead"]) {
            await expect(receiver.query(call.replace("'mail'", `'${name}'`))).rejects.toThrow(DENIED);
        }
    });
});

describe("the role for dead letters", () => {
    it("receives those and nothing else", async () => {
        expect(await dead.receive()).toEqual([]);
        await expect(dead.query("SELECT queue.receive('mail')")).rejects.toThrow(DENIED);
        await expect(dead.query("SELECT queue.send('mail', 'x')")).rejects.toThrow(DENIED);
    });
});

describe("every role", () => {
    const roles = () => [sender, receiver, dead];

    it.each([
        "SELECT * FROM queue.message",
        "SELECT * FROM queue.queue",
        "SELECT * FROM queue.permission",
        "SELECT * FROM queue.deduplication",
        "SELECT nextval('queue.message_id')",
        "DELETE FROM queue.message",
        "INSERT INTO queue.permission VALUES ('mail.send', 1, 'receive')",
        "TRUNCATE queue.message",
        "SELECT queue.tend(10)",
        "SELECT queue.permitted('mail', 'send')",
        "SELECT queue.discard(NULL, ARRAY[1])",
        "SELECT queue.locked(NULL, ARRAY['x'])",
        "SELECT queue.promote(NULL, ARRAY['x'])",
        "CREATE TABLE public.mine (id int)",
        "CREATE TABLE queue.mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION queue.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE ROLE mine",
        "SET ROLE twelvefold_queue_owner",
        "SET SESSION AUTHORIZATION postgres",
        "ALTER DATABASE twelvefold_queues SET fsync = off",
        'GRANT twelvefold_queue_receiver TO "mail.send"',
    ])("is denied %s", async (statement) => {
        for (const role of roles()) await expect(role.query(statement)).rejects.toThrow(/permission|denied|must be/);
    });

    it("cannot change whose rights count, by a role or by the search path", async () => {
        await sender.query("SET search_path = public, queue");
        await sender.query("SET ROLE twelvefold_queue_sender");
        await sender.send("still from mail.send");
        await expect(sender.query("SELECT queue.send('other', 'x')")).rejects.toThrow('role "mail.send"');
        await sender.query("RESET ROLE");
        await sender.query("RESET search_path");
    });

    it("cannot connect to another database", async () => {
        const { url } = await cluster.createDatabase("shop", { version, extensions: [], deletionProtection: false });
        const { sendUrl } = await cluster.createQueue("mail", PLAIN_QUEUE);
        const login = new URL(sendUrl);
        login.search = "?sslmode=disable";
        for (const database of ["shop", "postgres", "template1"]) {
            login.pathname = `/${database}`;
            await expect(SqlQueue.open(login.href), database).rejects.toThrow(DENIED);
        }
        const owner = new URL(url);
        owner.pathname = "/twelvefold_queues";
        await expect(SqlQueue.open(owner.href)).rejects.toThrow(DENIED);
    });
});

it("has no function that PUBLIC may call, and every open one has a fixed search path", async () => {
    const { port, superuserPassword } = await cluster.ensure();
    const admin = await SqlQueue.open(
        `postgresql://postgres:${superuserPassword}@127.0.0.1:${port}/twelvefold_queues?queue=mail&sslmode=disable`,
    );
    try {
        const rows = await admin.query(
            `SELECT proname, prosecdef AS definer, proconfig::text AS config, proacl::text AS acl
             FROM pg_proc WHERE pronamespace = 'queue'::regnamespace ORDER BY proname`,
        );
        for (const row of rows) {
            // An entry without a role name before "=" is PUBLIC's.
            expect(row.acl, String(row.proname)).not.toMatch(/[{,]=/);
            if (row.definer) expect(row.config, String(row.proname)).toBe('{"search_path=pg_catalog, pg_temp"}');
        }
        expect(rows.filter((row) => row.definer).map((row) => row.proname)).toEqual([
            "channel",
            "delete",
            "extend",
            "next_visible_seconds",
            "receive",
            "release",
            "send",
            "send_batch",
        ]);
    } finally {
        await admin.close();
    }
});
