import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { type Access, asSuperuser, type Session } from "../postgres/admin.js";
import { databaseIsThere } from "../postgres/databases.js";
import { identifier, literal } from "../postgres/names.js";

/** The database that holds all queues of a stack, in the same server as its databases. */
export const QUEUE_DATABASE = "twelvefold_queues";

/** Makes the database of queues and its functions, or brings them up to date. */
export async function ensureQueueDatabase(access: Access): Promise<void> {
    await asSuperuser(access, "postgres", async (session) => {
        if (await databaseIsThere(session, QUEUE_DATABASE)) return;
        await session.rows(`CREATE DATABASE ${identifier(QUEUE_DATABASE)}`);
    });
    const schema = readFileSync(path.join(__dirname, "schema.sql"), "utf8");
    const digest = createHash("sha256").update(schema).digest("hex");
    await asSuperuser(access, QUEUE_DATABASE, async (session) => {
        if ((await installedDigest(session)) === digest) return;
        await session.rows(`BEGIN; ${schema}; COMMENT ON SCHEMA queue IS ${literal(digest)}; COMMIT`);
    });
}

async function installedDigest(session: Session): Promise<string | null | undefined> {
    const [row] = await session.rows<{ digest: string | null }>(
        "SELECT obj_description(oid, 'pg_namespace') AS digest FROM pg_catalog.pg_namespace WHERE nspname = 'queue'",
    );
    return row?.digest;
}
