// Queue throughput on this machine, ours beside pg-boss 10 on the same PostgreSQL server (fsync on for both).
// node bench/queue/run.mjs [--quick]; needs a build (npm run build). The peer is installed in a temporary folder
// with npm; where that is not possible, its column is left out and the report says so.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { Cluster } from "#dist/providers/local/postgres/index.js";
import { openQueue } from "#dist/runtime/index.js";

const { Client } = createRequire(import.meta.url)("pg");
const scale = process.argv.includes("--quick") ? 0.2 : 1;
const SEQUENTIAL = 3000 * scale;
const SINGLE = 8000 * scale;
const BATCHED = 40_000 * scale;
const WAITING = 15_000;
const CLIENTS = 8;
const BATCH = 10;
const body = { order: 4711, address: "someone@example.org", text: "x".repeat(100) };

const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-bench-"));
const cluster = new Cluster(path.join(folder, "home"));
const results = {};

try {
    const version = (await cluster.ensure()).version;
    await ours();
    const peer = await installPeer();
    if (peer) await peerRun(peer, version);
    report(version, peer !== undefined);
} finally {
    await cluster.destroy();
    rmSync(folder, { recursive: true, force: true });
}

async function ours() {
    const spec = {
        visibilityTimeoutSeconds: 300,
        maxDeliveries: 5,
        retentionSeconds: 345_600,
        delaySeconds: 0,
        fifo: false,
    };
    const urls = await cluster.createQueue("bench", spec);

    const sender = openQueue(urls.sendUrl);
    await sender.send(body);
    await measure("ours", "send, one after another", SEQUENTIAL, async () => {
        for (let i = 1; i < SEQUENTIAL; i++) await sender.send(body);
    });
    const receiver = openQueue(urls.receiveUrl);
    await measure("ours", "receive and acknowledge, one after another", SEQUENTIAL, async () => {
        let left = SEQUENTIAL;
        await receiver.receive(() => {
            if (--left === 0) void receiver.close();
        });
    });
    await sender.close();

    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => sqlClient(urls)));
    await together("ours", clients);
    const [one, close] = await sqlClient(urls);
    await waiting("ours", one, close);
}

/** The functions of the queue on a connection of its own, as a client in any language would call them. */
async function sqlClient(urls) {
    const [send, receive] = await Promise.all(
        [urls.sendUrl, urls.receiveUrl].map(async (url) => {
            const server = new URL(url);
            server.searchParams.delete("queue");
            const client = new Client({ connectionString: server.href });
            await client.connect();
            return client;
        }),
    );
    const operations = {
        send: (count) =>
            send.query({
                name: "send",
                text: "SELECT queue.send_batch('bench', $1)",
                values: [JSON.stringify(Array.from({ length: count }, () => ({ body: JSON.stringify(body) })))],
            }),
        receive: async (count) =>
            (
                await receive.query({
                    name: "receive",
                    text: "SELECT * FROM queue.receive('bench', $1)",
                    values: [count],
                })
            ).rows,
        acknowledge: (messages) =>
            receive.query({
                name: "delete",
                text: "SELECT queue.delete('bench', $1)",
                values: [messages.map((message) => message.receipt)],
            }),
    };
    return [operations, () => Promise.all([send.end(), receive.end()])];
}

async function installPeer() {
    try {
        writeFileSync(path.join(folder, "package.json"), "{}");
        execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "pg-boss@10"], {
            cwd: folder,
            stdio: "pipe",
        });
        return createRequire(path.join(folder, "package.json"))("pg-boss");
    } catch (error) {
        console.error(`No peer: pg-boss@10 could not be installed (${error.message.split("\n")[0]}).`);
        return undefined;
    }
}

async function peerRun(PgBoss, version) {
    const { url } = await cluster.createDatabase("peer", {
        version: version.split(".")[0],
        extensions: ["pgcrypto"],
        deletionProtection: false,
    });
    const client = async () => {
        const boss = new PgBoss({ connectionString: url, max: 1, supervise: false, schedule: false });
        boss.on("error", (error) => console.error(error));
        await boss.start();
        const operations = {
            send: (count) =>
                count === 1
                    ? boss.send("bench", body)
                    : boss.insert(Array.from({ length: count }, () => ({ name: "bench", data: body }))),
            receive: (count) => boss.fetch("bench", { batchSize: count }),
            acknowledge: (jobs) =>
                boss.complete(
                    "bench",
                    jobs.map((job) => job.id),
                ),
            create: () => boss.createQueue("bench"),
        };
        return [operations, () => boss.stop({ graceful: false, wait: true })];
    };
    const [one, close] = await client();
    await one.create();
    await one.send(1);
    await measure("pg-boss", "send, one after another", SEQUENTIAL, async () => {
        for (let i = 1; i < SEQUENTIAL; i++) await one.send(1);
    });
    await measure("pg-boss", "receive and acknowledge, one after another", SEQUENTIAL, async () => {
        for (let i = 0; i < SEQUENTIAL; i++) await one.acknowledge(await one.receive(1));
    });
    const others = [];
    for (let i = 0; i < CLIENTS; i++) others.push(await client());
    await together("pg-boss", others);
    await waiting("pg-boss", one, close);
}

/** Several clients at the same time, each with one call after another, as an app of so many replicas has them. */
async function together(who, clients) {
    await calls(who, clients, "single messages", 1, SINGLE);
    await calls(who, clients, `batches of ${BATCH}`, BATCH, BATCHED);
    await Promise.all(clients.map(([, close]) => close()));
}

async function calls(who, clients, what, size, total) {
    const rounds = total / CLIENTS / size;
    await measure(who, `send, ${CLIENTS} clients, ${what}`, total, () =>
        Promise.all(
            clients.map(async ([operations]) => {
                for (let i = 0; i < rounds; i++) await operations.send(size);
            }),
        ),
    );
    let received = 0;
    await measure(who, `receive and acknowledge, ${CLIENTS} clients, ${what}`, total, () =>
        Promise.all(
            clients.map(async ([operations]) => {
                while (received < total) {
                    const messages = await operations.receive(size);
                    if (messages.length === 0) continue;
                    received += messages.length;
                    await operations.acknowledge(messages);
                }
            }),
        ),
    );
    if (received !== total) throw new Error(`${who}: ${received} received of ${total} sent`);
}

async function waiting(who, operations, close) {
    for (let sent = 0; sent < WAITING; sent += 500) await operations.send(500);
    const count = 500 * scale;
    await measure(who, `receive and acknowledge, one after another, ${WAITING} waiting`, count, async () => {
        for (let i = 0; i < count; i++) await operations.acknowledge(await operations.receive(1));
    });
    await close();
}

async function measure(who, what, messages, work) {
    const start = performance.now();
    await work();
    const perSecond = Math.round((messages / (performance.now() - start)) * 1000);
    results[what] = { ...results[what], [who]: perSecond };
}

function report(version, withPeer) {
    console.log(
        `PostgreSQL ${version}, Node ${process.version}, ${os.availableParallelism()} cores; messages per second:`,
    );
    const rows = Object.entries(results).map(([what, row]) => ({
        what,
        ours: row.ours,
        ...(withPeer ? { "pg-boss 10": row["pg-boss"], ratio: Number((row.ours / row["pg-boss"]).toFixed(1)) } : {}),
    }));
    console.table(rows);
    const targets = [
        ["send, one after another", 1000],
        ["receive and acknowledge, one after another", 600],
        [`send, ${CLIENTS} clients, single messages`, 1000],
        [`receive and acknowledge, ${CLIENTS} clients, single messages`, 600],
        [`send, ${CLIENTS} clients, batches of ${BATCH}`, 5000],
        [`receive and acknowledge, ${CLIENTS} clients, batches of ${BATCH}`, 5000],
    ];
    for (const [what, target] of targets) {
        const met = results[what].ours >= target;
        console.log(`${met ? "met " : "MISSED"} P13: ${what}: ${results[what].ours} (target ${target})`);
        if (!met) process.exitCode = 1;
    }
}
