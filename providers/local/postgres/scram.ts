import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";

const ITERATIONS = 4096;

/** A random password that needs no escaping in a URL, a shell or SQL. */
export function randomPassword(): string {
    return randomBytes(24).toString("base64url");
}

/**
 * The verifier that PostgreSQL stores for a password (RFC 5803 form). Made here, so that the password itself is never
 * part of an SQL statement, which a log, pg_stat_activity or pg_stat_statements could show.
 */
export function scramVerifier(password: string, salt = randomBytes(16), iterations = ITERATIONS): string {
    const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
    const clientKey = createHmac("sha256", salted).update("Client Key").digest();
    const storedKey = createHash("sha256").update(clientKey).digest("base64");
    const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
    return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/** Does this password belong to the verifier that the server has? */
export function scramMatches(password: string, verifier: string | null): boolean {
    const parts = /^SCRAM-SHA-256\$(\d+):([^$]+)\$[^:]+:.+$/.exec(verifier ?? "");
    if (!parts?.[1] || !parts[2] || !verifier) return false;
    const own = Buffer.from(scramVerifier(password, Buffer.from(parts[2], "base64"), Number(parts[1])));
    const theirs = Buffer.from(verifier);
    return own.length === theirs.length && timingSafeEqual(own, theirs);
}
