/** Procfile entry `web`: the page and the API. Keeps nothing in memory or on disk, so that any replica can answer. */
import { openQueue } from "twelvefold/runtime";
import { findPrice, listPrices } from "./catalog.js";
import { openDatabase } from "./database.js";
import { log } from "./log.js";
import { findOrder, insertOrder, listOrders } from "./orders.js";
import { openOutbox } from "./outbox.js";
import { shopPage } from "./page.js";
import { HttpError, html, json, readBody, seeOther, serve } from "./server.js";
import { requireOwnForm, sessionOf } from "./session.js";
import { setting } from "./settings.js";
import { parseOrder } from "./validation.js";

const port = Number(setting("PORT"));
const database = openDatabase();
// A customer waits for this: rather give up soon, the outbox tries again.
const queue = openQueue(setting("MAIL_QUEUE_URL"), { timeoutSeconds: 2, log: (line) => log("warn", line) });
const outbox = openOutbox(database, queue);

const routes = [
    ["GET", /^\/$/, showPage],
    ["GET", /^\/orders$/, async () => json(200, { orders: await listOrders(database) })],
    ["POST", /^\/orders$/, placeOrder],
    ["GET", /^\/orders\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/, showOrder],
];

async function showPage(request) {
    const { token, headers } = sessionOf(request);
    const [prices, orders] = await Promise.all([
        listPrices(request.headers["x-request-id"]).catch(() => undefined),
        listOrders(database),
    ]);
    return html(200, shopPage({ prices, orders, token }), {
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
        "cache-control": "no-store",
        ...headers,
    });
}

async function placeOrder(request) {
    const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
    const body = await readBody(request);
    if (isForm) requireOwnForm(request, body.token);
    const wanted = parseOrder(body);

    const price = await findPrice(wanted.item, request.headers["x-request-id"]);
    if (!price) {
        const details = { problems: { item: "is not in the catalog" } };
        throw new HttpError(422, "This order cannot be placed.", { details });
    }
    const order = await insertOrder(database, { ...wanted, unitCents: price.cents });
    await outbox.queueConfirmation(order.id);
    return isForm ? seeOther("/") : json(201, order, { location: `/orders/${order.id}` });
}

async function showOrder(_request, id) {
    const order = await findOrder(database, id);
    if (!order) throw new HttpError(404, `There is no order ${id}.`);
    return json(200, order);
}

serve(routes, {
    port,
    async onStop() {
        await outbox.close();
        await queue.close();
        await database.close();
    },
});
