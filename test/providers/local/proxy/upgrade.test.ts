import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { type Backend, backend, endpoint, eventually, type Front, front, raw, source } from "./support.js";

const UPGRADE =
    "GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

interface EchoServer extends Backend {
    readonly sockets: Socket[];
}

/** A WebSocket server as far as the handshake goes; then it says back what it hears. */
async function echo(greeting = ""): Promise<EchoServer> {
    const one = await backend("plain");
    const sockets: Socket[] = [];
    one.server.on("upgrade", (request, socket, first) => {
        one.requests.push(request);
        sockets.push(socket as Socket);
        socket.on("error", () => undefined);
        const accept = createHash("sha1").update(
            `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`,
        );
        socket.write(
            `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept.digest("base64")}\r\n\r\n${greeting}`,
        );
        if (first.length > 0) socket.write(first);
        socket.pipe(socket);
    });
    return { ...one, sockets };
}

const inFlight = ({ proxy }: Front) => proxy.stats().sources["home/shop"]?.endpoints.a?.inFlight;

test("A WebSocket is a tunnel in both directions, counted as long as it is open", async () => {
    const here = await front();
    const one = await echo("hello");
    await here.proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(here.port);
    client.socket.write(`${UPGRADE}early`);
    await client.until(
        /^HTTP\/1.1 101 Switching Protocols\r\n[\s\S]*Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n\r\nhelloearly$/,
    );
    expect(client.text().match(/\r\nUpgrade: websocket\r\n/g)).toHaveLength(1);
    expect(one.requests[0]?.headers).toMatchObject({
        connection: "Upgrade",
        upgrade: "websocket",
        "x-forwarded-for": "127.0.0.1",
    });
    expect(inFlight(here)).toBe(1);
    const large = "x".repeat(3_000_000);
    client.socket.write(`${large}end`);
    await eventually(() => client.text().length >= large.length && client.text().endsWith("end"));
    client.socket.end();
    await client.closed;
    await eventually(() => inFlight(here) === 0);
    await eventually(() => here.proxy.stats().listeners["balancer/front"]?.inFlight === 0);
});

test("What the app says last arrives before the end", async () => {
    const here = await front();
    const one = await echo();
    await here.proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(here.port);
    client.socket.write(UPGRADE);
    await client.until(/\r\n\r\n$/);
    const last = "y".repeat(2_000_000);
    client.socket.pause();
    one.sockets[0]?.end(`${last}bye`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    client.socket.resume();
    await client.closed;
    expect(client.text().endsWith("bye")).toBe(true);
    expect(client.text().length).toBeGreaterThan(last.length);
    await eventually(() => inFlight(here) === 0);
});

test("A client that goes away ends the app's side, and the other way round", async () => {
    const here = await front();
    const one = await echo();
    await here.proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const [first, second] = [await raw(here.port), await raw(here.port)];
    for (const client of [first, second]) {
        client.socket.write(UPGRADE);
        await client.until(/\r\n\r\n$/);
    }
    first.socket.resetAndDestroy();
    await eventually(() => one.sockets[0]?.destroyed);
    one.sockets[1]?.resetAndDestroy();
    await second.closed;
    await eventually(() => inFlight(here) === 0);
});

test("An app that does not want to is heard, and an app that is not there is a 503", async () => {
    const here = await front();
    const one = await backend("plain");
    await here.proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(here.port);
    client.socket.write(UPGRADE);
    await client.closed;
    // Node's servers treat an upgrade that nobody listens for as a request.
    expect(client.text()).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*Connection: close\r\n[\s\S]*plain/);
    await here.proxy.putSource(source("shop", []));
    const second = await raw(here.port);
    second.socket.write(UPGRADE);
    await second.closed;
    expect(second.text()).toMatch(/^HTTP\/1.1 503 [\s\S]*Retry-After: 1\r\n/);
    await eventually(() => here.proxy.stats().listeners["balancer/front"]?.inFlight === 0);
    expect(here.proxy.stats().listeners["balancer/front"]).toMatchObject({ requests: 2, errors5xx: 1 });
});

test("An offer of HTTP/2 is a request like any other", async () => {
    const here = await front();
    const one = await echo();
    await here.proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(here.port);
    client.socket.write(
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n",
    );
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*plain/);
    expect(one.requests[0]?.headers).not.toHaveProperty("upgrade");
    expect(one.requests[0]?.headers).not.toHaveProperty("http2-settings");
});

test("A tunnel in which nothing moves is closed after the idle timeout, one in which it does is not", async () => {
    const here = await front({ idleTimeoutSeconds: 1 });
    const one = await echo();
    await here.proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(here.port);
    client.socket.write(UPGRADE);
    await client.until(/\r\n\r\n$/);
    const started = Date.now();
    for (let round = 0; round < 5; round++) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        client.socket.write(`${round}`);
        await client.until(new RegExp(`${round}$`));
    }
    await client.closed;
    expect(Date.now() - started).toBeGreaterThan(2000);
    await eventually(() => inFlight(here) === 0);
});

test("Tunnels of a listener that goes are closed at the end of its grace period", async () => {
    const here = await front({}, { limits: { graceMilliseconds: 200 } });
    const one = await echo();
    await here.proxy.putSource(source("shop", [endpoint("a", one.port)]));
    const client = await raw(here.port);
    client.socket.write(UPGRADE);
    await client.until(/\r\n\r\n$/);
    await here.proxy.deleteListener("balancer/front");
    client.socket.write("still here");
    await client.until(/still here$/);
    await client.closed;
});
