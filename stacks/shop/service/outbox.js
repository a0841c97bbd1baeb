/**
 * Each order is to get its confirmation mail, whatever crashes between the two writes, into the database and into the
 * queue. Either order of the two alone can go wrong: a message about an order that was never stored, or an order
 * without a message. So the row itself remembers whether its message was queued (`mail_queued_at`):
 *
 *   1. the order is committed, with `mail_queued_at` null;
 *   2. its message is sent, then `mail_queued_at` is set: the usual case, within milliseconds;
 *   3. what is still null after a while lost its process or its queue in between: the sweeper sends it.
 *
 * A crash between sending and setting sends a message twice. That is fine: the worker handles an order's mail once.
 */
import { log } from "./log.js";

const SWEEP_EVERY_MILLISECONDS = 5_000;
const LEFT_OVER_AFTER_SECONDS = 10;
const BATCH = 100;

export function openOutbox(database, queue) {
    const sendConfirmation = (order) => queue.send({ kind: "confirmation", order });
    const markQueued = (orders) =>
        database.query("UPDATE orders SET mail_queued_at = now() WHERE id = ANY($1)", [orders]);

    // Rows are not locked meanwhile: replicas that sweep at the same time may send a message twice, which does no harm,
    // while one that holds rows and cannot reach the queue would keep the others from sending at all.
    async function sweep() {
        const rows = await database.query(
            `SELECT id FROM orders
             WHERE mail_queued_at IS NULL AND placed_at < now() - make_interval(secs => $1)
             ORDER BY placed_at LIMIT $2`,
            [LEFT_OVER_AFTER_SECONDS, BATCH],
        );
        if (rows.length === 0) return;
        const ids = rows.map(({ id }) => id);
        await Promise.all(ids.map(sendConfirmation));
        await markQueued(ids);
        log("warn", "queued mails that were left over", { count: ids.length });
        if (ids.length === BATCH) await sweep();
    }

    let sweeping;
    const timer = setInterval(() => {
        sweeping ??= sweep()
            .catch((error) => log("warn", "sweep failed", { error: error.message }))
            .finally(() => {
                sweeping = undefined;
            });
    }, SWEEP_EVERY_MILLISECONDS);

    return {
        /** Never fails: the order is stored, and that is what the customer was promised. */
        async queueConfirmation(order) {
            try {
                await sendConfirmation(order);
                await markQueued([order]);
            } catch (error) {
                log("warn", "mail not queued yet, the sweeper will do it", { order, error: error.message });
            }
        },
        async close() {
            clearInterval(timer);
            await sweeping;
        },
    };
}
