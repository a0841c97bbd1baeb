import { randomUUID } from "node:crypto";

// What others may see of an order: not the e-mail address.
const PUBLIC = `id, item, quantity, total_cents AS "totalCents", status, placed_at AS "placedAt"`;

/**
 * Stores an order. Its confirmation mail is still to be queued: `mail_queued_at` is null, in the same row and so in the
 * same commit as the order itself (see outbox.js).
 */
export async function insertOrder(database, { item, quantity, email, unitCents }) {
    const [order] = await database.query(
        `INSERT INTO orders (id, item, quantity, email, total_cents) VALUES ($1, $2, $3, $4, $5) RETURNING ${PUBLIC}`,
        [randomUUID(), item, quantity, email, unitCents * quantity],
    );
    return order;
}

export async function findOrder(database, id) {
    const [order] = await database.query(`SELECT ${PUBLIC} FROM orders WHERE id = $1`, [id]);
    return order;
}

export function listOrders(database) {
    return database.query(`SELECT ${PUBLIC} FROM orders ORDER BY placed_at DESC LIMIT 20`);
}
