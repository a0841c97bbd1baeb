import fc from "fast-check";
import { expect, test } from "vitest";
import { plainAddress, readRequest, readTarget } from "#dist/providers/local/proxy/headers.js";

const peer = { address: "203.0.113.7", secure: false, port: 8080 };
const edge = { peer, trusted: false, authority: undefined, upgrade: false };

function lines(head: string): string[] {
    expect(head.endsWith("\r\n\r\n")).toBe(true);
    return head.slice(0, -4).split("\r\n");
}

test("On the edge, what a client says of where it comes from is replaced", () => {
    const { head } = readRequest(
        [
            "Host",
            "shop.example.com",
            "X-Forwarded-For",
            "1.1.1.1",
            "X-Forwarded-Proto",
            "https",
            "x-forwarded-host",
            "evil",
            "Forwarded",
            "for=1.1.1.1",
            "X-Request-Id",
            "abc-1",
            "Accept",
            "*/*",
        ],
        edge,
    );
    expect(lines(head)).toEqual([
        "Host: shop.example.com",
        "Accept: */*",
        "X-Request-Id: abc-1",
        "X-Forwarded-For: 203.0.113.7",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: shop.example.com",
        "X-Forwarded-Port: 8080",
        'Forwarded: for=203.0.113.7;host="shop.example.com";proto=http',
    ]);
});

test("Between apps it is kept, and the app that asks is added", () => {
    const { head } = readRequest(
        [
            "Host",
            "127.0.0.1:9000",
            "X-Forwarded-For",
            "1.1.1.1",
            "X-Forwarded-For",
            "2.2.2.2",
            "X-Forwarded-Proto",
            "https",
            "Forwarded",
            "for=1.1.1.1",
        ],
        { ...edge, trusted: true, peer: { ...peer, address: "127.0.0.1" } },
    );
    expect(lines(head)).toContain("X-Forwarded-For: 1.1.1.1, 2.2.2.2, 127.0.0.1");
    expect(lines(head).filter((line) => /^x-forwarded-proto/i.test(line))).toEqual(["X-Forwarded-Proto: https"]);
    expect(lines(head)).toContain('Forwarded: for=1.1.1.1, for=127.0.0.1;host="127.0.0.1:9000";proto=http');
});

test("IPv6 addresses are quoted in Forwarded", () => {
    const { head } = readRequest(["Host", "h"], { ...edge, peer: { address: "2001:db8::1", secure: true, port: 443 } });
    expect(lines(head)).toContain('Forwarded: for="[2001:db8::1]";host="h";proto=https');
    expect(plainAddress("::ffff:10.0.0.1")).toBe("10.0.0.1");
    expect(plainAddress("2001:db8::1")).toBe("2001:db8::1");
});

test("What belongs to one connection stays there, with all that Connection lists", () => {
    const { head, chunked } = readRequest(
        [
            "Host",
            "h",
            "Connection",
            "close, X-Mine, Content-Length",
            "X-Mine",
            "1",
            "X-Mine-Too",
            "2",
            "Keep-Alive",
            "timeout=5",
            "TE",
            "trailers",
            "Transfer-Encoding",
            "chunked",
            "Upgrade",
            "h2c",
            "Proxy-Connection",
            "x",
            "Proxy",
            "http://evil",
            "Expect",
            "100-continue",
        ],
        edge,
    );
    expect(lines(head).slice(0, 3)).toEqual(["Host: h", "X-Mine-Too: 2", "Transfer-Encoding: chunked"]);
    expect(chunked).toBe(true);
    expect(lines(head).some((line) => /^(connection|keep-alive|te|upgrade|proxy|expect)/i.test(line))).toBe(false);
});

test("A client cannot take the length off its body by listing it", () => {
    const { head } = readRequest(["Host", "h", "Content-Length", "5", "Connection", "content-length, host"], edge);
    expect(lines(head)).toContain("Content-Length: 5");
    expect(lines(head)[0]).toBe("Host: h");
});

test("An upgrade is passed on when it is wanted", () => {
    const { head } = readRequest(["Host", "h", "Connection", "Upgrade", "Upgrade", "websocket"], {
        ...edge,
        upgrade: true,
    });
    expect(lines(head)).toEqual(expect.arrayContaining(["Connection: Upgrade", "Upgrade: websocket"]));
});

test("A request id that is not sane is replaced by one that is", () => {
    for (const id of ["", "a b", "x".repeat(201), 'a"b', "a\u00e4"]) {
        const { requestId, head } = readRequest(["Host", "h", "X-Request-Id", id], edge);
        expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
        expect(lines(head)).toContain(`X-Request-Id: ${requestId}`);
    }
});

test.each([
    [["Host", "a", "Host", "b"], 400],
    [["Host", "a/b"], 400],
    [["Host", "a, b"], 400],
    [["Host", "a", "Transfer-Encoding", "gzip, chunked"], 501],
    [["Host", "a", "Transfer-Encoding", "gzip", "Transfer-Encoding", "chunked"], 501],
])("%j is refused with %i", (raw, status) => {
    expect(readRequest(raw, edge).refused?.status).toBe(status);
});

test("Whatever the headers, each ends up on one line of its own or nowhere", () => {
    const name = fc.constantFrom(
        "Host",
        "X-A",
        "Connection",
        "Cookie",
        "X-Forwarded-For",
        "x-forwarded-proto",
        "Forwarded",
        "Upgrade",
        "TE",
    );
    const value = fc
        .string({ unit: fc.constantFrom("a", ",", " ", ";", '"', ":", "=", "keep-alive", "x-a"), maxLength: 8 })
        .map((text) => text.trim());
    fc.assert(
        fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), fc.boolean(), (pairs, trusted) => {
            const all = lines(readRequest(pairs.flat(), { ...edge, trusted }).head);
            const listed = pairs
                .filter(([key]) => key === "Connection")
                .flatMap(([, text]) => text.split(",").map((token) => token.trim()));
            const kept = (wanted: string) => !listed.includes(wanted.toLowerCase());
            const passed = pairs
                .filter(([key]) => ["X-A", "Cookie"].includes(key) && kept(key))
                .map(([key, text]) => `${key}: ${text}`);
            expect(all.filter((line) => /^(X-A|Cookie): /.test(line))).toEqual(passed);
            expect(all.filter((line) => /^host: /i.test(line))).toHaveLength(1);
            expect(all.filter((line) => /^x-forwarded-proto: /i.test(line))).toHaveLength(1);
            expect(all.every((line) => /^[A-Za-z-]+: /.test(line))).toBe(true);
        }),
    );
});

test.each([
    ["/a?b", { path: "/a?b", authority: undefined }],
    ["//x", { path: "//x", authority: undefined }],
    ["*", { path: "*", authority: undefined }],
    ["http://shop.example.com:81/a?b", { path: "/a?b", authority: "shop.example.com:81" }],
    ["HTTP://h", { path: "/", authority: "h" }],
    ["http://h?x", { path: "/?x", authority: "h" }],
    ["ftp://h/", undefined],
    ["x", undefined],
])("The target %s is read", (url, expected) => {
    expect(readTarget(url)).toEqual(expected);
});
