import { randomUUID } from "node:crypto";
import { kindOf, tokens } from "./header-names.js";

/** The other end of a client's connection, and how it reached us. */
export interface Peer {
    /** Without the IPv6 form of an IPv4 address. */
    readonly address: string;
    readonly secure: boolean;
    /** The port that it connected to. */
    readonly port: number;
}

/** What the proxy needs to know of a request, and the header lines that go on as they are. */
export interface RequestFields {
    readonly host: string | undefined;
    readonly requestId: string;
    readonly contentLength: number | undefined;
    readonly chunked: boolean;
    /** Names of Upgrade. */
    readonly upgrade: string | undefined;
    /** The head for the endpoint, except its first line: complete, with the empty line at its end. */
    readonly head: string;
    /** Why the request is refused with 400 (or 501 for a coding), if it is. */
    readonly refused?: { readonly status: number; readonly why: string };
}

export interface ReadOptions {
    readonly peer: Peer;
    /**
     * Who connects is an app of this stack, that got its request from the outside itself: what it says of where the
     * request came from is kept. On the edge it is replaced, since a client may say what it likes.
     */
    readonly trusted: boolean;
    /** Of an absolute-form target: counts instead of the Host header (RFC 9112, 3.2.2). */
    readonly authority: string | undefined;
    /** Pass Upgrade on. */
    readonly upgrade: boolean;
}

const SANE_ID = /^[\w.:+/=@-]{1,200}$/;

/** Reads a request's header fields and writes those that the endpoint gets. */
export function readRequest(rawHeaders: readonly string[], options: ReadOptions): RequestFields {
    const { trusted, authority, peer } = options;
    let passed = "";
    let host = authority;
    let hosts = 0;
    let contentLength: number | undefined;
    let coding: string | undefined;
    let connection: string | undefined;
    let upgrade: string | undefined;
    let id: string | undefined;
    let forwardedFor = "";
    let forwarded = "";
    const kept = { proto: false, host: false, port: false };
    for (let at = 0; at < rawHeaders.length; at += 2) {
        const name = rawHeaders[at] as string;
        const value = rawHeaders[at + 1] as string;
        switch (kindOf(name)) {
            case "host":
                hosts++;
                host ??= value;
                break;
            case "contentLength":
                contentLength = Number(value);
                passed += `${name}: ${value}\r\n`;
                break;
            case "transferEncoding":
                coding = coding === undefined ? value : `${coding}, ${value}`;
                break;
            case "connection":
                connection = connection === undefined ? value : `${connection},${value}`;
                break;
            case "upgrade":
                upgrade = upgrade === undefined ? value : `${upgrade}, ${value}`;
                break;
            case "requestId":
                if (SANE_ID.test(value)) id ??= value;
                break;
            case "forwardedFor":
                if (trusted && value !== "") forwardedFor += `${value}, `;
                break;
            case "forwarded":
                if (trusted && value !== "") forwarded += `${value}, `;
                break;
            case "forwardedOther":
                if (trusted) passed += keep(kept, name, value);
                break;
            case "drop":
            case "keepAlive":
            case "invalid":
                break;
            default:
                passed += `${name}: ${value}\r\n`;
        }
    }
    if (connection !== undefined) passed = withoutListed(passed, connection);
    const requestId = id ?? randomUUID();
    const chunked = coding !== undefined;
    let head = `Host: ${host ?? ""}\r\n${passed}`;
    if (chunked) head += "Transfer-Encoding: chunked\r\n";
    if (options.upgrade && upgrade !== undefined) head += `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n`;
    head += `X-Request-Id: ${requestId}\r\nX-Forwarded-For: ${forwardedFor}${peer.address}\r\n`;
    if (!kept.proto) head += `X-Forwarded-Proto: ${peer.secure ? "https" : "http"}\r\n`;
    if (!kept.host) head += `X-Forwarded-Host: ${host ?? ""}\r\n`;
    if (!kept.port) head += `X-Forwarded-Port: ${peer.port}\r\n`;
    head += `Forwarded: ${forwarded}${forwardedElement(peer, host)}\r\n\r\n`;
    const refused = refusal(hosts, host, coding);
    return { host, requestId, contentLength, chunked, upgrade, head, ...(refused ? { refused } : {}) };
}

function refusal(hosts: number, host: string | undefined, coding: string | undefined) {
    if (hosts > 1) return { status: 400, why: "there is more than one Host header" };
    if (host !== undefined && !/^[^\s/?#@,"\\]*$/.test(host)) return { status: 400, why: "the Host header is no host" };
    // What Node took off is not there any more, and only "chunked" says no more than that.
    if (coding !== undefined && coding.toLowerCase() !== "chunked") {
        return { status: 501, why: "the only Transfer-Encoding is chunked" };
    }
    return undefined;
}

function keep(kept: { proto: boolean; host: boolean; port: boolean }, name: string, value: string): string {
    const which = name.slice("X-Forwarded-".length).toLowerCase() as "proto" | "host" | "port";
    if (kept[which] || value === "") return "";
    kept[which] = true;
    return `${name}: ${value}\r\n`;
}

/** Connection lists further fields that are for us only. */
function withoutListed(lines: string, connection: string): string {
    const listed = tokens(connection).filter(
        // Framing is not for a client to take away.
        (token) => !["close", "keep-alive", "upgrade", "content-length", "host"].includes(token),
    );
    if (listed.length === 0) return lines;
    return lines
        .split("\r\n")
        .filter((line) => !listed.includes(line.slice(0, line.indexOf(":")).toLowerCase()))
        .join("\r\n");
}

/** RFC 7239. */
function forwardedElement(peer: Peer, host: string | undefined): string {
    const node = peer.address.includes(":") ? `"[${peer.address}]"` : peer.address;
    return `for=${node};host="${host ?? ""}";proto=${peer.secure ? "https" : "http"}`;
}

/** An IPv4 address that came as ::ffff:… is an IPv4 address. */
export function plainAddress(address: string): string {
    return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}

/** The parts of a request target that count: `http://host/path` (absolute form) names its host itself. */
export function readTarget(url: string): { readonly path: string; readonly authority: string | undefined } | undefined {
    if (url.charCodeAt(0) === 0x2f) return { path: url, authority: undefined };
    if (url === "*") return { path: url, authority: undefined };
    const absolute = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(url);
    if (absolute === null) return undefined;
    const rest = absolute[2] ?? "";
    return { path: rest.startsWith("/") ? rest : `/${rest}`, authority: absolute[1] ?? "" };
}
