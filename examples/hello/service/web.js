import { createServer } from "node:http";
import pg from "pg";
import { openQueue } from "twelvefold/runtime";

const database = new pg.Pool({ connectionString: process.env.DATABASE_URL });
// A connection that breaks while idle is replaced by the next query; without this line it would end the process.
database.on("error", (error) => console.error(error.message));
const mail = openQueue(process.env.MAIL_QUEUE_URL);

const server = createServer(async (request, response) => {
    if (request.url === "/healthz") return response.end("alive\n");
    try {
        const { rows } = await database.query("SELECT now() AS time");
        if (request.url === "/readyz") return response.end("ready\n");
        await mail.send({ path: request.url });
        response.end(`It is ${rows[0].time.toISOString()} in the database.\n`);
    } catch (error) {
        console.error(error.message);
        response.writeHead(503).end("not ready\n");
    }
});
server.listen(Number(process.env.PORT), process.env.HOST);

process.on("SIGTERM", () =>
    server.close(async () => {
        await mail.close();
        await database.end();
    }),
);
