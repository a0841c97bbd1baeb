import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { UpstreamConnection } from "#dist/providers/local/proxy/upstream.js";
import { ask, backend, endpoint, eventually, front, rawBackend, source } from "./support.js";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";

afterEach(() => void vi.restoreAllMocks());

test("A POST is not given to a connection that the app may close while it is too busy to read", async () => {
    const { proxy, port } = await front();
    let connections = 0;
    const app = await rawBackend((socket) => {
        connections++;
        socket.once("data", () => {
            socket.write(`${OK}Keep-Alive: timeout=4\r\n\r\nok`);
            // What comes again lies there unread, until the app's timer closes the connection and both are gone.
            socket.once("data", () => socket.resetAndDestroy());
        });
    });
    await proxy.putSource(source("shop", [endpoint("a", app)]));
    expect((await ask(port)).status).toBe(200);
    // Within the time that the app has promised: a GET would be sent on it, and once more when that fails.
    await sleep(700);
    expect((await ask(port, "/", { method: "POST", body: "x" })).status).toBe(200);
    expect(connections).toBe(2);
});

test("A POST is given to a connection that was in use a moment ago", async () => {
    const { proxy, port } = await front();
    const one = await backend("one");
    let connections = 0;
    one.server.on("connection", () => connections++);
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    for (let round = 0; round < 20; round++) await ask(port, "/", { method: "POST", body: round % 2 ? "x" : "" });
    // On a machine that stands still for a second between two of them it is another one.
    expect(connections).toBeLessThan(10);
});

test("A POST whose connection closes before anything was sent is sent on another one", async () => {
    const { proxy, port } = await front();
    const connections: Socket[] = [];
    const requests: string[] = [];
    const app = await rawBackend((socket) => {
        connections.push(socket);
        socket.on("data", (data) => {
            requests.push(data.toString("latin1").split(" ", 1)[0] ?? "");
            socket.write(`${OK}\r\nok`);
        });
    });
    await proxy.putSource(source("shop", [endpoint("a", app)]));
    expect((await ask(port)).status).toBe(200);
    // Small requests are written at the end of a turn of the event loop: the app closes just before.
    const begin = UpstreamConnection.prototype.begin;
    const spy = vi.spyOn(UpstreamConnection.prototype, "begin").mockImplementation(function (
        this: UpstreamConnection,
        handler,
    ) {
        begin.call(this, handler);
        if (spy.mock.calls.length === 1) connections[0]?.destroy();
    });
    expect((await ask(port, "/", { method: "POST" })).status).toBe(200);
    expect([connections.length, requests]).toEqual([2, ["GET", "POST"]]);
    expect(proxy.stats().sources["home/shop"]?.byRelease["1"]).toMatchObject({ requests: 2, errors5xx: 0 });
});

test("An app that closes each connection before anything was sent is a 502, not asked for ever", async () => {
    const { proxy, port } = await front();
    const sockets: Socket[] = [];
    const app = await rawBackend((socket) => void sockets.push(socket));
    await proxy.putSource(source("shop", [endpoint("a", app)]));
    const begin = UpstreamConnection.prototype.begin;
    const spy = vi.spyOn(UpstreamConnection.prototype, "begin").mockImplementation(function (
        this: UpstreamConnection,
        handler,
    ) {
        begin.call(this, handler);
        this.socket.once("connect", () => this.socket.destroy());
    });
    expect((await ask(port, "/", { method: "POST" })).status).toBe(502);
    expect(spy).toHaveBeenCalledTimes(1);
    await eventually(() => proxy.stats().sources["home/shop"]?.endpoints.a?.inFlight === 0);
});
