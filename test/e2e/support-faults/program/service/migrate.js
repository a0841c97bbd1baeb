/** Leaves a row for each time that it ran: a test counts them. */
import pg from "pg";

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
await client.query("CREATE TABLE IF NOT EXISTS rows (id text PRIMARY KEY)");
await client.query("CREATE TABLE IF NOT EXISTS handled (body text PRIMARY KEY)");
await client.query("CREATE TABLE IF NOT EXISTS migrations (release text NOT NULL)");
await client.query("INSERT INTO migrations VALUES ($1)", [process.env.RELEASE_ID]);
await client.end();
