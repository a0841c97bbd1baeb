import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { AutoscaleSpec } from "#dist/providers/local/spec.js";
import { openQueue } from "#dist/runtime/index.js";
import { until } from "../support/until.js";
import { Load } from "./support/load.js";
import { LocalStack } from "./support/stack.js";

/** How often the number of replicas is decided on. */
const SYNC_SECONDS = 5;

/** Each takes a minute or more of the clock: part of the long form, TWELVEFOLD_LONG=1, which is run before a release. */
const long = test.runIf(process.env.TWELVEFOLD_LONG === "1");
const PER_REPLICA = 20;

const POLICY: AutoscaleSpec = {
    minReplicas: 1,
    maxReplicas: 8,
    schedules: [],
    scaleInCooldownSeconds: 6,
    scaleOutCooldownSeconds: 0,
};

describe.sequential("an autoscaler under load", () => {
    let stack: LocalStack;
    let load: Load | undefined;

    beforeAll(async () => {
        stack = await LocalStack.create();
    });
    afterEach(async () => {
        await load?.stop();
        load = undefined;
    });
    afterAll(() => stack?.dispose());

    const replicas = async (app: string) => {
        const { wanted, replicas: all } = await stack.app(app);
        return { wanted, ready: all.filter(({ state }) => state === "ready").length, all: all.length };
    };
    /** Waits until there are so many, ready, and the next decision has left it at that. */
    const settlesAt = async (app: string, count: number, seconds = 60) => {
        let since = Number.POSITIVE_INFINITY;
        await until(async () => {
            const now = await replicas(app);
            const isThere = now.wanted === count && now.ready === count && now.all === count;
            since = isThere ? Math.min(since, performance.now()) : Number.POSITIVE_INFINITY;
            return performance.now() - since > (SYNC_SECONDS + 1) * 1000;
        }, seconds);
    };
    const web = (version: string, change: object = {}) =>
        stack.apply("web", {
            version,
            replicas: 1,
            autoscale: { ...POLICY, requestsPerSecondPerReplica: PER_REPLICA },
            ...change,
        });

    test("requests: soon out, and then to what the formula says, up and down", async () => {
        const startSeconds = await timed(() => stack.apply("web", { version: "0", replicas: 1 }));
        await web("0");
        load = new Load(stack.url);
        const from = performance.now();
        // So much that one second of it is enough to be seen in the mean of the last five.
        await load.rate(9 * PER_REPLICA);
        await until(async () => (await replicas("web")).ready > 1);
        const seconds = (performance.now() - from) / 1000;
        // One decision and the start of a replica on a machine at rest; a busy one gets two decisions more.
        expect(seconds).toBeLessThanOrEqual(3 * SYNC_SECONDS + startSeconds);
        for (const [perSecond, count] of [
            [30, 2],
            [90, 5],
            [0, 1],
        ] as const) {
            await load.rate(perSecond);
            await settlesAt("web", count);
        }
        const report = await load.stop();
        load = undefined;
        expect(report.failures).toEqual([]);
    });

    long("requests that come unevenly: no flapping", async () => {
        await web("0");
        load = new Load(stack.url);
        await load.rate(50);
        await settlesAt("web", 3);
        const seen = new Set<number>();
        // Three replicas all along: from 2.2 to 2.8 times what is wanted of one.
        for (const perSecond of [44, 56, 47, 53, 44, 56, 50, 45, 55, 44]) {
            await load.rate(perSecond);
            await load.more(2.5 * perSecond);
            seen.add((await replicas("web")).wanted);
        }
        expect([...seen]).toEqual([3]);
        const report = await load.stop();
        load = undefined;
        expect(report.failures).toEqual([]);
        await settlesAt("web", 1);
    });

    long("cpu: what the requests burn, divided among replicas", async () => {
        const autoscale = { ...POLICY, cpuPercent: 40 };
        // One that is busy on a busy machine must not be taken for dead.
        const health = { timeoutSeconds: 10 };
        await web("burn", { behaviour: "burn:20", cpu: 0.125, autoscale, health });
        load = new Load(stack.url, { holdShare: 0 });
        // A tenth of a core, and what the rest of a request takes; 40 % of an eighth are a twentieth.
        await load.rate(5);
        await settlesAt("web", 3);
        await load.rate(0);
        await settlesAt("web", 1);
    });

    long("memory: out to the maximum when each replica holds more than wanted, and in when it does not", async () => {
        const memory = (memoryPercent: number) =>
            web("memory", { memoryMiB: 128, autoscale: { ...POLICY, maxReplicas: 3, memoryPercent } });
        // An idle Node takes some 50 MiB, with little to be shared.
        await memory(5);
        await settlesAt("web", 3);
        await memory(400);
        await settlesAt("web", 1);
    });

    long("a schedule: the replicas of the minute that has begun", async () => {
        const now = new Date();
        const minute = (from: number) => new Date(now.getTime() + from * 60_000).getUTCMinutes();
        const schedule = (from: number, minReplicas: number) => ({
            cron: `${minute(from)} * * * *`,
            timeZone: "UTC",
            minReplicas,
            maxReplicas: POLICY.maxReplicas,
        });
        const schedules = [schedule(1, 3), schedule(2, 2)];
        await web("schedule", { autoscale: { ...POLICY, schedules } });
        expect((await replicas("web")).wanted).toBe(1);
        await until(async () => (await replicas("web")).ready === 3, 80);
        expect(new Date().getUTCMinutes()).toBe(minute(1));
        await until(async () => (await replicas("web")).all === 2, 90);
        expect(new Date().getUTCMinutes()).toBe(minute(2));
        await web("schedule");
        await settlesAt("web", 1);
    });

    test("no change while a release is rolled out; then what the load asks for", async () => {
        await web("1");
        load = new Load(stack.url);
        const seen = new Set<number>();
        const rollout = web("2", {
            rollout: { strategy: "canary", steps: [{ percent: 50, bakeSeconds: 2 * SYNC_SECONDS + 2 }] },
        });
        let isOver = false;
        const over = rollout.finally(() => {
            isOver = true;
        });
        await until(async () => (await stack.app("web")).rollout !== undefined);
        await load.rate(90);
        while (!isOver) {
            const { wanted, rollout: to } = await stack.app("web");
            if (to !== undefined) seen.add(wanted);
        }
        await over;
        expect([...seen]).toEqual([1]);
        await settlesAt("web", 5);
        const report = await load.stop();
        load = undefined;
        expect(report.failures).toEqual([]);
        await settlesAt("web", 1);
    });

    test("a queue's backlog: a worker for each so many messages, and none when there is none", async () => {
        const database = await stack.database("db");
        const { sendUrl, receiveUrl } = await stack.queue("mail");
        await query(database, "CREATE TABLE handled (body text NOT NULL, version text NOT NULL)");
        await stack.apply("worker", {
            version: "1",
            process: "worker",
            listens: false,
            routes: [],
            replicas: 1,
            environment: { HANDLE_MILLISECONDS: "4000" },
            secrets: { DATABASE_URL: database, QUEUE_URL: receiveUrl },
            autoscale: {
                ...POLICY,
                minReplicas: 0,
                queueBacklogPerReplica: { home: stack.home, queue: "mail", messages: 20 },
            },
        });
        await settlesAt("worker", 0);
        const queue = openQueue(sendUrl);
        const messages = Array.from({ length: 70 }, (_, number) => `message ${number}`);
        await Promise.all(messages.map((message) => queue.send(message)));
        await queue.close();
        await settlesAt("worker", 4);
        await settlesAt("worker", 0, 120);
        expect(await query(database, "SELECT body FROM handled")).toHaveLength(messages.length);
    });
});

async function timed(work: () => Promise<unknown>): Promise<number> {
    const started = performance.now();
    await work();
    return (performance.now() - started) / 1000;
}

async function query(url: string, text: string): Promise<unknown[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
        return (await client.query(text)).rows;
    } finally {
        await client.end();
    }
}
