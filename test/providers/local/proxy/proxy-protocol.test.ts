import fc from "fast-check";
import { expect, test } from "vitest";
import { parseProxyHeader } from "#dist/providers/local/proxy/proxy-protocol.js";

const port = fc.nat(65_535);
const rest = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
const signature = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");

interface Case {
    readonly header: Buffer;
    readonly source?: { address: string; port: number };
    readonly destination?: { address: string; port: number };
}

const version1: fc.Arbitrary<Case> = fc
    .tuple(fc.boolean(), fc.ipV4(), fc.ipV4(), fc.ipV6(), fc.ipV6(), port, port)
    .filter(([, , , from, to]) => !from.includes(".") && !to.includes("."))
    .map(([is6, from4, to4, from6, to6, fromPort, toPort]) => {
        const [from, to] = is6 ? [from6, to6] : [from4, to4];
        const line = `PROXY ${is6 ? "TCP6" : "TCP4"} ${from} ${to} ${fromPort} ${toPort}\r\n`;
        return {
            header: Buffer.from(line),
            source: { address: from, port: fromPort },
            destination: { address: to, port: toPort },
        };
    });

/** An address as bytes, and as RFC 5952 writes it. */
const address = (is6: boolean) =>
    fc.uint8Array({ minLength: is6 ? 16 : 4, maxLength: is6 ? 16 : 4 }).map((bytes) => {
        if (!is6) return { bytes, text: [...bytes].join(".") };
        const words = Array.from({ length: 8 }, (_, at) =>
            (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
        );
        return { bytes, text: new URL(`http://[${words.join(":")}]`).hostname.slice(1, -1) };
    });

const version2: fc.Arbitrary<Case> = fc
    .boolean()
    .chain((is6) =>
        fc.tuple(fc.constant(is6), address(is6), address(is6), port, port, fc.uint8Array({ maxLength: 300 })),
    )
    .map(([is6, from, to, fromPort, toPort, extensions]) => {
        const ports = Buffer.alloc(4);
        ports.writeUInt16BE(fromPort, 0);
        ports.writeUInt16BE(toPort, 2);
        const payload = Buffer.concat([from.bytes, to.bytes, ports, extensions]);
        const start = Buffer.from([0x21, is6 ? 0x21 : 0x11, payload.length >> 8, payload.length & 255]);
        return {
            header: Buffer.concat([signature, start, payload]),
            source: { address: from.text, port: fromPort },
            destination: { address: to.text, port: toPort },
        };
    });

test("Both versions are read whatever follows, and wherever the bytes are cut", () => {
    fc.assert(
        fc.property(fc.oneof(version1, version2), rest, ({ header, source, destination }, after) => {
            const expected = { state: "complete", length: header.length, source, destination };
            const whole = Buffer.concat([header, after]);
            expect(parseProxyHeader(whole)).toEqual(expected);
            expect(parseProxyHeader(header)).toEqual(expected);
            for (let cut = 0; cut < header.length; cut++) {
                expect(parseProxyHeader(whole.subarray(0, cut))).toEqual({ state: "incomplete" });
            }
        }),
        { numRuns: 200 },
    );
});

test("It is never taken for something else, and never asks for more for ever", () => {
    fc.assert(
        fc.property(
            fc.uint8Array({ minLength: 5000, maxLength: 5000 }),
            fc.constantFrom("PROXY ", signature.toString("latin1"), ""),
            (noise, start) => {
                const { state } = parseProxyHeader(Buffer.concat([Buffer.from(start, "latin1"), noise]));
                expect(state).not.toBe("incomplete");
            },
        ),
        { numRuns: 100 },
    );
});

test.each([
    ["GET / HTTP/1.1\r\n\r\n"],
    ["PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n"],
    ["PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n"],
    ["PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n"],
    ["PROXY TCP4 ::1 ::1 1 2\r\n"],
    ["PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n"],
    ["PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n"],
    ["PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n"],
    ["PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n"],
    ["PROXY UNKNOWNX\r\n"],
    [`PROXY TCP4 ${"1".repeat(110)}`],
])("%j is refused", (text) => {
    expect(parseProxyHeader(Buffer.from(text)).state).toBe("invalid");
});

test("UNKNOWN and LOCAL speak for whoever connected", () => {
    expect(parseProxyHeader(Buffer.from("PROXY UNKNOWN ffff:f::1 ::1 1 2\r\nGET"))).toEqual({
        state: "complete",
        length: 33,
    });
    expect(parseProxyHeader(Buffer.from("PROXY UNKNOWN\r\n"))).toEqual({ state: "complete", length: 15 });
    const local = Buffer.concat([signature, Buffer.from([0x20, 0x00, 0, 0])]);
    expect(parseProxyHeader(local)).toEqual({ state: "complete", length: 16 });
});
