import type { Session } from "../postgres/admin.js";
import { identifier } from "../postgres/names.js";
import type { QueueSpec } from "../spec.js";
import { deadLettersOf, queueRoles } from "./names.js";

/** How long dead letters are kept: what SQS allows at most. */
const DEAD_LETTER_SECONDS = 14 * 24 * 3600;

export interface QueueDepth {
    /** Messages that wait and may be delivered now (on a FIFO queue also those behind another of their group). */
    readonly visible: number;
    readonly inFlight: number;
    /** Messages that wait for their delay, or for the pause after a failed delivery. */
    readonly delayed: number;
    readonly dead: number;
    /** Age of the oldest visible message; 0 without one. */
    readonly oldestSeconds: number;
}

/** Makes a queue and its dead letters, or changes their settings, and gives each role its one right. */
export async function putQueue(session: Session, name: string, spec: QueueSpec): Promise<void> {
    if (name.includes("/")) throw new Error(`Queue "${name}": a name cannot hold "/", which marks dead letters.`);
    const dead = deadLettersOf(name);
    const [old] = await session.rows<{ id: number; fifo: boolean; retention: number }>(
        "SELECT id, fifo, retention_seconds AS retention FROM queue.queue WHERE name = $1",
        [name],
    );
    if (old && old.fifo !== spec.fifo) await requireEmpty(session, old.id, name, spec.fifo);
    await session.rows(
        `INSERT INTO queue.queue (name, fifo, visibility_seconds, retention_seconds, delay_seconds)
         VALUES ($1, false, $2, $3, 0)
         ON CONFLICT (name) DO UPDATE SET visibility_seconds = excluded.visibility_seconds`,
        [dead, spec.visibilityTimeoutSeconds, DEAD_LETTER_SECONDS],
    );
    const [queue] = await session.rows<{ id: number }>(
        `INSERT INTO queue.queue AS q
            (name, dead_letters, fifo, visibility_seconds, max_deliveries, retention_seconds, delay_seconds)
         SELECT $1, d.id, $3, $4, $5, $6, $7 FROM queue.queue AS d WHERE d.name = $2
         ON CONFLICT (name) DO UPDATE SET fifo = excluded.fifo, visibility_seconds = excluded.visibility_seconds,
            max_deliveries = excluded.max_deliveries, retention_seconds = excluded.retention_seconds,
            delay_seconds = excluded.delay_seconds
         RETURNING q.id`,
        [
            name,
            dead,
            spec.fifo,
            spec.visibilityTimeoutSeconds,
            spec.maxDeliveries,
            spec.retentionSeconds,
            spec.delaySeconds,
        ],
    );
    if (old && old.retention !== spec.retentionSeconds) {
        await session.rows(
            "UPDATE queue.message SET expires_at = sent_at + make_interval(secs => $2) WHERE queue = $1",
            [queue?.id, spec.retentionSeconds],
        );
    }
    const roles = queueRoles(name);
    await grant(session, roles.send, name, "send");
    await grant(session, roles.receive, name, "receive");
    await grant(session, roles.dead, dead, "receive");
}

async function requireEmpty(session: Session, id: number, name: string, fifo: boolean): Promise<void> {
    const [row] = await session.rows<{ count: number }>(
        "SELECT count(*)::int AS count FROM queue.message WHERE queue = $1",
        [id],
    );
    if (row && row.count > 0) {
        throw new Error(
            `Queue "${name}": fifo cannot become ${fifo} while it holds ${row.count} messages, which have no groups ` +
                "or depend on theirs. Let consumers empty it, or give the new queue another name.",
        );
    }
}

async function grant(session: Session, role: string, queue: string, permission: "send" | "receive"): Promise<void> {
    const group = permission === "send" ? "twelvefold_queue_sender" : "twelvefold_queue_receiver";
    await session.rows(`GRANT ${group} TO ${identifier(role)}`);
    await session.rows(
        `INSERT INTO queue.permission (role_name, queue, permission)
         SELECT $1, id, $3 FROM queue.queue WHERE name = $2 ON CONFLICT DO NOTHING`,
        [role, queue, permission],
    );
}

export async function queueIsThere(session: Session, name: string): Promise<boolean> {
    return (await session.rows("SELECT 1 FROM queue.queue WHERE name = $1", [name])).length > 0;
}

/** Ends the sessions of a queue's roles, then removes them, its messages and itself. What is not there is no error. */
export async function removeQueue(session: Session, name: string): Promise<void> {
    const roles = Object.values(queueRoles(name));
    for (const role of roles) {
        // Before anything is deleted, so that nobody sends meanwhile.
        await session.rows("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1", [role]);
        await session.rows(`DROP ROLE IF EXISTS ${identifier(role)}`);
    }
    // The queue refers to its dead letters, so it goes first.
    for (const queue of [name, deadLettersOf(name)]) {
        const which = "(SELECT id FROM queue.queue WHERE name = $1)";
        await session.rows(`DELETE FROM queue.message WHERE queue = ${which}`, [queue]);
        await session.rows(`DELETE FROM queue.deduplication WHERE queue = ${which}`, [queue]);
        await session.rows("DELETE FROM queue.queue WHERE name = $1", [queue]);
    }
}

/** @throws when there is no such queue. */
export async function depthOf(session: Session, name: string): Promise<QueueDepth> {
    const [depth] = await session.rows<{ [K in keyof QueueDepth]: number }>(
        // Materialized: a volatile function in a plain subquery would be called again for every row.
        `WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now)
         SELECT
            count(m.id) FILTER (WHERE m.visible_at <= clock.now)::int AS "visible",
            count(m.id) FILTER (WHERE m.visible_at > clock.now AND m.receipt IS NOT NULL)::int AS "inFlight",
            count(m.id) FILTER (WHERE m.visible_at > clock.now AND m.receipt IS NULL)::int AS "delayed",
            (SELECT count(*)::int FROM queue.message AS d WHERE d.queue = q.dead_letters) AS "dead",
            COALESCE(extract(epoch FROM clock.now - min(m.sent_at) FILTER (WHERE m.visible_at <= clock.now)), 0)::float
                AS "oldestSeconds"
         FROM queue.queue AS q
         CROSS JOIN clock
         LEFT JOIN queue.message AS m ON m.queue = q.id
         WHERE q.name = $1 GROUP BY q.id, clock.now`,
        [name],
    );
    if (!depth) throw new Error(`No queue "${name}" in this stack's PostgreSQL. Run \`pulumi up\` to make it.`);
    return depth;
}

/** Most messages that one call of tend takes, so that its locks stay few. */
const TEND_LIMIT = 500;

/** Drops what is too old and moves what was delivered too often; returns how many messages it was. */
export async function tendQueues(session: Session): Promise<number> {
    let total = 0;
    for (;;) {
        const [row] = await session.rows<{ tended: number }>("SELECT queue.tend($1) AS tended", [TEND_LIMIT]);
        const tended = row?.tended ?? 0;
        total += tended;
        if (tended < TEND_LIMIT) return total;
    }
}
