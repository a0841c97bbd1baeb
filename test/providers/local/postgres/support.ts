import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";
import { Cluster } from "#dist/providers/local/postgres/index.js";
import type { QueueSpec } from "#dist/providers/local/spec.js";

/** Names no version: these tests run on whatever PostgreSQL is installed. */
export function testCluster(): { cluster: Cluster; home: string } {
    const home = mkdtempSync(path.join(os.tmpdir(), "twelvefold-test-"));
    const cluster = new Cluster(home);
    beforeAll(async () => {
        await cluster.ensure();
    });
    afterAll(async () => {
        await cluster.destroy();
        rmSync(home, { recursive: true, force: true });
    });
    return { cluster, home };
}

export const PLAIN_QUEUE: QueueSpec = {
    visibilityTimeoutSeconds: 30,
    maxDeliveries: 5,
    retentionSeconds: 345_600,
    delaySeconds: 0,
    fifo: false,
};

/** One connection for the time of the work. */
export async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
    const server = new URL(url);
    server.searchParams.delete("queue");
    const client = new Client({ connectionString: server.href });
    client.on("error", () => undefined);
    await client.connect();
    try {
        return await work(client);
    } finally {
        await client.end();
    }
}

/** Waits for a condition; the time limit is generous, a test's own limit is the real one. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, seconds = 20): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (!(await condition())) {
        if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
        await sleep(20);
    }
}
