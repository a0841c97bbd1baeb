/** The whole shop as processes on a real database and queue: an order from the form to its mail and the report. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cluster } from "#dist/providers/local/postgres/index.js";
import { openQueue, type Queue } from "#dist/runtime/index.js";
import { jsonOf, type LogLine, type Service, startProcess, startService, until } from "./service.js";

const EMAIL = "ann@example.com";
let home: string;
let cluster: Cluster;
let database: pg.Pool;
let queue: Queue;
let databaseUrl: string;
let sendUrl: string;
let receiveUrl: string;
let catalog: Service;
let web: Service;
let worker: Service;

beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), "twelvefold-shop-"));
    cluster = new Cluster(home);
    await cluster.ensure("17");
    ({ url: databaseUrl } = await cluster.createDatabase("db", {
        version: "17",
        extensions: [],
        deletionProtection: false,
    }));
    ({ sendUrl, receiveUrl } = await cluster.createQueue("mail", {
        visibilityTimeoutSeconds: 3,
        maxDeliveries: 2,
        retentionSeconds: 3600,
        delaySeconds: 0,
        fifo: false,
    }));
    database = new pg.Pool({ connectionString: databaseUrl });
    queue = openQueue(sendUrl);
    await run("release");
    catalog = await startService("shop/catalog");
    web = await startWeb();
    worker = startWorker();
});

afterAll(async () => {
    for (const service of [worker, web, catalog]) await service?.[Symbol.asyncDispose]();
    await queue?.close();
    await database?.end();
    await cluster?.destroy();
    rmSync(home, { recursive: true, force: true });
});

function startWeb(): Promise<Service> {
    return startService("shop/service", {
        DATABASE_URL: databaseUrl,
        MAIL_QUEUE_URL: sendUrl,
        CATALOG_URL: catalog.url,
        SESSION_KEY: "a key of this test",
    });
}

function startWorker(): Service {
    return startProcess("shop/service", "worker", { DATABASE_URL: databaseUrl, MAIL_QUEUE_URL: receiveUrl });
}

/** Runs an entry that ends by itself, and gives its lines. */
async function run(entry: string): Promise<readonly LogLine[]> {
    await using process = startProcess("shop/service", entry, { DATABASE_URL: databaseUrl });
    expect(await process.exit, JSON.stringify(process.lines)).toEqual({ code: 0, signal: null });
    return process.lines;
}

async function order(item: string, quantity: number): Promise<{ id: string; status: string; totalCents: number }> {
    const response = await fetch(`${web.url}/orders`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ item, quantity, email: EMAIL }),
    });
    expect(response.status).toBe(201);
    const placed = await jsonOf(response);
    expect(response.headers.get("location")).toBe(`/orders/${placed.id}`);
    return placed;
}

const statusOf = async (id: string) => (await jsonOf(fetch(`${web.url}/orders/${id}`))).status;
const confirmed = (id: string) => until(`order ${id} confirmed`, async () => (await statusOf(id)) === "confirmed");

async function mailsOf(id: string): Promise<string[]> {
    const { rows } = await database.query("SELECT kind FROM mails WHERE order_id = $1 ORDER BY kind", [id]);
    return rows.map(({ kind }) => kind);
}

describe("an order", () => {
    it("is placed with the catalog's price, stored, and confirmed by the worker, with one mail", async () => {
        const placed = await order("coffee", 3);
        expect(placed).toMatchObject({ item: "coffee", quantity: 3, totalCents: 2670, status: "placed" });
        await confirmed(placed.id);
        expect(await mailsOf(placed.id)).toEqual(["confirmation"]);
        const listed = await jsonOf(fetch(`${web.url}/orders`));
        expect(listed.orders[0]).toMatchObject({ id: placed.id, status: "confirmed" });
        expect(JSON.stringify(listed)).not.toContain(EMAIL);
    });

    it("can be placed with the page's form, at any replica", async () => {
        await using other = await startWeb();
        const page = await fetch(`${web.url}/`);
        const token = /name="token" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
        const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
        const response = await fetch(`${other.url}/orders`, {
            method: "POST",
            headers: { cookie },
            body: new URLSearchParams({ item: "cocoa", quantity: "4", email: EMAIL, token }),
            redirect: "manual",
        });
        expect(response.status).toBe(303);
        expect(response.headers.get("location")).toBe("/");
        expect(await (await fetch(`${web.url}/`)).text()).toMatch(/<td>cocoa<td>4<td>€ 26\.00<td>/);
    });

    it("that does not exist is 404", async () => {
        expect((await fetch(`${web.url}/orders/00000000-0000-4000-8000-000000000000`)).status).toBe(404);
    });
});

describe("a mail", () => {
    it("is sent once, however often its message is delivered", async () => {
        const { id } = await order("tea", 1);
        await confirmed(id);
        await queue.send({ kind: "confirmation", order: id });
        await worker.logged("mail was sent before", { order: id });
        expect(await mailsOf(id)).toEqual(["confirmation"]);
    });

    it("is queued later when the process died between storing the order and queueing it", async () => {
        const id = "11111111-1111-4111-8111-111111111111";
        await database.query(
            `INSERT INTO orders (id, item, quantity, email, total_cents, placed_at)
             VALUES ($1, 'tea', 1, $2, 490, now() - interval '1 minute')`,
            [id, EMAIL],
        );
        await confirmed(id);
        expect(await mailsOf(id)).toEqual(["confirmation"]);
        expect(await web.logged("queued mails that were left over")).toMatchObject({ level: "warn" });
    });

    it("that the worker does not understand holds nobody up, and ends with the dead letters", async () => {
        await queue.send({ kind: "poem", order: "?" });
        const { id } = await order("tea", 2);
        await confirmed(id);
        await until("a dead letter", async () => (await cluster.queueDepth("mail")).dead === 1);
    });
});

describe("a worker in the middle of a mail", () => {
    /** Places an order whose mail cannot be written until the test says so. */
    async function held(): Promise<{ id: string; letGo(): Promise<void> }> {
        const id = randomUUID();
        const client = await database.connect();
        await database.query(
            "INSERT INTO orders (id, item, quantity, email, total_cents) VALUES ($1, 'tea', 1, $2, 490)",
            [id, EMAIL],
        );
        await client.query("BEGIN");
        await client.query("INSERT INTO mails (order_id, kind) VALUES ($1, 'confirmation')", [id]);
        await queue.send({ kind: "confirmation", order: id });
        await until("the worker waits for our row", async () => {
            const { rows } = await database.query("SELECT 1 FROM pg_locks WHERE NOT granted");
            return rows.length > 0;
        });
        return {
            id,
            async letGo() {
                await client.query("ROLLBACK");
                client.release();
            },
        };
    }

    it("finishes it when told to stop", async () => {
        const { id, letGo } = await held();
        worker.process.kill("SIGTERM");
        await letGo();
        expect(await worker.exit).toEqual({ code: 0, signal: null });
        expect(worker.lines.slice(-2)).toMatchObject([{ message: "mail sent", order: id }, { message: "stopped" }]);
        expect(await statusOf(id)).toBe("confirmed");
        worker = startWorker();
    });

    it("leaves it to the next one when killed", async () => {
        const { id, letGo } = await held();
        worker.process.kill("SIGKILL");
        await worker.exit;
        await letGo();
        worker = startWorker();
        await confirmed(id);
        expect(await mailsOf(id)).toEqual(["confirmation"]);
    });
});

it("takes an order while the queue is gone, and confirms it once it is back", async () => {
    await using lonely = await startService("shop/service", {
        DATABASE_URL: databaseUrl,
        MAIL_QUEUE_URL: sendUrl.replace(/:\d+\//, ":1/"),
        CATALOG_URL: catalog.url,
        SESSION_KEY: "a key of this test",
    });
    const response = await fetch(`${lonely.url}/orders`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ item: "tea", quantity: 1, email: EMAIL }),
    });
    expect(response.status).toBe(201);
    const { id } = await jsonOf(response);
    await lonely.logged("mail not queued yet, the sweeper will do it");
    // Rather than to wait ten seconds: as if they had passed.
    await database.query("UPDATE orders SET placed_at = placed_at - interval '1 minute' WHERE id = $1", [id]);
    await confirmed(id);
});

it("reports the week, again and again", async () => {
    const { id } = await order("coffee", 10);
    await confirmed(id);
    const first = await run("report");
    const again = await run("report");
    expect(first.map(({ message }) => message)).toEqual(["weekly report"]);
    const { time: _, ...sums } = first[0] as LogLine;
    expect(again[0]).toMatchObject(sums);
    const { rows } = await database.query(
        "SELECT sum(total_cents)::float8 AS cents, count(*)::int AS orders FROM orders",
    );
    expect(sums).toMatchObject({ orders: rows[0].orders, revenueCents: rows[0].cents });
});

it("migrates once, whoever else does at the same time", async () => {
    const runs = await Promise.all([run("release"), run("release"), run("release")]);
    for (const lines of runs) expect(lines.map(({ message }) => message)).toEqual(["schema is up to date"]);
});

describe("reviews", () => {
    it("asks the customer of a confirmed order once, through the shop's queue and worker", async () => {
        await using reviews = await startService("reviews/service", {
            DATABASE_URL: databaseUrl,
            MAIL_QUEUE_URL: sendUrl,
        });
        const ask = (id: string) =>
            fetch(`${reviews.url}/reviews`, {
                method: "POST",
                headers: { "content-type": "application/json" },
                body: JSON.stringify({ order: id }),
            });
        const { id } = await order("tea", 1);
        await confirmed(id);
        expect((await ask(id)).status).toBe(202);
        await worker.logged("mail sent", { order: id, kind: "review" });
        expect((await jsonOf(fetch(`${reviews.url}/reviews`))).orders[0]).toMatchObject({ id, item: "tea" });
        expect(await mailsOf(id)).toEqual(["confirmation", "review"]);
        expect((await ask("22222222-2222-4222-8222-222222222222")).status).toBe(404);
        expect((await ask("x")).status).toBe(422);
    });
});

it("stops its worker and its web process with status 0 and takes up what is left with new ones", async () => {
    for (const service of [worker, web]) {
        service.process.kill("SIGTERM");
        expect(await service.exit).toEqual({ code: 0, signal: null });
        expect(service.lines.at(-1)?.message).toBe("stopped");
    }
    web = await startWeb();
    const { id } = await order("cocoa", 1);
    expect(await statusOf(id)).toBe("placed");
    worker = startWorker();
    await confirmed(id);
});
