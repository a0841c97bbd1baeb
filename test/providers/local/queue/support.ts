import { Client } from "pg";

export interface Received {
    readonly id: string;
    readonly receipt: string;
    readonly body: string;
    readonly group_id: string | null;
    readonly deliveries: number;
}

/** A queue through plain SQL, as a client in any language sees it. */
export class SqlQueue {
    readonly #client: Client;
    readonly #queue: string;

    private constructor(client: Client, queue: string) {
        this.#client = client;
        this.#queue = queue;
    }

    static async open(url: string): Promise<SqlQueue> {
        const server = new URL(url);
        const queue = server.searchParams.get("queue") ?? "";
        server.searchParams.delete("queue");
        const client = new Client({ connectionString: server.href });
        client.on("error", () => undefined);
        await client.connect();
        return new SqlQueue(client, queue);
    }

    close(): Promise<void> {
        return this.#client.end();
    }

    async query(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
        return (await this.#client.query(text, values)).rows;
    }

    async send(
        body: string,
        options: { delay?: number; group?: string; deduplication?: string } = {},
    ): Promise<string> {
        const rows = await this.query("SELECT queue.send($1, $2, $3, $4, $5) AS id", [
            this.#queue,
            body,
            options.delay ?? null,
            options.group ?? null,
            options.deduplication ?? null,
        ]);
        return String(rows[0]?.id);
    }

    async sendBatch(messages: readonly object[]): Promise<string[]> {
        const rows = await this.query("SELECT queue.send_batch($1, $2) AS id", [this.#queue, JSON.stringify(messages)]);
        return rows.map((row) => String(row.id));
    }

    async receive(most = 1, hiddenSeconds: number | null = null): Promise<Received[]> {
        return (await this.query("SELECT * FROM queue.receive($1, $2, $3)", [
            this.#queue,
            most,
            hiddenSeconds,
        ])) as unknown as Received[];
    }

    /** How many of the receipts were still good. */
    async delete(...receipts: (string | undefined)[]): Promise<number> {
        return (await this.query("SELECT queue.delete($1, $2)", [this.#queue, receipts])).length;
    }

    async release(receipt: string | undefined, delay = 0): Promise<number> {
        return (await this.query("SELECT queue.release($1, $2, $3)", [this.#queue, [receipt], delay])).length;
    }

    async extend(receipt: string | undefined, seconds: number | null = null): Promise<number> {
        return (await this.query("SELECT queue.extend($1, $2, $3)", [this.#queue, [receipt], seconds])).length;
    }
}
