import * as http from "node:http";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import {
    afterTest,
    ask,
    backend,
    endpoint,
    eventually,
    freePort,
    front,
    raw,
    rawBackend,
    route,
    source,
} from "./support.js";

test("An endpoint that cannot be connected to is left out at once and taken back when it is ready", async () => {
    const { proxy, port } = await front();
    const good = await backend("good");
    const dead = await freePort();
    await proxy.putSource(source("shop", [endpoint("dead", dead), endpoint("good", good.port)]));
    const ejected = () => proxy.stats().sources["home/shop"]?.endpoints.dead?.ejected;
    for (const method of ["POST", "GET", "PATCH", "GET"])
        expect((await ask(port, "/", { method, body: method === "GET" ? "" : "x" })).body).toBe("good");
    expect(ejected()).toBe(true);
    expect(proxy.stats().sources["home/shop"]?.endpoints.dead?.requests).toBe(1);
    let ready = false;
    await backend(
        "back",
        (request, response) => {
            if (request.url === "/readyz") response.writeHead(ready ? 200 : 503).end();
            else response.end("back");
        },
        { port: dead },
    );
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(ejected()).toBe(true);
    ready = true;
    await eventually(() => ejected() === false);
    const answers = [await ask(port), await ask(port)].map(({ body }) => body);
    expect(answers.sort()).toEqual(["back", "good"]);
});

test("Nothing ready is a 503 that says when to come again", async () => {
    const { proxy, port } = await front();
    await proxy.putSource(source("shop", []));
    const none = await ask(port);
    expect(none).toMatchObject({
        status: 503,
        body: "No replica of shop is ready.\n",
        headers: { "retry-after": "1" },
    });
    await proxy.putSource(source("shop", [endpoint("dead", await freePort())]));
    expect(await ask(port)).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    expect(proxy.stats().sources["home/shop"]).toMatchObject({ requests: 2, unavailable: 2 });
});

/** Reads a request and resets the connection. */
async function crashing(): Promise<{ port: number; count: () => number }> {
    let count = 0;
    const port = await rawBackend((socket) => {
        socket.once("data", () => {
            count++;
            socket.resetAndDestroy();
        });
    });
    return { port, count: () => count };
}

test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])("%s is tried once more, on another endpoint", async (method) => {
    const { proxy, port } = await front();
    const [bad, good] = [await crashing(), await backend("good")];
    await proxy.putSource(source("shop", [endpoint("bad", bad.port), endpoint("good", good.port)]));
    const answers = [
        await ask(port, "/", { method }),
        await ask(port, "/", { method }),
        await ask(port, "/", { method }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(bad.count()).toBeGreaterThan(0);
    // It did connect: it stays in service, and the failure is counted as its release's.
    expect(proxy.stats().sources["home/shop"]).toMatchObject({
        requests: 3,
        endpoints: { bad: { ejected: false } },
        byRelease: { "1": { errors5xx: bad.count(), requests: 3 + bad.count() } },
    });
});

test("While a release is tried, what it fails to answer is asked of the one before it, not of its other replicas", async () => {
    const { proxy, port } = await front();
    const [first, second, good] = [await crashing(), await crashing(), await backend("good")];
    const tried = [endpoint("e1", first.port, { release: "2" }), endpoint("e2", second.port, { release: "2" })];
    const before = endpoint("e3", good.port, { state: "standby" });
    await proxy.putSource(source("shop", [...tried, before], { fallback: "1" }));
    for (let request = 1; request <= 4; request++) expect((await ask(port)).body).toBe("good");
    expect([first.count(), second.count(), good.requests.length]).toEqual([2, 2, 4]);
    // A share of the traffic, as of a canary: the one that serves the rest is ready.
    await proxy.putSource(
        source("shop", [...tried, endpoint("e3", good.port)], { fallback: "1", weights: { "1": 0, "2": 100 } }),
    );
    for (let request = 1; request <= 4; request++) expect((await ask(port)).body).toBe("good");
    expect([first.count(), second.count(), good.requests.length]).toEqual([4, 4, 8]);
});

test.each(["POST", "PATCH"])("%s is not sent twice once a part of it may have arrived", async (method) => {
    const { proxy, port } = await front();
    const [bad, good] = [await crashing(), await backend("good")];
    await proxy.putSource(source("shop", [endpoint("bad", bad.port), endpoint("good", good.port)]));
    const answers = [await ask(port, "/", { method, body: "x" }), await ask(port, "/", { method, body: "x" })];
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 502]);
    expect([bad.count(), good.requests.length]).toEqual([1, 1]);
});

test("A body that has been read from is not sent twice, whatever the method", async () => {
    const { proxy, port } = await front();
    const [bad, good] = [await crashing(), await backend("good")];
    await proxy.putSource(source("shop", [endpoint("bad", bad.port), endpoint("good", good.port)]));
    const answers = [
        await ask(port, "/", { method: "PUT", body: "x" }),
        await ask(port, "/", { method: "PUT", body: "x" }),
    ];
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 502]);
});

test("It is one retry: two endpoints that fail are a 502", async () => {
    const { proxy, port } = await front();
    const all = [await crashing(), await crashing(), await crashing()];
    await proxy.putSource(
        source(
            "shop",
            all.map((one, at) => endpoint(`e${at}`, one.port)),
        ),
    );
    expect(await ask(port)).toMatchObject({ status: 502 });
    expect(all.reduce((sum, one) => sum + one.count(), 0)).toBe(2);
});

test("Endpoints killed within requests cost no GET", async () => {
    const { proxy, port } = await front();
    const pending = new Set<http.ServerResponse>();
    const slow = await backend("slow", (_request, response) => void pending.add(response));
    const good = await backend("good", (_request, response) => setTimeout(() => response.end("good"), 5));
    await proxy.putSource(source("shop", [endpoint("slow", slow.port), endpoint("good", good.port)]));
    const answers = Promise.all(Array.from({ length: 40 }, () => ask(port)));
    await eventually(() => pending.size === 20);
    await slow.kill();
    expect((await answers).map(({ body }) => body)).toEqual(Array(40).fill("good"));
    expect((await ask(port, "/", { method: "POST" })).status).toBe(200);
    expect((await ask(port, "/", { method: "POST" })).status).toBe(200);
    expect(proxy.stats().sources["home/shop"]?.endpoints.slow).toMatchObject({ ejected: true, inFlight: 0 });
});

test("An app that closes idle connections early costs no request of any method", async () => {
    const { proxy, port } = await front();
    let connections = 0;
    // It does not say so: no Keep-Alive header.
    const app = await rawBackend((socket: Socket) => {
        connections++;
        let timer: NodeJS.Timeout | undefined;
        socket.on("data", () => {
            clearTimeout(timer);
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            timer = setTimeout(() => socket.end(), 30);
        });
    });
    await proxy.putSource(source("shop", [endpoint("a", app)]));
    for (let round = 0; round < 60; round++) {
        const method = round % 2 === 0 ? "GET" : "POST";
        expect((await ask(port, "/", { method })).status).toBe(200);
        // The next is a POST after an even round. One that meets the closing itself cannot be saved: it may have been taken,
        // and must not be sent twice. So it comes well after it; a GET comes just around it.
        const pause = round % 2 === 0 ? 45 : 26 + (round % 8);
        await new Promise((resolve) => setTimeout(resolve, pause));
    }
    expect(connections).toBeGreaterThan(1);
    expect(proxy.stats().sources["home/shop"]).toMatchObject({ endpoints: { a: { requests: 60, ejected: false } } });
});

test("A connection that is closed just when it is used again costs no GET", async () => {
    const { proxy, port } = await front();
    let served = 0;
    const app = await rawBackend((socket: Socket) => {
        let first = true;
        socket.on("data", () => {
            // The second request on a connection meets a closed door, as if the idle timeout had just struck.
            if (!first) return void socket.resetAndDestroy();
            first = false;
            served++;
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
    });
    await proxy.putSource(source("shop", [endpoint("a", app)]));
    for (let round = 0; round < 20; round++) expect((await ask(port)).status).toBe(200);
    expect(served).toBe(20);
    expect(proxy.stats().sources["home/shop"]?.byRelease["1"]).toMatchObject({ requests: 20, errors5xx: 0 });
});

test("Connections to the app are kept and used again", async () => {
    const { proxy, port } = await front();
    const one = await backend("one");
    let connections = 0;
    one.server.on("connection", () => connections++);
    await proxy.putSource(source("shop", [endpoint("a", one.port)]));
    for (let round = 0; round < 10; round++) await ask(port, "/", { method: round % 2 ? "GET" : "HEAD" });
    expect(connections).toBe(1);
    // Node's servers say timeout=5; one that is older is not used again.
    await eventually(
        async () => new Promise<boolean>((resolve) => one.server.getConnections((_, count) => resolve(count === 0))),
    );
});

test("Least connections goes around an endpoint that is busy", async () => {
    const { proxy, port } = await front({ algorithm: "leastConnections" });
    const pending: http.ServerResponse[] = [];
    const slow = await backend("slow", (_request, response) => void pending.push(response));
    const quick = await backend("quick");
    await proxy.putSource(source("shop", [endpoint("slow", slow.port), endpoint("quick", quick.port)]));
    const first = ask(port);
    await eventually(() => pending.length === 1 || quick.requests.length === 1);
    const second = pending.length === 1 ? undefined : ask(port);
    await eventually(() => pending.length === 1);
    for (let round = 0; round < 10; round++) expect((await ask(port)).body).toBe("quick");
    for (const response of pending) response.end("slow");
    await Promise.all([first, second]);
    expect(slow.requests).toHaveLength(1);
});

test("An endpoint with a retired id finishes its requests, and is seen as long", async () => {
    const { proxy, port } = await front();
    let app: http.ServerResponse | undefined;
    const old = await backend("old", (_request, response) => {
        app = response;
    });
    const next = await backend("new");
    await proxy.putSource(source("shop", [endpoint("old", old.port)]));
    const answer = ask(port);
    await eventually(() => app);
    await proxy.putSource(source("shop", [endpoint("new", next.port)]));
    expect(proxy.stats().sources["home/shop"]?.endpoints).toMatchObject({ old: { inFlight: 1 }, new: { inFlight: 0 } });
    expect((await ask(port)).body).toBe("new");
    app?.end("old");
    expect((await answer).body).toBe("old");
    expect(Object.keys(proxy.stats().sources["home/shop"]?.endpoints ?? {})).toEqual(["new"]);
});

test("Draining: no new request, the one under way ends, and no connection is left to wait for", async () => {
    const { proxy, port } = await front();
    const pending: http.ServerResponse[] = [];
    const leaving = await backend("leaving", (_request, response) => void pending.push(response));
    const staying = await backend("staying");
    const endpoints = [endpoint("leaving", leaving.port), endpoint("staying", staying.port)];
    await proxy.putSource(source("shop", [endpoint("leaving", leaving.port)]));
    const agent = new http.Agent({ keepAlive: true });
    afterTest(() => agent.destroy());
    const first = ask(port, "/", { agent });
    const second = ask(port, "/", { agent });
    await eventually(() => pending.length === 2);
    pending[0]?.end("leaving");
    await Promise.race([first, second]);
    await proxy.putSource(
        source(
            "shop",
            endpoints.map((one) => ({ ...one, state: one.id === "leaving" ? "draining" : "ready" })),
        ),
    );
    for (let round = 0; round < 10; round++) expect((await ask(port, "/", { agent })).body).toBe("staying");
    expect(proxy.stats().sources["home/shop"]?.endpoints.leaving).toMatchObject({ inFlight: 1 });
    // What a server does that is asked to stop: it waits for its connections.
    const closed = new Promise((resolve) => leaving.server.close(resolve));
    pending[1]?.end("leaving");
    expect((await Promise.all([first, second])).map(({ body }) => body)).toEqual(["leaving", "leaving"]);
    expect(proxy.stats().sources["home/shop"]?.endpoints.leaving).toMatchObject({ inFlight: 0 });
    await closed;
});

test("A source that is deleted is not routed to any more", async () => {
    const { proxy, port } = await front();
    const one = await backend("one");
    await proxy.putSource(source("shop", [endpoint("a", one.port)], { routes: [route("/")] }));
    expect((await ask(port)).status).toBe(200);
    await proxy.deleteSource("home/shop");
    expect((await ask(port)).status).toBe(404);
    expect(proxy.stats().sources).toEqual({});
    const client = await raw(port);
    client.socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    await client.until(/404/);
});
