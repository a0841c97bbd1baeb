import { setTimeout as sleep } from "node:timers/promises";

/** What a {@link Link} must know of a service. */
export interface Service<C> {
    /** As a user knows it, for errors and the log; no password. */
    readonly name: string;
    readonly log: (line: string) => void;
    /** @param onBroken to be called when the connection broke by itself, also in the middle of work */
    connect(onBroken: (connection: C, error?: unknown) => void): Promise<C>;
    /** Ends a connection at once, without a word to a service that may be gone. */
    drop(connection: C): void;
    /** Ends a connection in good order. */
    end(connection: C): Promise<void>;
    /** Can another attempt mend this error? */
    isPassing(error: unknown): boolean;
    /** Is the connection still good after an error that is passing? */
    isStillGood?(error: unknown): boolean;
}

const FIRST_PAUSE_MILLISECONDS = 50;
const LONGEST_PAUSE_MILLISECONDS = 1000;

/** One connection, made again with back-off whenever it breaks. */
export class Link<C> {
    readonly #service: Service<C>;
    #connection: Promise<C> | undefined;
    #lost = false;
    #closed = false;

    constructor(service: Service<C>) {
        this.#service = service;
    }

    /**
     * Does work on a connection, and again on a new one when it breaks meanwhile: the work may thus happen twice.
     *
     * @param signal ends the attempts; the work that is under way is finished.
     * @throws after `timeoutSeconds` without success, or at once on an error that a new connection does not mend.
     */
    async run<T>(work: (connection: C) => Promise<T>, timeoutSeconds: number, signal?: AbortSignal): Promise<T> {
        const deadline = performance.now() + timeoutSeconds * 1000;
        let pause = FIRST_PAUSE_MILLISECONDS;
        for (;;) {
            if (this.#closed) throw new Error(`${this.#service.name} is closed.`);
            let connection: C | undefined;
            try {
                connection = await this.#connected();
                const result = await work(connection);
                this.#found();
                return result;
            } catch (error) {
                if (!this.#service.isPassing(error)) throw error;
                if (connection !== undefined && !this.#service.isStillGood?.(error)) this.#drop(connection);
                if (performance.now() + pause > deadline) throw this.#timedOut(timeoutSeconds, error);
                await sleep(pause, undefined, { ...(signal ? { signal } : {}) });
                pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
            }
        }
    }

    /** To be called when nothing is under way: what is would be cut off. */
    async close(): Promise<void> {
        this.#closed = true;
        const connection = await this.#connection?.catch(() => undefined);
        this.#connection = undefined;
        if (connection !== undefined) await this.#service.end(connection).catch(() => undefined);
    }

    #connected(): Promise<C> {
        this.#connection ??= this.#connect().catch((error) => {
            this.#connection = undefined;
            if (this.#service.isPassing(error)) this.#lose(error);
            throw error;
        });
        return this.#connection;
    }

    #connect(): Promise<C> {
        return this.#service.connect((connection, error) => {
            this.#drop(connection);
            if (error !== undefined) this.#lose(error);
        });
    }

    #drop(connection: C): void {
        this.#connection?.then(
            (current) => {
                if (current === connection) this.#connection = undefined;
            },
            () => undefined,
        );
        this.#service.drop(connection);
    }

    #lose(error: unknown): void {
        if (this.#lost || this.#closed) return;
        this.#lost = true;
        this.#service.log(`${this.#service.name}: connection lost (${reasonOf(error)}), trying again`);
    }

    #found(): void {
        if (!this.#lost) return;
        this.#lost = false;
        this.#service.log(`${this.#service.name}: connected again`);
    }

    #timedOut(timeoutSeconds: number, error: unknown): Error {
        return new Error(
            `${this.#service.name} did not answer for ${timeoutSeconds} s (${reasonOf(error)}). ` +
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

/** Errors of Node's sockets and resolver that may be over at the next attempt. */
export function isOfNetwork(error: unknown): boolean {
    const { code } = error as { code?: string };
    return NETWORK_CODES.has(code ?? "") || code === "EAI_AGAIN" || code === "ENETUNREACH";
}
