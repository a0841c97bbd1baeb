import type { DatabaseSpec } from "../spec.js";
import { type Access, asSuperuser, type Session } from "./admin.js";
import { identifier, literal } from "./names.js";
import { scramMatches, scramVerifier } from "./scram.js";

/** Makes a login role that may do nothing but log in, or mends it; its password is what is given. */
export async function ensureLoginRole(session: Session, role: string, password: string): Promise<void> {
    const [found] = await session.rows<{ verifier: string | null }>(
        "SELECT rolpassword AS verifier FROM pg_catalog.pg_authid WHERE rolname = $1",
        [role],
    );
    if (found && scramMatches(password, found.verifier)) return;
    await session.rows(
        `${found ? "ALTER" : "CREATE"} ROLE ${identifier(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE ` +
            `NOREPLICATION NOBYPASSRLS PASSWORD ${literal(scramVerifier(password))}`,
    );
}

/** Makes a database, closed to everybody but its owner. */
export async function ensureDatabase(session: Session, name: string, owner: string): Promise<void> {
    if (!(await databaseIsThere(session, name))) {
        await session.rows(`CREATE DATABASE ${identifier(name)} OWNER ${identifier(owner)}`);
    }
    await session.rows(`REVOKE ALL ON DATABASE ${identifier(name)} FROM PUBLIC`);
}

export async function databaseIsThere(session: Session, name: string): Promise<boolean> {
    return (await session.rows("SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1", [name])).length > 0;
}

/** Ends the sessions of a database and removes it and its role; what is not there is no error. */
export async function removeDatabase(session: Session, name: string): Promise<void> {
    await session.rows(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`);
    await session.rows(`DROP ROLE IF EXISTS ${identifier(name)}`);
}

/**
 * Adds extensions, with those that they need. One that the spec no longer has stays: dropping it could drop data.
 *
 * @throws when one is not part of this installation, naming those that are.
 */
export async function ensureExtensions(
    access: Access,
    database: string,
    name: string,
    spec: DatabaseSpec,
): Promise<void> {
    await asSuperuser(access, database, async (session) => {
        // Before PostgreSQL 15 the owner of a database does not own its schema.
        await session.rows(`ALTER SCHEMA public OWNER TO ${identifier(database)}`);
        if (spec.extensions.length === 0) return;
        const available = (await session.rows<{ name: string }>("SELECT name FROM pg_available_extensions")).map(
            (row) => row.name,
        );
        const missing = spec.extensions.filter((extension) => !available.includes(extension));
        if (missing.length > 0) {
            throw new Error(
                `Database "${name}": no extension ${missing.map((one) => `"${one}"`).join(", ")} in this installation ` +
                    `of PostgreSQL ${spec.version}. Available: ${available.sort().join(", ")}.`,
            );
        }
        for (const extension of spec.extensions) {
            await session.rows(`CREATE EXTENSION IF NOT EXISTS ${identifier(extension)} CASCADE`);
        }
    });
}
