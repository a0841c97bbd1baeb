/** Writes down each message that it was given, every time: a test counts them. */
import pg from "pg";
import { openQueue } from "twelvefold/runtime";

const { DATABASE_URL, QUEUE_URL, HANDLE_MILLISECONDS = "0", VERSION = "" } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 4 });
const queue = openQueue(QUEUE_URL);
await queue.receive(
    async ({ body }) => {
        await new Promise((resolve) => setTimeout(resolve, Number(HANDLE_MILLISECONDS)));
        await pool.query("INSERT INTO handled (body, version) VALUES ($1, $2)", [body, VERSION]);
    },
    { concurrency: 4 },
);
await pool.end();
