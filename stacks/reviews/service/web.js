/** Who could write a review, and asking them: the shop's worker sends the mail, once per order. */
import { openQueue } from "twelvefold/runtime";
import { openDatabase } from "./database.js";
import { log } from "./log.js";
import { HttpError, json, readBody, serve } from "./server.js";
import { setting } from "./settings.js";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const port = Number(setting("PORT"));
const database = openDatabase();
const queue = openQueue(setting("MAIL_QUEUE_URL"), { timeoutSeconds: 2, log: (line) => log("warn", line) });

/** Orders that arrived, the newest first, and whether their customer was asked. */
async function listOrders() {
    const orders = await database.query(
        `SELECT orders.id, item, mails.sent_at AS "askedAt"
         FROM orders LEFT JOIN mails ON mails.order_id = orders.id AND mails.kind = 'review'
         WHERE status = 'confirmed' ORDER BY placed_at DESC LIMIT 20`,
    );
    return json(200, { orders });
}

async function askForReview(request) {
    const { order } = await readBody(request);
    if (!UUID.test(String(order))) throw new HttpError(422, 'Send { "order": "<its id>" }.');
    const found = await database.query("SELECT 1 FROM orders WHERE id = $1 AND status = 'confirmed'", [order]);
    if (found.length === 0) throw new HttpError(404, `There is no confirmed order ${order}.`);
    await queue.send({ kind: "review", order });
    return json(202, { order });
}

serve(
    [
        ["GET", /^\/reviews$/, listOrders],
        ["POST", /^\/reviews$/, askForReview],
    ],
    {
        port,
        async onStop() {
            await queue.close();
            await database.close();
        },
    },
);
