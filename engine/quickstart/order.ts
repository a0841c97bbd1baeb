import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { Shop } from "./shop.js";

interface Order {
    readonly id: string;
    readonly status: string;
}

const HANDLED_SECONDS = 30;

/** Places an order through the load balancer and follows it through the queue and the worker into PostgreSQL. */
export async function follow(shop: Shop): Promise<void> {
    const url = await shop.url();
    console.log(`\nOrdering tea at ${url}/orders`);
    const order = await place(url);
    console.log(`  web       accepted order ${order.id} (${order.status})`);
    const handled = await handledOrder(url, order.id);
    console.log(`  mailer    took the message from the queue and sent the mail (${handled.status})`);
    console.log(`  database  ${await storedOrder(await shop.databaseUrl(), order.id)}`);
}

async function place(url: string): Promise<Order> {
    const response = await fetch(`${url}/orders`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ item: "tea", quantity: 2, email: "stranger@example.com" }),
    });
    if (response.status !== 201) throw new Error(`The shop answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Order;
}

async function handledOrder(url: string, id: string): Promise<Order> {
    const deadline = performance.now() + HANDLED_SECONDS * 1000;
    for (;;) {
        const order = (await (await fetch(`${url}/orders/${id}`)).json()) as Order;
        if (order.status === "confirmed") return order;
        if (performance.now() > deadline) {
            throw new Error(
                `Order ${id} is still ${order.status} after ${HANDLED_SECONDS} s. See: npx twelvefold logs mailer`,
            );
        }
        await sleep(100);
    }
}

async function storedOrder(databaseUrl: string, id: string): Promise<string> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    try {
        const { rows } = await client.query("SELECT item, quantity, status FROM orders WHERE id = $1", [id]);
        return `holds it: ${JSON.stringify(rows[0])}`;
    } finally {
        await client.end();
    }
}
