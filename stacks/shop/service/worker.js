/** Procfile entry `worker`: sends the mails that the web process queued, and confirms the orders that they are about. */
import { openQueue } from "twelvefold/runtime";
import { openDatabase } from "./database.js";
import { log } from "./log.js";
import { setting } from "./settings.js";

const KINDS = ["confirmation", "review"];
const database = openDatabase();
const queue = openQueue(setting("MAIL_QUEUE_URL"), { log: (line) => log("warn", line) });

/**
 * A message is delivered at least once: this may run again for the same one, on another replica even. What it does is
 * one transaction around one row per mail, so that the second time changes nothing. A real mail service would get
 * `<order>/<kind>` as its idempotency key. An error leaves the message in the queue: it comes again, and after
 * `maxDeliveries` it goes to the dead letters, where somebody looks at it.
 */
async function handle({ body }) {
    const { kind, order } = body;
    if (!KINDS.includes(kind)) throw new Error(`A mail of kind ${JSON.stringify(kind)} is unknown.`);
    const isNew = await database.transaction(async (client) => {
        const mail = await client.query(
            "INSERT INTO mails (order_id, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING sent_at",
            [order, kind],
        );
        if (kind === "confirmation") {
            await client.query(
                "UPDATE orders SET status = 'confirmed', confirmed_at = now() WHERE id = $1 AND status = 'placed'",
                [order],
            );
        }
        return mail.rowCount === 1;
    });
    log("info", isNew ? "mail sent" : "mail was sent before", { order, kind });
}

log("info", "waiting for mails to send");
// Until SIGTERM: then it takes no new message, finishes the ones in hand, and returns.
await queue.receive(handle, { concurrency: 4 });
await database.close();
log("info", "stopped");
