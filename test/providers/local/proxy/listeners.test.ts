import { execFileSync } from "node:child_process";
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import * as path from "node:path";
import { Duplex } from "node:stream";
import * as tls from "node:tls";
import { expect, test } from "vitest";
import { selfSignedCertificate } from "#dist/providers/local/proxy/certificate.js";
import {
    type Answer,
    afterTest,
    ask,
    backend,
    endpoint,
    eventually,
    freePort,
    front,
    listenerConfig,
    raw,
    source,
    temporaryFolder,
} from "./support.js";

function askSecurely(port: number, ca: string, options: https.RequestOptions = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
        const all = { host: "127.0.0.1", port, ca, agent: false, servername: "shop.localhost", ...options };
        const request = https.request(all, (response) => {
            let body = "";
            response.on("data", (chunk) => {
                body += chunk;
            });
            response.on("end", () =>
                resolve({
                    status: response.statusCode ?? 0,
                    headers: response.headers,
                    rawHeaders: [],
                    trailers: {},
                    body,
                }),
            );
        });
        request.on("error", reject).end();
    });
}

async function certificate() {
    const files = await selfSignedCertificate("shop.localhost", temporaryFolder());
    return { files, ca: execFileSync("cat", [files.certFile], { encoding: "utf8" }) };
}

test("TLS ends here; the app is told, and plain requests are sent there", async () => {
    const { files, ca } = await certificate();
    const securePort = await freePort();
    const { proxy, port } = await front({ tls: { port: securePort, ...files, redirect: true } });
    const one = await backend("one");
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const answer = await askSecurely(securePort, ca, { path: "/x", headers: { Host: `shop.localhost:${securePort}` } });
    expect(answer).toMatchObject({ status: 200, body: "one" });
    expect(one.requests[0]?.headers).toMatchObject({
        "x-forwarded-proto": "https",
        "x-forwarded-port": String(securePort),
    });
    const plain = await ask(port, "/path?a=b", {
        method: "POST",
        body: "x",
        headers: { Host: `shop.localhost:${port}` },
    });
    expect(plain).toMatchObject({
        status: 308,
        headers: { location: `https://shop.localhost:${securePort}/path?a=b` },
    });
    expect(one.requests).toHaveLength(1);
});

test("TLS below 1.2 is refused, and noise on the port does no harm", async () => {
    const { files, ca } = await certificate();
    const securePort = await freePort();
    const { proxy } = await front({ tls: { port: securePort, ...files, redirect: false } });
    const one = await backend("one");
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const old = tls.connect({
        port: securePort,
        host: "127.0.0.1",
        ca,
        maxVersion: "TLSv1.1",
        minVersion: "TLSv1",
        servername: "shop.localhost",
    });
    await expect(new Promise((_, reject) => old.on("error", reject))).rejects.toThrow();
    const noise = await raw(securePort);
    noise.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await noise.closed;
    expect((await askSecurely(securePort, ca)).status).toBe(200);
});

test("Another certificate is used without a new port", async () => {
    const [first, second] = [await certificate(), await certificate()];
    const securePort = await freePort();
    const { proxy, listener } = await front({ tls: { port: securePort, ...first.files, redirect: false } });
    await expect(askSecurely(securePort, second.ca)).rejects.toThrow();
    await proxy.putListener({ ...listener, tls: { port: securePort, ...second.files, redirect: false } });
    expect((await askSecurely(securePort, second.ca)).status).toBe(404);
    await expect(askSecurely(securePort, first.ca)).rejects.toThrow();
});

test("Addresses outside of allowedCidrs get 403", async () => {
    const { proxy, port, listener } = await front({ allowedCidrs: ["10.0.0.0/8"] });
    const one = await backend("one");
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    afterTest(() => agent.destroy());
    expect(await ask(port, "/", { agent })).toMatchObject({
        status: 403,
        body: "127.0.0.1 may not use this load balancer.\n",
    });
    // Open connections, too.
    await proxy.putListener({ ...listener, allowedCidrs: ["10.0.0.0/8", "127.0.0.0/24"] });
    expect((await ask(port, "/", { agent })).status).toBe(200);
    await proxy.putListener({ ...listener, allowedCidrs: ["::1"] });
    expect((await ask(port, "/", { agent })).status).toBe(403);
    expect(one.requests).toHaveLength(1);
});

function version2(address: string, port: number): Buffer {
    const payload = Buffer.from([...address.split(".").map(Number), 127, 0, 0, 1, port >> 8, port & 255, 0x1f, 0x90]);
    return Buffer.concat([Buffer.from("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", "latin1"), payload]);
}

test.each([
    ["version 1", Buffer.from("PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n"), "203.0.113.9"],
    ["version 2", version2("203.0.113.10", 4711), "203.0.113.10"],
    ["version 1 without an address", Buffer.from("PROXY UNKNOWN\r\n"), "127.0.0.1"],
])("The PROXY protocol tells where a connection came from (%s), in one piece or in many", async (_version, header, address) => {
    const { proxy, port } = await front({ proxyProtocol: true });
    const one = await backend("one");
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const request = Buffer.concat([
        header,
        Buffer.from("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n"),
    ]);
    const whole = await raw(port);
    whole.socket.write(request);
    await whole.until(/one$/);
    whole.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await whole.until(/one[\s\S]*one$/);
    const pieces = await raw(port);
    for (const byte of request) {
        pieces.socket.write(Buffer.from([byte]));
        await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await pieces.until(/one$/);
    expect(one.requests.map(({ headers }) => headers["x-forwarded-for"])).toEqual([address, address, address]);
});

test("Without the PROXY protocol, or only half of it, there is no connection", async () => {
    const { proxy, port } = await front({ proxyProtocol: true }, { limits: { headersMilliseconds: 300 } });
    const one = await backend("one");
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const [plain, half] = [await raw(port), await raw(port)];
    plain.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    half.socket.write("PROXY TCP4 ");
    await Promise.all([plain.closed, half.closed]);
    expect([plain.text(), half.text()]).toEqual(["", ""]);
    expect(one.requests).toHaveLength(0);
});

test("The PROXY protocol before TLS", async () => {
    const { files, ca } = await certificate();
    const securePort = await freePort();
    const { proxy } = await front({
        proxyProtocol: true,
        allowedCidrs: ["203.0.113.0/24"],
        tls: { port: securePort, ...files, redirect: false },
    });
    const one = await backend("one");
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const answers = [];
    for (const address of ["203.0.113.9", "198.51.100.1"]) {
        const plain = net.connect(securePort, "127.0.0.1");
        afterTest(() => plain.destroy());
        plain.write(`PROXY TCP4 ${address} 192.0.2.1 4711 443\r\n`);
        const socket = tls.connect({ socket: plain, ca, servername: "shop.localhost" });
        socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        answers.push(
            await new Promise<string>((resolve, reject) => {
                socket.once("data", (chunk) => resolve(chunk.toString().slice(0, 12)));
                socket.once("error", reject);
            }),
        );
    }
    expect(answers).toEqual(["HTTP/1.1 200", "HTTP/1.1 403"]);
    expect(one.requests[0]?.headers).toMatchObject({ "x-forwarded-for": "203.0.113.9", "x-forwarded-port": "443" });
    // Both in one piece.
    const together = net.connect(securePort, "127.0.0.1");
    afterTest(() => together.destroy());
    const stream = through(together, "PROXY TCP4 203.0.113.9 192.0.2.1 1 443\r\n");
    const client = tls.connect({ socket: stream, ca, servername: "shop.localhost" });
    client.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await eventually(() => one.requests.length === 2);
});

/** A stream that puts a text in front of the first thing it writes. */
function through(socket: net.Socket, text: string): Duplex {
    let start = Buffer.from(text);
    const stream = new Duplex({
        read: () => undefined,
        write: (chunk: Buffer, _encoding, done) => {
            socket.write(Buffer.concat([start, chunk]), done);
            start = Buffer.alloc(0);
        },
    });
    socket.on("data", (chunk) => stream.push(chunk));
    return stream;
}

test("A port that somebody else has is refused, saying who, and changes nothing", async () => {
    const { proxy, port, listener } = await front();
    const other = await backend("other");
    const taken = proxy.putListener({ ...listener, port: other.port });
    await expect(taken).rejects.toMatchObject({
        status: 409,
        message: expect.stringMatching(
            new RegExp(
                `^Listener "balancer/front" cannot have port ${other.port} of 127.0.0.1: it is in use by process ${process.pid} \\(.+\\)\\. Stop that`,
            ),
        ),
    });
    const { files } = await certificate();
    const free = await freePort();
    const half = proxy.putListener({ ...listener, port: free, tls: { port: other.port, ...files, redirect: true } });
    await expect(half).rejects.toMatchObject({ status: 409 });
    expect((await ask(port)).status).toBe(404);
    await expect(ask(free)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("A certificate that cannot be used is refused, and changes nothing", async () => {
    const { proxy, port, listener } = await front();
    const missing = {
        port: await freePort(),
        certFile: path.join(temporaryFolder(), "none"),
        keyFile: "/none",
        redirect: false,
    };
    await expect(proxy.putListener({ ...listener, tls: missing })).rejects.toMatchObject({
        status: 400,
        message: expect.stringMatching(/certificate cannot be read: ENOENT/),
    });
    expect((await ask(port)).status).toBe(404);
});

test("Another port, algorithm and so on are taken over without dropping a request", async () => {
    const { proxy, port, listener } = await front();
    const pending: http.ServerResponse[] = [];
    const one = await backend("one", (_request, response) => void pending.push(response));
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const agent = new http.Agent({ keepAlive: true });
    afterTest(() => agent.destroy());
    const before = ask(port, "/", { agent });
    await eventually(() => pending.length === 1);
    const next = await freePort();
    await proxy.putListener({ ...listener, port: next, algorithm: "leastConnections", idleTimeoutSeconds: 5 });
    const after = ask(next, "/", { agent });
    await eventually(() => pending.length === 2);
    for (const response of pending) response.end("done");
    expect(await before).toMatchObject({ status: 200, body: "done", headers: { connection: "close" } });
    expect(await after).toMatchObject({
        status: 200,
        body: "done",
        headers: { connection: "keep-alive", "keep-alive": "timeout=5" },
    });
    await expect(ask(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(Object.keys(proxy.stats().listeners)).toEqual(["balancer/front"]);
});

test("A listener that is deleted stops accepting; what is under way ends, with Connection: close", async () => {
    const { proxy, port } = await front();
    const pending: http.ServerResponse[] = [];
    const one = await backend("one", (_request, response) => void pending.push(response));
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const idle = await raw(port);
    idle.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await eventually(() => pending.length === 1);
    pending[0]?.end("first");
    await idle.until(/first/);
    const busy = ask(port);
    await eventually(() => pending.length === 2);
    await proxy.deleteListener("balancer/front");
    await expect(ask(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await idle.closed;
    pending[1]?.end("second");
    expect(await busy).toMatchObject({ body: "second", headers: { connection: "close" } });
    await proxy.putListener(listenerConfig(port, { id: "balancer/other" }));
});
