/** What becomes of a header field on its way through the proxy (RFC 9110, 7.6.1 and RFC 9112). */
export type Kind =
    /** Passed on as it is. */
    | "pass"
    /** Belongs to one connection: never passed on. */
    | "drop"
    | "connection"
    | "host"
    | "contentLength"
    | "transferEncoding"
    | "upgrade"
    | "keepAlive"
    | "trailer"
    | "requestId"
    | "forwardedFor"
    /** X-Forwarded-Proto, -Host and -Port. */
    | "forwardedOther"
    | "forwarded"
    /** Not a token: no name at all. */
    | "invalid";

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
    ["connection", "connection"],
    ["keep-alive", "keepAlive"],
    ["proxy-connection", "drop"],
    ["te", "drop"],
    // The proxy answers it itself.
    ["expect", "drop"],
    // CGI programs take it for the HTTP_PROXY variable (httpoxy).
    ["proxy", "drop"],
    ["host", "host"],
    ["content-length", "contentLength"],
    ["transfer-encoding", "transferEncoding"],
    ["upgrade", "upgrade"],
    ["trailer", "trailer"],
    ["x-request-id", "requestId"],
    ["x-forwarded-for", "forwardedFor"],
    ["x-forwarded-proto", "forwardedOther"],
    ["x-forwarded-host", "forwardedOther"],
    ["x-forwarded-port", "forwardedOther"],
    ["forwarded", "forwarded"],
]);

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const REMEMBERED = 1000;
/** Lower-casing every name of every message would cost more than all the rest of the headers. */
const seen = new Map<string, Kind>();

export function kindOf(name: string): Kind {
    const known = seen.get(name);
    if (known !== undefined) return known;
    const kind = TOKEN.test(name) ? (KINDS.get(name.toLowerCase()) ?? "pass") : "invalid";
    // Names come from outside: never more than so many of them.
    if (seen.size < REMEMBERED) seen.set(name, kind);
    return kind;
}

/** The lower-case elements of a list such as Connection's. */
export function tokens(value: string): string[] {
    return value
        .toLowerCase()
        .split(",")
        .map((token) => token.trim())
        .filter((token) => token !== "");
}
