import fc from "fast-check";
import { expect, test } from "vitest";
import type { ResponseHead } from "#dist/providers/local/proxy/response-head.js";
import { ResponseParser } from "#dist/providers/local/proxy/response-parser.js";

class Sink {
    informations: number[] = [];
    heads: ResponseHead[] = [];
    body = "";
    ended = 0;
    trailers: string[] = [];
    upgraded: string | undefined;
    lastSaid = false;
    onInformation(head: ResponseHead) {
        this.informations.push(head.status);
    }
    onHead(head: ResponseHead) {
        this.heads.push(head);
    }
    onData(chunk: Buffer, last: boolean) {
        expect(this.lastSaid).toBe(false);
        this.lastSaid = last;
        this.body += chunk.toString("latin1");
    }
    onEnd(trailers: string[]) {
        this.ended++;
        this.trailers = trailers;
    }
    onUpgrade(_head: ResponseHead, rest: Buffer) {
        this.upgraded = rest.toString("latin1");
    }
}

function parse(text: string, cuts: number[] = [], method = "GET", upgrade = false) {
    const sink = new Sink();
    const parser = new ResponseParser(sink);
    parser.expect(method, upgrade);
    const bytes = Buffer.from(text, "latin1");
    const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    for (let piece = 0; piece + 1 < at.length; piece++) {
        const [from, to] = [at[piece] as number, at[piece + 1] as number];
        if (to > from) parser.feed(bytes.subarray(from, to));
    }
    return { sink, parser };
}

const bodyText = fc.string({
    unit: fc.constantFrom("a", "\r", "\n", "0", ":", "\xff", "HTTP/1.1 200 OK\r\n\r\n"),
    maxLength: 60,
});
const chunks = fc.array(bodyText, { maxLength: 6 });
const cuts = fc.array(fc.nat(2000), { maxLength: 12 });
const informations = fc.array(fc.constantFrom(102, 103, 100), { maxLength: 2 });

function chunked(pieces: string[], trailer: boolean): string {
    const lines = pieces
        .filter((piece) => piece !== "")
        .map((piece) => `${piece.length.toString(16)};x=1\r\n${piece}\r\n`);
    return `${lines.join("")}0\r\n${trailer ? "X-Sum: 1\r\nContent-Length: 5\r\n" : ""}\r\n`;
}

test("An answer comes out the same wherever it is cut", () => {
    const framing = fc.constantFrom("length", "chunked", "close");
    fc.assert(
        fc.property(chunks, cuts, framing, informations, fc.boolean(), (pieces, at, how, interim, trailer) => {
            const body = pieces.join("");
            const start = interim.map((status) => `HTTP/1.1 ${status} Wait\r\nLink: x\r\n\r\n`).join("");
            const head = `${start}HTTP/1.1 200 All right\r\nX-A: \t1 \r\nx-a:2\r\nConnection: keep-alive, X-Drop\r\nX-Drop: 1\r\n`;
            const text =
                how === "length"
                    ? `${head}Content-Length: ${body.length}\r\n\r\n${body}`
                    : how === "chunked"
                      ? `${head}Transfer-Encoding: Chunked\r\n\r\n${chunked(pieces, trailer)}`
                      : `${head}\r\n${body}`;
            const { sink, parser } = parse(text, at);
            if (how === "close") {
                expect(sink.ended).toBe(0);
                parser.finish();
            }
            expect(sink.informations).toEqual(interim);
            expect(sink.heads).toHaveLength(1);
            const [first] = sink.heads;
            expect(first).toMatchObject({ status: 200, reason: "All right", keepAlive: how !== "close" });
            const length = how === "length" ? ["Content-Length", String(body.length)] : [];
            expect(first?.headers).toEqual(["X-A", "1", "x-a", "2", ...length]);
            expect(sink.body).toBe(body);
            expect(sink.ended).toBe(1);
            expect(sink.trailers).toEqual(how === "chunked" && trailer ? ["X-Sum", "1"] : []);
            expect(parser.idle).toBe(true);
            expect(parser.surplus).toBe(false);
        }),
        { numRuns: 1000 },
    );
});

test("An answer that ends too early is an error, wherever it ends", () => {
    const whole = [
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody",
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(["body", "more"], true)}`,
    ];
    for (const text of whole) {
        for (let end = 0; end < text.length; end++) {
            expect(() => parse(text.slice(0, end)).parser.finish()).toThrow("it closed the connection");
        }
        expect(() => parse(text).parser.finish()).not.toThrow();
    }
});

test("Noise is refused or read, but never loops or passes for two answers", () => {
    const noise = fc.string({
        unit: fc.constantFrom(
            "HTTP/1.1 200 OK",
            "\r\n",
            "Content-Length: 1",
            "a",
            ":",
            "0",
            "\0",
            "Transfer-Encoding: chunked",
        ),
        maxLength: 30,
    });
    fc.assert(
        fc.property(noise, cuts, (text, at) => {
            let sink: Sink | undefined;
            try {
                sink = parse(text, at).sink;
            } catch (error) {
                expect((error as Error).constructor.name).toBe("ProtocolError");
            }
            expect(sink?.heads.length ?? 0).toBeLessThanOrEqual(1);
        }),
        { numRuns: 1000 },
    );
});

test.each([
    ["HTTP/2 200 OK\r\n\r\n", "its first line is"],
    ["HTTP/1.1 20 OK\r\n\r\n", "its first line is"],
    ["SSH-2.0-x\r\n\r\n", "its first line is"],
    ["HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "no colon"],
    ["HTTP/1.1 200 OK\r\nA : 1\r\n\r\n", 'the name "A "'],
    ["HTTP/1.1 200 OK\r\nA: 1\r\n folded\r\n\r\n", "no colon"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", "the second one"],
    ["HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx", "its Content-Length is"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "its Transfer-Encoding is"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "a chunk's size is"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n", "longer than it said"],
    ["HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", "switches protocols unasked"],
    ["HTTP/1.1 204 No\r\n\r\nbody", "nobody asked for"],
    [`HTTP/1.1 200 OK\r\nA: ${"x".repeat(70_000)}`, "its headers exceed"],
])("%j is refused", (text, message) => {
    expect(() => parse(text)).toThrow(message);
});

test.each([
    ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"],
    ["HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n"],
    ["GET", "HTTP/1.1 204 No Content\r\n\r\n"],
    ["GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
])("An answer to %s without a body ends with its head: %j", (method, text) => {
    const { sink, parser } = parse(text, [], method);
    expect(sink).toMatchObject({ ended: 1, body: "" });
    expect(parser.idle).toBe(true);
});

test("Both framings at once: the coding counts, and the connection is not used again", () => {
    const { sink } = parse(
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    );
    expect(sink.heads[0]).toMatchObject({ keepAlive: false, headers: [] });
    expect(sink.body).toBe("x");
});

test.each([
    ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false],
    ["HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false],
    ["HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n", true],
    ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true],
])("%j keeps the connection: %s", (text, keepAlive) => {
    expect(parse(text).sink.heads[0]?.keepAlive).toBe(keepAlive);
});

test("Keep-Alive says for how long", () => {
    const { sink } = parse("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: max=5, timeout=7\r\n\r\n");
    expect(sink.heads[0]).toMatchObject({ keepAliveSeconds: 7, headers: ["Content-Length", "0"] });
});

test("An upgrade hands over what follows", () => {
    const { sink } = parse(
        "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello",
        [],
        "GET",
        true,
    );
    expect(sink.upgraded).toBe("hello");
});

test("Something after an answer marks the connection before its end is told", () => {
    const sink = new Sink();
    const parser = new ResponseParser(sink);
    let surplus: boolean | undefined;
    sink.onEnd = () => {
        surplus = parser.surplus;
    };
    parser.expect("GET", false);
    const two = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";
    expect(() => parser.feed(Buffer.from(two + two))).toThrow("nobody asked for");
    expect(surplus).toBe(true);
});
