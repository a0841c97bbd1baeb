import { createHash } from "node:crypto";

/** PostgreSQL cuts identifiers at 63 bytes; a role has a suffix behind the name of its object. */
const MAX_LENGTH = 48;
const PLAIN = /^[a-z][a-z0-9_]*$/;
/** Names that PostgreSQL or this target uses itself. */
const RESERVED = /^(pg_.*|twelvefold_.*|postgres|template[01]|public|user|all)$/;

/**
 * A database or role name for the logical name of an object: the name itself where it needs no quoting in SQL,
 * otherwise a readable form of it with a hash, so that two different names never become one.
 */
export function sqlName(name: string): string {
    if (PLAIN.test(name) && name.length <= MAX_LENGTH && !RESERVED.test(name)) return name;
    const hash = createHash("sha256").update(name).digest("hex").slice(0, 6);
    const readable = name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "_")
        .replace(/^[^a-z]+/, "");
    return `${readable.slice(0, MAX_LENGTH - 10) || "db"}_x${hash}`;
}

/** Quotes an identifier for SQL. */
export function identifier(name: string): string {
    return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a string for SQL, with standard_conforming_strings on. */
export function literal(text: string): string {
    return `'${text.replaceAll("'", "''")}'`;
}
