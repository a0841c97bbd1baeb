import pg from "pg";
import { log } from "./log.js";
import { setting } from "./settings.js";
import { Unavailable } from "./unavailable.js";

/** Connections to the database that DATABASE_URL names (factor IV), whoever runs it. */
export function openDatabase() {
    const pool = new pg.Pool({
        connectionString: setting("DATABASE_URL"),
        max: 10,
        connectionTimeoutMillis: 3_000,
        statement_timeout: 10_000,
    });
    // An idle connection that breaks (a restart, a fail-over) is replaced by the next query. Without a listener
    // the event would end the process.
    pool.on("error", (error) => log("warn", "lost a database connection", { error: error.message }));

    return {
        async query(text, values) {
            try {
                return (await pool.query(text, values)).rows;
            } catch (error) {
                throw translated(error);
            }
        },
        /** Runs `work` with a client, in one transaction: all of it or nothing. */
        async transaction(work) {
            const client = await pool.connect().catch((error) => {
                throw translated(error);
            });
            try {
                await client.query("BEGIN");
                const result = await work(client);
                await client.query("COMMIT");
                client.release();
                return result;
            } catch (error) {
                // Closing the connection is a rollback too, and one that cannot fail.
                client.release(true);
                throw translated(error);
            }
        },
        close: () => pool.end(),
    };
}

// SQLSTATE classes: connection exceptions, insufficient resources (too many connections), server going down or starting.
const OUTAGE = /^(08|53|57P0|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE)/;

function translated(error) {
    const outage =
        OUTAGE.test(error.code ?? "") || /Connection terminated|timeout exceeded when trying/.test(error.message);
    if (!outage) return error;
    log("error", "database not available", { error: error.message, code: error.code });
    return new Unavailable("database");
}
