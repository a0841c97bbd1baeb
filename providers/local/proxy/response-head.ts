import { kindOf, tokens } from "./header-names.js";

/** The head of an endpoint's answer. */
export interface ResponseHead {
    readonly status: number;
    readonly reason: string;
    /** Names and values by turns, without what belongs to the connection only. */
    readonly headers: string[];
    /** How the body ends: `none` has none, `close` ends with the connection. */
    readonly framing: "none" | "length" | "chunked" | "close";
    /** Of framing `length`. */
    readonly length: number;
    /** The endpoint keeps the connection open for another request. */
    readonly keepAlive: boolean;
    /** For how long, when it says so. */
    readonly keepAliveSeconds?: number;
    /** Of status 101. */
    readonly upgrade?: string;
}

/** An answer that is not HTTP/1.1, or ends too early. */
export class ProtocolError extends Error {}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/;

/**
 * @param text Everything up to and including the line break before the empty line.
 * @param method Of the request: an answer to HEAD has no body, whatever its headers say.
 */
export function parseResponseHead(text: string, method: string): ResponseHead {
    let at = text.indexOf("\r\n");
    const line = STATUS_LINE.exec(text.slice(0, at));
    if (line === null) throw new ProtocolError(`its first line is ${JSON.stringify(text.slice(0, Math.min(at, 100)))}`);
    const status = Number(line[2]);
    let headers: string[] = [];
    let keepAlive = line[1] === "1";
    let length: number | undefined;
    let chunked = false;
    let connection = "";
    let keepAliveSeconds: number | undefined;
    let upgrade: string | undefined;
    let hasTrailer = false;
    for (at += 2; at < text.length; ) {
        const end = text.indexOf("\r\n", at);
        const colon = text.indexOf(":", at);
        if (colon < 0 || colon > end) throw new ProtocolError("a header line has no colon");
        const name = text.slice(at, colon);
        const value = text.slice(colon + 1, end).trim();
        at = end + 2;
        switch (kindOf(name)) {
            case "invalid":
                throw new ProtocolError(`a header has the name ${JSON.stringify(name.slice(0, 100))}`);
            case "contentLength":
                length = contentLength(value, length);
                headers.push(name, value);
                break;
            case "transferEncoding":
                if (chunked || value.toLowerCase() !== "chunked") {
                    throw new ProtocolError(`its Transfer-Encoding is ${JSON.stringify(value)}`);
                }
                chunked = true;
                break;
            case "connection":
                connection = connection === "" ? value : `${connection},${value}`;
                break;
            case "keepAlive":
                keepAliveSeconds = Number(/(?:^|[,\s])timeout=(\d{1,9})/i.exec(value)?.[1] ?? Number.NaN);
                break;
            case "upgrade":
                upgrade = value;
                break;
            case "drop":
                break;
            case "trailer":
                hasTrailer = true;
                headers.push(name, value);
                break;
            default:
                headers.push(name, value);
        }
    }
    // What nearly every answer says, and HTTP/1.1 means anyway.
    if (connection === "keep-alive") keepAlive = true;
    else if (connection !== "") {
        const options = tokens(connection);
        if (options.includes("close")) keepAlive = false;
        else if (options.includes("keep-alive")) keepAlive = true;
        headers = without(headers, options);
    }
    if (chunked && length !== undefined) {
        // RFC 9112, 6.3: the coding counts, and the connection is not to be trusted any further.
        headers = without(headers, ["content-length"]);
        keepAlive = false;
    }
    // Announced trailers need a body in chunks.
    if (hasTrailer && !chunked) headers = without(headers, ["trailer"]);
    const framing = framingOf(status, method, chunked, length);
    return {
        status,
        reason: line[3] ?? "",
        headers,
        framing,
        length: framing === "length" ? (length ?? 0) : 0,
        keepAlive: keepAlive && framing !== "close",
        ...(keepAliveSeconds === undefined || Number.isNaN(keepAliveSeconds) ? {} : { keepAliveSeconds }),
        ...(upgrade === undefined ? {} : { upgrade }),
    };
}

/** RFC 9112, 6.3. */
function framingOf(status: number, method: string, chunked: boolean, length: number | undefined) {
    if (method === "HEAD" || status < 200 || status === 204 || status === 304) return "none";
    if (chunked) return "chunked";
    if (length === undefined) return "close";
    return length === 0 ? "none" : "length";
}

function contentLength(value: string, before: number | undefined): number {
    const length = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
    if (length === undefined || before !== undefined) {
        throw new ProtocolError(
            `its Content-Length is ${JSON.stringify(value)}${before === undefined ? "" : ", the second one"}`,
        );
    }
    return length;
}

/** Header fields except those of these (lower-case) names. */
export function without(headers: readonly string[], names: readonly string[]): string[] {
    const kept: string[] = [];
    for (let at = 0; at + 1 < headers.length; at += 2) {
        const name = headers[at] ?? "";
        if (!names.includes(name.toLowerCase())) kept.push(name, headers[at + 1] ?? "");
    }
    return kept;
}
