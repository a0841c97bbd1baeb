import { Client } from "pg";
import { RefusedError } from "./driver.js";
import { isOfNetwork, type Service } from "./link.js";

export interface PostgresqlOptions {
    readonly server: URL;
    readonly name: string;
    readonly log: (line: string) => void;
    /** A notification arrived or the connection broke: whoever waits should look again. */
    readonly onWake: () => void;
}

/** Connections to a PostgreSQL server. */
export function postgresqlService({ server, name, log, onWake }: PostgresqlOptions): Service<Client> {
    return {
        name,
        log,
        isPassing,
        isStillGood: isRetryOnSameConnection,
        async connect(onBroken) {
            const client = new Client({
                connectionString: server.href,
                connectionTimeoutMillis: 5000,
                query_timeout: 15_000,
                keepAlive: true,
                application_name: "twelvefold/runtime",
            });
            client.on("error", (error) => onBroken(client, error));
            client.on("end", () => onBroken(client));
            client.on("notification", onWake);
            await client.connect();
            return client;
        },
        drop(client) {
            // Not end(), which would wait for a server that may be gone without a word.
            client.connection.stream.destroy();
            onWake();
        },
        end: (client) => client.end(),
    };
}

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
    return isOfNetwork(error) || /^(08|53|57P)/.test(code) || isRetryOnSameConnection(error);
}

/** Errors of the server, in the words of a binding. */
export function explained(queue: string, operation: string, error: unknown): unknown {
    const { code, message } = error as { code?: string; message?: string };
    // Class 22: what was sent is not as it must be; the message names the queue and the rule.
    if (code?.startsWith("22")) return new RefusedError(message, { cause: error });
    if (code !== "42501") return error;
    const right = operation === "send" ? "send to" : "receive from";
    const binding = operation === "send" ? "toSend()" : "toReceive()";
    return new Error(
        `This URL gives no right to ${right} queue "${queue}" (${message}). Use the URL of a binding made with ${binding}.`,
        { cause: error },
    );
}
