import { setTimeout as sleep } from "node:timers/promises";
import { Client, type QueryResultRow } from "pg";
import { isAlive, type ProcessIdentity } from "../process/index.js";
import { SUPERUSER } from "./data-folder.js";

/** How to reach a server as its superuser. */
export interface Access {
    readonly port: number;
    readonly password: string;
}

/** One connection of the superuser to one database. */
export interface Session {
    rows<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Opens a session as the superuser for the time of one piece of work. */
export async function asSuperuser<T>(
    access: Access,
    database: string,
    work: (session: Session) => Promise<T>,
): Promise<T> {
    const client = new Client({
        host: "127.0.0.1",
        port: access.port,
        user: SUPERUSER,
        password: access.password,
        database,
        ssl: false,
        connectionTimeoutMillis: 5000,
        query_timeout: 120_000,
        application_name: "twelvefold",
    });
    // A connection that breaks between two queries emits this; the next query fails and tells.
    client.on("error", () => undefined);
    await client.connect();
    try {
        return await work({
            rows: async (text, values) => (await client.query(text, values ? [...values] : undefined)).rows,
        });
    } finally {
        await client.end().catch(() => undefined);
    }
}

/** How long crash recovery may take while the server is alive. */
const RECOVERY_SECONDS = 300;

/**
 * Waits until the server answers, and makes sure that it is the one on this data folder and not somebody else's.
 * Returns its version, or undefined when the process ended instead.
 */
export async function untilReady(
    server: ProcessIdentity,
    access: Access,
    dataFolder: string,
): Promise<string | undefined> {
    const deadline = performance.now() + RECOVERY_SECONDS * 1000;
    for (;;) {
        try {
            return await asSuperuser(access, "postgres", async (session) => {
                const [row] = await session.rows<{ version: string; folder: string }>(
                    "SELECT current_setting('server_version') AS version, current_setting('data_directory') AS folder",
                );
                if (row?.folder !== dataFolder) throw new Error(`another PostgreSQL (${row?.folder}) answers`);
                return row.version.split(" ")[0] ?? row.version;
            });
        } catch (error) {
            if (!isAlive(server)) return undefined;
            if (performance.now() > deadline || !isPassing(error)) {
                throw new Error(`PostgreSQL on 127.0.0.1:${access.port}: ${(error as Error).message}`);
            }
            await sleep(20);
        }
    }
}

/** Refused or cut connections, and "the database system is starting up" or "shutting down" (57P03). */
function isPassing(error: unknown): boolean {
    const { code, message } = error as { code?: string; message?: string };
    if (code === undefined) return /terminated|timeout/i.test(message ?? "");
    return ["ECONNREFUSED", "ECONNRESET", "EPIPE", "57P03", "57P01", "57P02"].includes(code);
}
