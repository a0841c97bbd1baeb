/** Passwords inside of addresses: URLs (RFC 3986, user information), their queries, and connection strings. */
import { isPlaceholder } from "./harmless.js";
import type { SecretFinding } from "./index.js";

/** scheme://user:password@host, anywhere in the text: lists of brokers are one value. */
const USER_INFORMATION = /[a-z][a-z0-9+.-]{1,30}:\/\/([^\s:@/?#]*):([^\s@/?#]{1,512})@[^\s@]/gi;
/** A password in a URL may hold an unescaped `/` or `?`, which libraries of databases put up with. */
const LOOSE_PASSWORD = /^[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/]+:([^\s]{1,512})@[\w.[\]-]+(?::\d+)?(?:[/,?].*)?$/i;
const QUERY =
    /[?&;](?:access[_-]?token|api[_-]?key|apikey|auth|client[_-]?secret|code|key|pass|password|passwd|pwd|secret|sig|signature|token|x-amz-signature|x-goog-signature)=([^&;\s#]+)/gi;
/** `Key=value;` as ADO.NET, ODBC and Azure write them, `key=value` with spaces as libpq does. */
const PAIR =
    /(?:^|[;\s])\s*(?:accountkey|sharedaccesskey|sharedaccesssignature|password|passwd|pwd|user id password|secret(?:access)?key|apikey|accesskey)\s*=\s*("[^"]*"|'[^']*'|[^;\s]+)/gi;

/** A password or a key that stands in an address. */
export function credentialsIn(text: string): SecretFinding | undefined {
    if (literal(text, USER_INFORMATION, 2) || literal(text, LOOSE_PASSWORD, 1)) {
        return { kind: "url-password", reason: "is a URL with a password in it" };
    }
    if (/^(?:jdbc:)?[a-z][a-z0-9+.-]*:\/\//i.test(text) || text.startsWith("?")) {
        return literal(text, QUERY, 1, 6) ? { kind: "url-key", reason: "is a URL with a key in its query" } : undefined;
    }
    if (literal(text, PAIR, 1))
        return { kind: "connection-string", reason: "is a connection string with a password in it" };
    return undefined;
}

function literal(text: string, pattern: RegExp, group: number, minLength = 1): boolean {
    const matches = pattern.global ? text.matchAll(pattern) : [pattern.exec(text)];
    for (const match of matches) {
        const found = match?.[group]?.replace(/^["']|["']$/g, "");
        if (found !== undefined && found.length >= minLength && !isPlaceholder(found)) return true;
    }
    return false;
}
