import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";

export interface LinkOptions {
    readonly connection: ClientConfig;
    /** For messages: what is at the other end, without its password. */
    readonly name: string;
    readonly log: (line: string) => void;
    /** Something arrived, or the connection broke: whoever waits should look again. */
    readonly onWake: () => void;
}

const FIRST_PAUSE_MILLISECONDS = 50;
const LONGEST_PAUSE_MILLISECONDS = 1000;

/** One connection, made again with back-off whenever it breaks. */
export class Link {
    readonly #options: LinkOptions;
    #client: Promise<Client> | undefined;
    #last: Promise<unknown> = Promise.resolve();
    #lost = false;
    #closed = false;

    constructor(options: LinkOptions) {
        this.#options = options;
    }

    /**
     * Does work on a connection, and again on a new one when it breaks meanwhile: the work may thus happen twice.
     *
     * @param signal ends the attempts; the work that is under way is finished.
     * @throws after `timeoutSeconds` without success, or at once on an error that a new connection does not mend.
     */
    async run<T>(work: (client: Client) => Promise<T>, timeoutSeconds: number, signal?: AbortSignal): Promise<T> {
        const deadline = performance.now() + timeoutSeconds * 1000;
        let pause = FIRST_PAUSE_MILLISECONDS;
        for (;;) {
            if (this.#closed) throw new Error(`${this.#options.name} is closed.`);
            let client: Client | undefined;
            try {
                client = await this.#connected();
                const result = await this.#inTurn(work, client);
                this.#found();
                return result;
            } catch (error) {
                if (!isPassing(error)) throw error;
                if (client && !isRetryOnSameConnection(error)) this.#drop(client);
                if (performance.now() + pause > deadline) throw this.#timedOut(timeoutSeconds, error);
                await sleep(pause, undefined, { ...(signal ? { signal } : {}) });
                pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
            }
        }
    }

    /** To be called when nothing is under way: a query that is would be cut off. */
    async close(): Promise<void> {
        this.#closed = true;
        const client = await this.#client?.catch(() => undefined);
        this.#client = undefined;
        await client?.end().catch(() => undefined);
    }

    /** A connection does one thing at a time; pg wants its callers to know that. */
    #inTurn<T>(work: (client: Client) => Promise<T>, client: Client): Promise<T> {
        const turn = this.#last.then(() => work(client));
        this.#last = turn.catch(() => undefined);
        return turn;
    }

    #connected(): Promise<Client> {
        this.#client ??= this.#connect().catch((error) => {
            this.#client = undefined;
            if (isPassing(error)) this.#lose(error);
            throw error;
        });
        return this.#client;
    }

    async #connect(): Promise<Client> {
        const client = new Client(this.#options.connection);
        client.on("error", (error) => {
            this.#drop(client);
            this.#lose(error);
        });
        client.on("end", () => this.#drop(client));
        client.on("notification", this.#options.onWake);
        await client.connect();
        return client;
    }

    #drop(client: Client): void {
        this.#client?.then(
            (current) => {
                if (current === client) this.#client = undefined;
            },
            () => undefined,
        );
        // Not end(), which would wait for a server that may be gone without a word.
        client.connection.stream.destroy();
        this.#options.onWake();
    }

    #lose(error: unknown): void {
        if (this.#lost || this.#closed) return;
        this.#lost = true;
        this.#options.log(`${this.#options.name}: connection lost (${reasonOf(error)}), trying again`);
    }

    #found(): void {
        if (!this.#lost) return;
        this.#lost = false;
        this.#options.log(`${this.#options.name}: connected again`);
    }

    #timedOut(timeoutSeconds: number, error: unknown): Error {
        return new Error(
            `${this.#options.name} did not answer for ${timeoutSeconds} s (${reasonOf(error)}). ` +
                "It is not known whether the operation was carried out.",
            { cause: error },
        );
    }
}

function reasonOf(error: unknown): string {
    const { code, message } = error as { code?: string; message?: string };
    return message || code || String(error);
}

const NETWORK_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENOTFOUND"]);

/** Serialisation failure and deadlock: the same statement succeeds when it is sent again. */
function isRetryOnSameConnection(error: unknown): boolean {
    return ["40001", "40P01"].includes((error as { code?: string }).code ?? "");
}

/**
 * Errors that another attempt can mend: the network's, a server that starts, stops or is full (classes 08, 53, 57P),
 * and pg's own about connections and its time limits, which have no code.
 */
function isPassing(error: unknown): boolean {
    const { code, message } = error as { code?: string; message?: string };
    if (code === undefined) return /connection|timeout|not queryable/i.test(message ?? "");
    return NETWORK_CODES.has(code) || /^(08|53|57P)/.test(code) || isRetryOnSameConnection(error);
}
