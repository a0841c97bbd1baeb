/**
 * Procfile entry `release`: brings the schema up to date, once per release, before any of its processes gets traffic.
 * The previous release still runs meanwhile, so a migration only adds; what it makes superfluous goes a release later.
 */
import { readdirSync, readFileSync } from "node:fs";
import pg from "pg";
import { log } from "./log.js";
import { setting } from "./settings.js";

// Any number will do, as long as all releases of the shop agree on it.
const LOCK = 712_012;
const folder = new URL("./migrations/", import.meta.url);

const client = new pg.Client({ connectionString: setting("DATABASE_URL"), connectionTimeoutMillis: 10_000 });
await client.connect();
try {
    // Two of them at once (two deployments, somebody by hand): the second one waits and then finds nothing to do.
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    // A migration that waits for a table lock makes everybody else wait behind it; rather fail and try again later.
    await client.query("SET lock_timeout = '5s'");
    await client.query(
        "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())",
    );
    const { rows } = await client.query("SELECT name FROM schema_migrations");
    const applied = new Set(rows.map(({ name }) => name));
    const pending = readdirSync(folder)
        .filter((name) => name.endsWith(".sql") && !applied.has(name))
        .sort();
    for (const name of pending) {
        await client.query("BEGIN");
        await client.query(readFileSync(new URL(name, folder), "utf8"));
        await client.query("INSERT INTO schema_migrations (name) VALUES ($1)", [name]);
        await client.query("COMMIT");
        log("info", "migrated", { migration: name });
    }
    log("info", "schema is up to date", { applied: applied.size + pending.length });
} catch (error) {
    // One line that says it all: whoever deploys sees the last lines of a release command that failed.
    log("error", "migration failed", { error: error.message, detail: error.detail, hint: error.hint });
    process.exitCode = 1;
} finally {
    // Also rolls back what is open and gives the lock back.
    await client.end();
}
