import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SecretResultOf } from "#dist/providers/local/spec.js";
import { openQueue } from "#dist/runtime/index.js";
import { until } from "../support/until.js";
import { LocalStack } from "./support/stack.js";

const PER_SECOND = 50;

describe.sequential("a queue's consumer is rolled under a stream of messages", () => {
    let stack: LocalStack;
    let database: Client;
    let url: string;
    let queue: SecretResultOf<"queue">;

    beforeAll(async () => {
        stack = await LocalStack.create();
        url = await stack.database("db");
        queue = await stack.queue("mail");
        database = new Client({ connectionString: url });
        await database.connect();
        // Without a key: what is handled twice is there twice.
        await database.query("CREATE TABLE handled (body text NOT NULL, version text NOT NULL)");
    });
    afterAll(async () => {
        await database?.end();
        await stack?.dispose();
    });

    const handled = async () => {
        const text = "SELECT body, count(*)::int AS times FROM handled GROUP BY body";
        const { rows } = await database.query<{ body: string; times: number }>(text);
        return new Map(rows.map(({ body, times }) => [body, times]));
    };
    const versions = async () =>
        (await database.query<{ version: string }>("SELECT DISTINCT version FROM handled ORDER BY 1")).rows.map(
            ({ version }) => version,
        );
    const deploy = (version: string, change: object = {}) =>
        stack.apply("worker", {
            version,
            process: "worker",
            listens: false,
            routes: [],
            environment: { HANDLE_MILLISECONDS: "60" },
            secrets: { DATABASE_URL: url, QUEUE_URL: queue.receiveUrl },
            ...change,
        });

    test("none is lost and none is handled twice, also when a release of it fails", { timeout: 180_000 }, async () => {
        await deploy("0");
        const stream = new Stream(queue.sendUrl);
        const more = () => stream.more(PER_SECOND);
        for (const version of ["1", "2", "3"]) {
            await more();
            await deploy(version);
        }
        await more();
        await deploy("4", { rollout: { strategy: "blueGreen", bakeSeconds: 2 } });
        await more();
        const broken = deploy("5", { command: ["node", "-e", 'console.log("no worker"); process.exit(1)'] });
        await expect(broken).rejects.toThrow(/exited with status 1 .*Release 5 keeps serving.*no worker/s);
        await more();
        const sent = await stream.stop();

        await until(async () => (await handled()).size >= sent.size);
        // Also of those that came late there is one each.
        await deploy("6");
        const times = await handled();
        expect([...sent].filter((body) => !times.has(body))).toEqual([]);
        expect([...times].filter(([body, count]) => count !== 1 || !sent.has(body))).toEqual([]);
        expect(await versions()).toEqual(["0", "1", "2", "3", "4"]);
        expect((await stack.client.status()).queues[0]?.depth).toMatchObject({ visible: 0, inFlight: 0, dead: 0 });
    });
});

/** Sends messages at a steady rate, and remembers those that the queue has promised to keep. */
class Stream {
    private readonly sent = new Set<string>();
    private readonly sending: Promise<void>;
    private going = true;

    constructor(url: string) {
        this.sending = this.send(url);
    }

    /** Waits until so many more were sent. */
    async more(count: number): Promise<void> {
        const enough = this.sent.size + count;
        await until(async () => this.sent.size >= enough);
    }

    async stop(): Promise<ReadonlySet<string>> {
        this.going = false;
        await this.sending;
        return this.sent;
    }

    private async send(url: string): Promise<void> {
        const queue = openQueue(url);
        const under = new Set<Promise<void>>();
        for (let number = 0; this.going; number++) {
            const body = `message ${number}`;
            const one = queue.send(body).then(() => {
                this.sent.add(body);
                under.delete(one);
            });
            under.add(one);
            await sleep(1000 / PER_SECOND);
        }
        await Promise.all(under);
        await queue.close();
    }
}
