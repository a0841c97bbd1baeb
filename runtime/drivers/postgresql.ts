import type { Client } from "pg";
import {
    type Delivery,
    type Driver,
    type DriverOptions,
    type OpenDriver,
    type OutgoingMessage,
    type Refusal,
    RefusedError,
} from "./driver.js";
import { Link } from "./link.js";
import { deliveryOf, type Row } from "./postgresql-message.js";
import { explained, postgresqlService } from "./postgresql-service.js";

/** Even without any notification a waiting receiver looks this often. */
const LONGEST_WAIT_SECONDS = 5;
/**
 * A send while others wait notifies nobody, since a receiver looks again when it has finished. Who was faster than that send's
 * commit looks once more after this time.
 */
const SECOND_LOOK_SECONDS = 0.5;

export const openPostgresql: OpenDriver = (url, options) => new PostgresqlDriver(url, options);

/** Queues in PostgreSQL: the functions of providers/local/queue/schema.sql. Bytes travel as base64 text. */
class PostgresqlDriver implements Driver {
    readonly maxBatch = 100;
    readonly maxBatchBytes = 1024 * 1024;
    readonly #queue: string;
    readonly #options: DriverOptions;
    readonly #link: Link<Client>;
    #last: Promise<unknown> = Promise.resolve();
    #listening: Client | undefined;
    /** The last look found messages. */
    #found = false;
    /** Set by every notification; a wait that finds it set does not begin. */
    #woken = false;
    #wake: () => void = () => undefined;

    constructor(url: URL, options: DriverOptions) {
        const queue = url.searchParams.get("queue");
        if (!queue)
            throw new Error('Queue URL lacks its queue: expected "postgresql://…/twelvefold_queues?queue=<name>".');
        this.#queue = queue;
        this.#options = options;
        const server = new URL(url);
        server.searchParams.delete("queue");
        const service = postgresqlService({
            server,
            name: `Queue "${queue}" at ${url.host}`,
            log: options.log,
            onWake: () => {
                this.#woken = true;
                this.#wake();
            },
        });
        this.#link = new Link(service);
    }

    /** All or none are stored at a time, so when one of them is refused, each is tried by itself. */
    async send(messages: readonly OutgoingMessage[]): Promise<readonly Refusal[]> {
        try {
            await this.#store(messages);
            return [];
        } catch (error) {
            if (!(error instanceof RefusedError)) throw error;
            const [first, ...more] = messages;
            if (first && more.length === 0) return [{ message: first, error }];
            const refusals: Refusal[] = [];
            for (const message of messages) refusals.push(...(await this.send([message])));
            return refusals;
        }
    }

    async #store(messages: readonly OutgoingMessage[]): Promise<void> {
        const items = messages.map(({ body, ...rest }) => ({
            ...rest,
            body: typeof body === "string" ? body : Buffer.from(body).toString("base64"),
        }));
        const json = JSON.stringify(items);
        await this.#run("send", (client) =>
            client.query({
                name: "twelvefold_send",
                text: "SELECT queue.send_batch($1, $2)",
                values: [this.#queue, json],
            }),
        );
    }

    async receive(most: number, signal: AbortSignal): Promise<readonly Delivery[]> {
        while (!signal.aborted) {
            this.#woken = false;
            const found = await this.#look(most, signal);
            if (found === undefined) return [];
            if (typeof found !== "number") return found;
            await this.#wait(found, signal);
        }
        return [];
    }

    async acknowledge(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
        const receipts = deliveries.map((delivery) => delivery.receipt);
        const accepted = await this.#receipts("delete", "SELECT queue.delete($1, $2) AS receipt", [receipts]);
        return deliveries.filter((delivery) => !accepted.has(delivery.receipt));
    }

    async release(delivery: Delivery, delaySeconds: number): Promise<void> {
        const values = [[delivery.receipt], delaySeconds];
        await this.#receipts("release", "SELECT queue.release($1, $2, $3) AS receipt", values);
    }

    async extend(delivery: Delivery): Promise<boolean> {
        const values = [[delivery.receipt], delivery.visibilitySeconds];
        const accepted = await this.#receipts("extend", "SELECT queue.extend($1, $2, $3) AS receipt", values);
        return accepted.size > 0;
    }

    close(): Promise<void> {
        return this.#link.close();
    }

    /** Messages, or for how many seconds there will be none; undefined when it was told to end. */
    async #look(most: number, signal: AbortSignal): Promise<readonly Delivery[] | number | undefined> {
        try {
            return await this.#run(
                "receive",
                async (client) => {
                    await this.#listen(client);
                    const { rows } = await client.query<Row>({
                        name: "twelvefold_receive",
                        text: "SELECT * FROM queue.receive($1, $2)",
                        values: [this.#queue, most],
                    });
                    const longest = this.#found ? SECOND_LOOK_SECONDS : LONGEST_WAIT_SECONDS;
                    this.#found = rows.length > 0;
                    if (rows.length > 0) return rows.map(deliveryOf);
                    const { rows: next } = await client.query<{ seconds: number | null }>({
                        name: "twelvefold_next",
                        text: "SELECT queue.next_visible_seconds($1) AS seconds",
                        values: [this.#queue],
                    });
                    return Math.min(next[0]?.seconds ?? longest, longest);
                },
                // A receiver has nothing better to do than to wait for its service.
                Number.POSITIVE_INFINITY,
                signal,
            );
        } catch (error) {
            if (signal.aborted) return undefined;
            throw error;
        }
    }

    async #listen(client: Client): Promise<void> {
        if (this.#listening === client) return;
        const { rows } = await client.query<{ channel: string }>("SELECT queue.channel($1) AS channel", [this.#queue]);
        await client.query(`LISTEN ${client.escapeIdentifier(rows[0]?.channel ?? "")}`);
        this.#listening = client;
    }

    #wait(seconds: number, signal: AbortSignal): Promise<void> {
        return new Promise((resolve) => {
            const done = () => {
                clearTimeout(timer);
                signal.removeEventListener("abort", done);
                this.#wake = () => undefined;
                resolve();
            };
            // A little longer than asked, since timers may fire a millisecond early.
            const timer = setTimeout(done, Math.ceil(seconds * 1000) + 5);
            this.#wake = done;
            signal.addEventListener("abort", done);
            if (this.#woken || signal.aborted) done();
        });
    }

    async #receipts(name: string, text: string, values: readonly unknown[]): Promise<Set<unknown>> {
        return this.#run(name, async (client) => {
            const { rows } = await client.query<{ receipt: string }>({
                name: `twelvefold_${name}`,
                text,
                values: [this.#queue, ...values],
            });
            return new Set(rows.map((row) => row.receipt));
        });
    }

    /** A connection does one thing at a time; pg wants its callers to know that. */
    #inTurn<T>(work: (client: Client) => Promise<T>, client: Client): Promise<T> {
        const turn = this.#last.then(() => work(client));
        this.#last = turn.catch(() => undefined);
        return turn;
    }

    async #run<T>(
        operation: string,
        work: (client: Client) => Promise<T>,
        timeoutSeconds = this.#options.timeoutSeconds,
        signal?: AbortSignal,
    ): Promise<T> {
        try {
            return await this.#link.run((client) => this.#inTurn(work, client), timeoutSeconds, signal);
        } catch (error) {
            throw explained(this.#queue, operation, error);
        }
    }
}
