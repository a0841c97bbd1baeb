/** Writes down each message: what was acknowledged is in the table. */
import pg from "pg";
import { openQueue } from "twelvefold/runtime";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4, connectionTimeoutMillis: 3000 });
pool.on("error", () => undefined);
const queue = openQueue(process.env.MAIL_QUEUE_URL, { log: () => undefined });
await queue.receive(({ body }) => pool.query("INSERT INTO handled VALUES ($1) ON CONFLICT DO NOTHING", [body]), {
    concurrency: 4,
});
await pool.end();
