/** `POST /rows/<id>` commits a row, `POST /messages/<id>` sends a message; 201 is the promise that it will not be lost. */
import { createServer } from "node:http";
import pg from "pg";
import { openQueue } from "twelvefold/runtime";

const { BEHAVIOUR, DATABASE_URL, MAIL_QUEUE_URL, PORT, VERSION } = process.env;
if (BEHAVIOUR === "crash") {
    console.error(`version ${VERSION} cannot start`);
    process.exit(3);
}

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 4, connectionTimeoutMillis: 3000 });
pool.on("error", () => undefined);
const queue = openQueue(MAIL_QUEUE_URL, { timeoutSeconds: 5, log: () => undefined });

const server = createServer(async (request, response) => {
    const [, what, id] = (request.url ?? "/").split("/");
    try {
        if (request.method === "POST" && what === "rows") {
            await pool.query("INSERT INTO rows VALUES ($1)", [id]);
            response.writeHead(201);
        } else if (request.method === "POST" && what === "messages") {
            await queue.send(id);
            response.writeHead(201);
        } else if (what === "readyz" && BEHAVIOUR === "never ready") {
            response.writeHead(503);
        }
        response.end(`version ${VERSION}`);
    } catch (error) {
        response.writeHead(503).end(error.message);
    }
});
server.listen(Number(PORT), "127.0.0.1");

if (BEHAVIOUR === "flood") {
    // 200 MiB a second, four times what a log sink must take; as fast as a disk can be would say more of the disk.
    const lines = `${"x".repeat(1023)}\n`.repeat(1024);
    setInterval(() => process.stdout.write(lines), 5);
}
process.on("SIGTERM", async () => {
    if (BEHAVIOUR === "stubborn") return;
    server.close();
    server.closeIdleConnections();
    await queue.close();
    await pool.end();
    process.exit(0);
});
