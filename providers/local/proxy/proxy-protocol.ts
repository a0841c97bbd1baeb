import { isIPv4, isIPv6 } from "node:net";

/**
 * The PROXY protocol, versions 1 and 2 (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt): what stands in
 * front says, before anything else, from where a connection came. Pure.
 */
export type ProxyHeader =
    | { readonly state: "incomplete" }
    | { readonly state: "invalid"; readonly why: string }
    | {
          readonly state: "complete";
          /** How many bytes belong to it; what follows is the client's. */
          readonly length: number;
          /** Absent: whoever connected speaks for itself (LOCAL, UNKNOWN). */
          readonly source?: { readonly address: string; readonly port: number };
          readonly destination?: { readonly address: string; readonly port: number };
      };

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const VERSION_1 = Buffer.from("PROXY ", "latin1");
const MAXIMUM_BYTES_1 = 107;
/** Room for any extensions (TLVs) that are sent in practice. */
const MAXIMUM_BYTES_2 = 16 + 4096;
const INCOMPLETE = { state: "incomplete" } as const;

/** @param data Everything that has come so far. */
export function parseProxyHeader(data: Buffer): ProxyHeader {
    if (startsLike(data, SIGNATURE)) return data.length < 16 ? INCOMPLETE : version2(data);
    if (startsLike(data, VERSION_1)) return version1(data);
    return { state: "invalid", why: "it does not begin with the PROXY protocol" };
}

/** As far as it has come, it is the same. */
function startsLike(data: Buffer, start: Buffer): boolean {
    const length = Math.min(data.length, start.length);
    return data.compare(start, 0, length, 0, length) === 0;
}

function version1(data: Buffer): ProxyHeader {
    const end = data.subarray(0, MAXIMUM_BYTES_1).indexOf("\r\n");
    if (end < 0) {
        return data.length < MAXIMUM_BYTES_1 ? INCOMPLETE : { state: "invalid", why: "its first line does not end" };
    }
    const length = end + 2;
    const line = data.toString("latin1", 0, end);
    if (/^PROXY UNKNOWN(?: |$)/.test(line)) return { state: "complete", length };
    const [, protocol, from = "", to = "", fromPort = "", toPort = "", more] = line.split(" ");
    const isAddress = protocol === "TCP4" ? isIPv4 : protocol === "TCP6" ? isPlainIPv6 : undefined;
    const isRight = isAddress?.(from) && isAddress(to) && isPort(fromPort) && isPort(toPort) && more === undefined;
    if (!isRight) return { state: "invalid", why: `its first line is ${JSON.stringify(line)}` };
    return {
        state: "complete",
        length,
        source: { address: from, port: Number(fromPort) },
        destination: { address: to, port: Number(toPort) },
    };
}

function version2(data: Buffer): ProxyHeader {
    const command = data.readUInt8(12);
    const family = data.readUInt8(13);
    const length = 16 + data.readUInt16BE(14);
    if (command !== 0x20 && command !== 0x21) return { state: "invalid", why: `its command is ${command}` };
    if (length > MAXIMUM_BYTES_2) return { state: "invalid", why: `it is ${length} bytes long` };
    if (data.length < length) return INCOMPLETE;
    // LOCAL (a health check of what stands in front), and families that have no address: whoever connected.
    const bytes = family >> 4 === 1 ? 4 : family >> 4 === 2 ? 16 : 0;
    if (command === 0x20 || bytes === 0) return { state: "complete", length };
    if (length < 16 + 2 * bytes + 4) return { state: "invalid", why: "its addresses are cut off" };
    const ports = 16 + 2 * bytes;
    return {
        state: "complete",
        length,
        source: { address: address(data, 16, bytes), port: data.readUInt16BE(ports) },
        destination: { address: address(data, 16 + bytes, bytes), port: data.readUInt16BE(ports + 2) },
    };
}

function address(data: Buffer, at: number, bytes: number): string {
    if (bytes === 4) return data.subarray(at, at + 4).join(".");
    const words = Array.from({ length: 8 }, (_, word) => data.readUInt16BE(at + 2 * word).toString(16));
    // The shortest form (RFC 5952), as everybody else writes it.
    return new URL(`http://[${words.join(":")}]`).hostname.slice(1, -1);
}

/** A zone ("%eth0") means nothing on another machine. */
function isPlainIPv6(text: string): boolean {
    return isIPv6(text) && !text.includes("%");
}

function isPort(text: string): boolean {
    return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}
