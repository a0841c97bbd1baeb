import { createHash, randomBytes } from "node:crypto";
import * as http from "node:http";
import { Socket } from "node:net";
import { expect, test, vi } from "vitest";
import { above } from "#dist/providers/local/proxy/histogram.js";
import { afterTest, ask, backend, endpoint, eventually, front, raw, rawBackend, route, source } from "./support.js";

test("A request and its answer pass with their bodies, and the headers that say where it came from", async () => {
    const { proxy, port } = await front();
    const one = await backend("one", (request, response) => {
        response.writeHead(201, "Made It", [
            "X-Answer",
            "a",
            "Set-Cookie",
            "a=1",
            "Set-Cookie",
            "b=2",
            "Connection",
            "keep-alive",
        ]);
        request.pipe(response);
    });
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const headers = { "Content-Type": "text/x", "X-Forwarded-For": "6.6.6.6", Host: "shop.example.com" };
    const answer = await ask(port, "/path?query=1", { method: "POST", body: "the body", headers });
    expect(answer).toMatchObject({
        status: 201,
        body: "the body",
        headers: { "x-answer": "a", "set-cookie": ["a=1", "b=2"] },
    });
    const [got] = one.requests;
    expect(got).toMatchObject({ method: "POST", url: "/path?query=1" });
    expect(got?.headers).toMatchObject({
        host: "shop.example.com",
        "content-type": "text/x",
        "content-length": "8",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "http",
        "x-forwarded-host": "shop.example.com",
        "x-forwarded-port": String(port),
        forwarded: 'for=127.0.0.1;host="shop.example.com";proto=http',
    });
    expect(got?.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
});

test.each([
    "length",
    "chunked",
])("64 MiB go up and down unchanged (%s), through a process that holds little of them", async (framing) => {
    const { proxy, port } = await front();
    const one = await backend("one", (request, response) => {
        const length = request.headers["content-length"];
        if (length !== undefined) response.setHeader("Content-Length", length);
        request.pipe(response);
    });
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const piece = randomBytes(1024 * 1024);
    const [sent, received] = [createHash("sha256"), createHash("sha256")];
    const headers = framing === "length" ? { "Content-Length": 64 * piece.length } : {};
    await new Promise<void>((resolve, reject) => {
        const request = http.request({ port, host: "127.0.0.1", method: "PUT", agent: false, headers }, (response) => {
            response.on("data", (chunk) => received.update(chunk));
            response.on("end", resolve);
            response.on("error", reject);
        });
        request.on("error", reject);
        let pieces = 0;
        const more = () => {
            while (pieces < 64) {
                pieces++;
                sent.update(piece);
                if (!request.write(piece)) {
                    request.once("drain", more);
                    return;
                }
            }
            request.end();
        };
        more();
    });
    expect(received.digest("hex")).toBe(sent.digest("hex"));
});

test("A client that does not read holds the app back, not the proxy's memory", async () => {
    const { proxy, port } = await front();
    let written = 0;
    const one = await backend("one", (_request, response) => {
        const piece = Buffer.alloc(256 * 1024);
        const more = () => {
            while (written < 400) {
                written++;
                if (!response.write(piece)) {
                    response.once("drain", more);
                    return;
                }
            }
            response.end();
        };
        more();
    });
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(port);
    client.socket.pause();
    client.socket.write("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    let before = -1;
    // It has come to rest when nothing was written for a while.
    await eventually(async () => {
        const isResting = written > 0 && written === before;
        before = written;
        await new Promise((resolve) => setTimeout(resolve, 200));
        return isResting;
    });
    expect(written).toBeLessThan(200);
    client.socket.resume();
    await client.closed;
    expect(written).toBe(400);
    expect(client.text().length).toBeGreaterThan(400 * 256 * 1024);
});

test("An app that does not read holds the client back", async () => {
    const { proxy, port } = await front();
    let app: http.IncomingMessage | undefined;
    const one = await backend("one", (request, response) => {
        app = request;
        request.on("end", () => response.end("done"));
    });
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const total = 100 * 1024 * 1024;
    const client = await raw(port);
    client.socket.write(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${total}\r\nConnection: close\r\n\r\n`);
    let sent = 0;
    const piece = Buffer.alloc(256 * 1024);
    const more = () => {
        while (sent < total) {
            sent += piece.length;
            if (!client.socket.write(piece)) {
                client.socket.once("drain", more);
                return;
            }
        }
    };
    more();
    let before = -1;
    await eventually(async () => {
        const isResting = app !== undefined && sent === before;
        before = sent;
        await new Promise((resolve) => setTimeout(resolve, 200));
        return isResting;
    });
    expect(sent).toBeLessThan(total / 2);
    app?.resume();
    await client.until(/\r\n\r\ndone$/);
    expect(sent).toBe(total);
});

test("The beginning of an answer is passed on before its end is known", async () => {
    const { proxy, port } = await front();
    let app: http.ServerResponse | undefined;
    const one = await backend("one", (_request, response) => {
        app = response;
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.flushHeaders();
    });
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(port);
    client.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await client.until(/text\/event-stream[\s\S]*\r\n\r\n$/);
    app?.write("data: 1\n\n");
    await client.until(/data: 1\n\n\r\n$/);
    app?.end("data: 2\n\n");
    await client.until(/data: 2\n\n\r\n0\r\n\r\n$/);
});

test("HEAD, 204 and 304 have no body, and the connections stay in step", async () => {
    const { proxy, port } = await front();
    const sockets = new Set<Socket>();
    const one = await backend("one", (request, response) => {
        sockets.add(request.socket);
        const status = Number(request.url?.slice(1));
        response
            .writeHead(status, status === 200 ? { "Content-Length": 5 } : {})
            .end(status === 200 ? "hello" : undefined);
    });
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    afterTest(() => agent.destroy());
    for (const [method, path, body] of [
        ["HEAD", "/200", ""],
        ["GET", "/204", ""],
        ["GET", "/304", ""],
        ["GET", "/200", "hello"],
    ]) {
        const answer = await ask(port, path, { method: method as string, agent });
        expect(answer).toMatchObject({ status: Number(path?.slice(1)), body });
        if (path === "/200") expect(answer.headers["content-length"]).toBe("5");
    }
    expect(sockets.size).toBe(1);
});

test("Trailers and interim answers pass both ways", async () => {
    const { proxy, port } = await front();
    const one = await backend("one", (request, response) => {
        response.writeEarlyHints({ link: "</a.css>; rel=preload" });
        request.resume();
        request.on("end", () => {
            response.writeHead(200, { Trailer: "X-Sum" });
            response.write("body");
            response.addTrailers({ "X-Sum": `got ${request.trailers["x-up"]}` });
            response.end();
        });
    });
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(port);
    client.socket.write(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-Up\r\n\r\n4\r\nbody\r\n0\r\nX-Up: up\r\n\r\n",
    );
    await client.until(/^HTTP\/1.1 103 Early Hints\r\nLink: <\/a.css>; rel=preload\r\n/i);
    await client.until(/\r\nTrailer: X-Sum\r\n[\s\S]*4\r\nbody\r\n0\r\nX-Sum: got up\r\n\r\n$/);
});

test("A client that waits for 100 Continue is told to go on once somebody takes its body", async () => {
    const { proxy, port } = await front();
    const one = await backend("one", (request, response) => void request.pipe(response));
    const client = await raw(port);
    const head = "POST /up HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
    client.socket.write(head);
    await client.until(/^HTTP\/1.1 404 Not Found\r\n[\s\S]*No app serves "\/up" here\.\n$/);
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const second = await raw(port);
    second.socket.write(head);
    await second.until(/^HTTP\/1.1 100 Continue\r\n\r\n$/);
    second.socket.write("body");
    await second.until(/200 OK\r\n[\s\S]*body/);
    expect(one.requests[0]?.headers.expect).toBeUndefined();
});

test("Requests that come before the answer to the one before are answered in order", async () => {
    const { proxy, port } = await front();
    const one = await backend("one", (request, response) => {
        setTimeout(() => response.end(`<${request.url}>`), request.url === "/1" ? 100 : 0);
    });
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(port);
    client.socket.write(["/1", "/2", "/3"].map((path) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`).join(""));
    await client.until(/<\/1>[\s\S]*<\/2>[\s\S]*<\/3>/);
});

test("HTTP/1.0 clients and apps that end their answers by closing are understood", async () => {
    const { proxy, port } = await front();
    const app = await rawBackend((socket) => {
        socket.once("data", () => socket.end("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end"));
    });
    await proxy.putSource(source("shop", [endpoint("a", app)]));
    expect(await ask(port)).toMatchObject({ status: 200, body: "until the end" });
    const client = await raw(port);
    client.socket.write("GET / HTTP/1.0\r\nHost: h\r\n\r\n");
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\r\n\r\nuntil the end$/);
});

test("A client that goes away ends its request at the app", async () => {
    const { proxy, port } = await front();
    let aborted = 0;
    const one = await backend("one", (_request, response) => {
        response.on("close", () => aborted++);
        response.write("begun");
    });
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(port);
    client.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await client.until(/begun/);
    client.socket.destroy();
    await eventually(() => aborted === 1);
    await eventually(() => proxy.stats().sources["home/shop"]?.endpoints.a?.inFlight === 0);
    await eventually(() => proxy.stats().listeners["balancer/front"]?.inFlight === 0);
});

test("An app that goes away within its answer ends the client's, too", async () => {
    const { proxy, port } = await front();
    const one = await backend("one", (_request, response) => {
        response.writeHead(200, { "Content-Length": 100 });
        response.write("only this", () => response.destroy());
    });
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    await expect(ask(port)).rejects.toThrow(/aborted|ECONNRESET|hang up/);
    expect(proxy.stats().sources["home/shop"]?.byRelease["1"]).toMatchObject({ requests: 1, errors5xx: 1 });
});

test("An answer before the request's end is passed on, and the connection to the app given up", async () => {
    const { proxy, port } = await front();
    const one = await backend("one", (_request, response) => response.writeHead(413).end("too much"));
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(port);
    client.socket.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345");
    await client.until(/413 Payload Too Large[\s\S]*too much/);
    client.socket.write("67890GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await client.until(/too much[\s\S]*413 Payload Too Large[\s\S]*too much/);
    await eventually(() => proxy.stats().sources["home/shop"]?.endpoints.a?.inFlight === 0);
});

test("An answer that is not HTTP is a 502 that says so, and does no harm", async () => {
    const { proxy, port } = await front();
    const app = await rawBackend((socket) => socket.once("data", () => socket.write("SSH-2.0-OpenSSH\r\n\r\n")));
    const bad = await rawBackend((socket) =>
        socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nA: a\0b\r\nContent-Length: 2\r\n\r\nhi")),
    );
    await proxy.putSource(source("shop", [endpoint("a", app)]));
    await proxy.putSource(source("bad", [endpoint("b", bad)], { routes: [route("/bad")] }));
    const answer = await ask(port, "/", { method: "POST" });
    expect(answer).toMatchObject({
        status: 502,
        body: 'The app failed to answer: its first line is "SSH-2.0-OpenSSH".\n',
    });
    expect(await ask(port, "/bad")).toMatchObject({ status: 502 });
    await eventually(() => proxy.stats().listeners["balancer/front"]?.inFlight === 0);
});

test.each([
    [
        "both framings",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ],
    ["two lengths", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody", 400],
    ["a coding that hides chunked", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501],
    [
        "a coding we cannot speak",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        501,
    ],
    ["a folded header", "GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\n b: 2\r\n\r\n", 400],
    ["a space before the colon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400],
    ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400],
    ["a bare line feed in a header", "GET / HTTP/1.1\r\nHost: h\r\nA: 1\nB: 2\r\n\r\n", 400],
    ["headers without end", `GET / HTTP/1.1\r\nHost: h\r\nA: ${"x".repeat(40_000)}\r\n\r\n`, 431],
    ["a tunnel to elsewhere", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n", 405],
    [
        "an upgrade with a body",
        "POST / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: x\r\nContent-Length: 3\r\n\r\nabc",
        400,
    ],
])("%s never reaches the app", async (_what, text, status) => {
    const { proxy, port } = await front();
    const one = await backend("one");
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(port);
    client.socket.write(text);
    await client.until(new RegExp(`^HTTP/1.1 ${status} `));
    expect(one.requests).toHaveLength(0);
});

test("Headers that come a byte at a time are given up", async () => {
    const { proxy, port } = await front({}, { limits: { headersMilliseconds: 300 } });
    const one = await backend("one");
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(port);
    client.socket.write("GET / HTTP/1.1\r\nHost: h\r\n");
    const slow = setInterval(() => client.socket.write("a"), 50);
    afterTest(() => clearInterval(slow));
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1.1 408 /);
    expect(one.requests).toHaveLength(0);
});

test("An app that is silent for the idle timeout is a 504; a client that is, a 408", async () => {
    const { proxy, port } = await front({ idleTimeoutSeconds: 1 });
    const one = await backend("one", () => undefined);
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const slow = await raw(port);
    slow.socket.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12");
    const [answer] = await Promise.all([ask(port), slow.until(/^HTTP\/1.1 408 [\s\S]*did not arrive in time/)]);
    expect(answer).toMatchObject({ status: 504, body: "The app did not answer in time.\n" });
    await eventually(() => proxy.stats().sources["home/shop"]?.endpoints.a?.inFlight === 0);
});

test("An idle connection of a client is closed after the idle timeout", async () => {
    const { proxy, port } = await front({ idleTimeoutSeconds: 1 });
    const one = await backend("one");
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(port);
    client.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await client.until(/Keep-Alive: timeout=1\r\n[\s\S]*one$/);
    await client.closed;
});

test("The counts are right, in all and for each release", async () => {
    const { proxy, port } = await front();
    const one = await backend("one", (request, response) =>
        response.writeHead(request.url === "/bad" ? 500 : 200).end(),
    );
    await proxy.putSource(source("shop", [endpoint("a", one.port, { release: "7" })]));
    for (const path of ["/", "/", "/bad", "/"]) await ask(port, path);
    await eventually(() => proxy.stats().listeners["balancer/front"]?.inFlight === 0);
    const stats = proxy.stats();
    expect(stats.listeners["balancer/front"]).toEqual({ port, requests: 4, errors5xx: 1, inFlight: 0 });
    expect(stats.sources["home/shop"]).toMatchObject({
        requests: 4,
        unavailable: 0,
        byRelease: { "7": { requests: 4, errors5xx: 1 } },
        endpoints: { a: { inFlight: 0, requests: 4, ejected: false } },
    });
    const { latency } = stats.sources["home/shop"]?.byRelease["7"] ?? {};
    expect(latency?.p99Milliseconds).toBeGreaterThan(0);
    expect(latency?.counts.reduce((sum, count) => sum + count, 0)).toBe(4);
});

test("A request and its answer are one write each: what is written in two wakes its reader twice", async () => {
    const { proxy, port } = await front();
    const pieces: string[] = [];
    const app = await rawBackend((socket) =>
        socket.on("data", (chunk) => {
            pieces.push(chunk.toString());
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        }),
    );
    await proxy.putSource(source("shop", [endpoint("a", app)]));
    const client = await raw(port);
    const several = vi.spyOn(Socket.prototype, "_writev");
    const one = vi.spyOn(Socket.prototype, "_write");
    afterTest(() => {
        several.mockRestore();
        one.mockRestore();
    });
    for (const count of [1, 2]) {
        one.mockClear();
        client.socket.write("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
        await client.until(new RegExp(`(?:hello[^]*){${count}}`));
        expect(pieces).toHaveLength(count);
        // The client's request, the proxy's to the app, the app's answer, the proxy's to the client.
        expect(one.mock.calls.map(([chunk]) => String(chunk).slice(0, 4))).toEqual(["GET ", "GET ", "HTTP", "HTTP"]);
    }
    expect(several).not.toHaveBeenCalled();
});

test("Answers that come at once, in any pieces, do not get into each other's memory", async () => {
    const { proxy, port } = await front();
    const apps = await Promise.all(
        [..."abcdefgh"].map((name) =>
            rawBackend((socket) =>
                socket.on("data", async () => {
                    const body = name.repeat(100_000);
                    const text = `HTTP/1.1 200 OK\r\nX-Name: ${name}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
                    for (const size of [20, 30, 50_000, text.length]) {
                        const at = socket.bytesWritten % text.length;
                        socket.write(text.slice(at, at + Math.min(size, text.length - at)));
                        await new Promise(setImmediate);
                    }
                }),
            ),
        ),
    );
    await proxy.putSource(
        source(
            "shop",
            apps.map((app, number) => endpoint(`e${number}`, app)),
        ),
    );
    const answers = await Promise.all(Array.from({ length: 80 }, () => ask(port)));
    for (const { headers, body } of answers) {
        expect(body.length).toBe(100_000);
        expect(new Set(body)).toEqual(new Set([headers["x-name"]]));
    }
});

test("Requests without an answer are counted by how long they have waited, also when their clients have gone", async () => {
    const { proxy, port } = await front();
    const app = await backend("app", (request, response) => {
        if (request.url === "/answers") response.end("hello");
        if (request.url === "/begins") response.write("hel");
    });
    await proxy.putSource(source("shop", [endpoint("a", app.port, { release: "7" })]));
    const unanswered = () => {
        const { waiting = [], abandoned = [] } = proxy.stats().sources["home/shop"]?.byRelease["7"]?.unanswered ?? {};
        return [waiting, abandoned];
    };
    const total = () => unanswered().map((counts) => counts.reduce((all, one) => all + one, 0));
    const long = () => unanswered().map((counts) => above(counts, 20));
    await ask(port, "/answers");
    expect(total()).toEqual([0, 0]);
    const hanging = [await raw(port), await raw(port)];
    for (const client of hanging) client.socket.write("GET /hangs HTTP/1.1\r\nHost: shop\r\n\r\n");
    await eventually(() => long()[0] === 2);
    expect(total()).toEqual([2, 0]);
    hanging[0]?.socket.destroy();
    await eventually(() => long()[1] === 1);
    expect(total()).toEqual([1, 1]);
    // Who goes while the answer comes has had one.
    const begun = await raw(port);
    begun.socket.write("GET /begins HTTP/1.1\r\nHost: shop\r\n\r\n");
    await begun.until(/hel/);
    begun.socket.destroy();
    await eventually(() => proxy.stats().listeners["balancer/front"]?.inFlight === 1);
    expect(total()).toEqual([1, 1]);
    expect(proxy.stats().sources["home/shop"]?.byRelease["7"]).toMatchObject({ requests: 4, errors5xx: 0 });
});
