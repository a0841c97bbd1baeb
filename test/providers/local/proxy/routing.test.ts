import { expect, test } from "vitest";
import { ask, backend, endpoint, freePort, front, listenerConfig, route, source } from "./support.js";

async function named(name: string) {
    return backend(name, (request, response) => response.end(`${name} ${request.url}`));
}

test("Longest path and own host first, and 404 where nobody serves", async () => {
    const { proxy, port } = await front();
    const [shop, orders, api] = [await named("shop"), await named("orders"), await named("api")];
    await proxy.putSource(source("shop", [endpoint("s", shop.port)], { routes: [route("/shop")] }));
    await proxy.putSource(
        source("orders", [endpoint("o", orders.port)], { routes: [route("/shop/orders", { stripPrefix: true })] }),
    );
    await proxy.putSource(
        source("api", [endpoint("a", api.port)], { routes: [route("/", { host: "api.example.com" })] }),
    );
    const body = async (path: string, host = "x") => (await ask(port, path, { headers: { Host: host } })).body;
    expect(await body("/shop")).toBe("shop /shop");
    expect(await body("/shop/ordersX")).toBe("shop /shop/ordersX");
    expect(await body("/shop/orders/1?a=b")).toBe("orders /1?a=b");
    expect(await body("/shop/orders")).toBe("orders /");
    expect(await body("/shop", "api.example.com:80")).toBe("api /shop");
    expect(await ask(port, "/elsewhere?x=1")).toMatchObject({
        status: 404,
        body: 'No app serves "/elsewhere" here.\n',
    });
    expect((await ask(port, "http://api.example.com/x?y", { headers: { Host: "ignored" } })).body).toBe("api /x?y");
    expect(api.requests.at(-1)?.headers.host).toBe("api.example.com");
});

test("A share goes to the new app and the rest to the one it replaces; 0 and 100 are exact", async () => {
    let value = 0;
    // Evenly spread chances instead of random ones.
    const { proxy, port } = await front({}, { chance: () => (value++ % 100) / 100 });
    const [legacy, orders] = [await named("legacy"), await named("orders")];
    await proxy.putSource(source("legacy", [endpoint("l", legacy.port)]));
    const share = async (percent: number) => {
        const routes = [route("/orders", { percent, otherwise: "home/legacy", stripPrefix: true })];
        await proxy.putSource(source("orders", [endpoint("o", orders.port)], { routes }));
        const before = [orders.requests.length, legacy.requests.length] as const;
        for (let round = 0; round < 100; round++) await ask(port, "/orders/1");
        return [orders.requests.length - before[0], legacy.requests.length - before[1]];
    };
    expect(await share(0)).toEqual([0, 100]);
    expect(await share(30)).toEqual([30, 70]);
    expect(await share(100)).toEqual([100, 0]);
    expect([orders.requests[0]?.url, legacy.requests[0]?.url]).toEqual(["/1", "/orders/1"]);
});

test("Random shares come close", async () => {
    const { proxy, port } = await front();
    const [legacy, orders] = [await named("legacy"), await named("orders")];
    await proxy.putSource(source("legacy", [endpoint("l", legacy.port)]));
    await proxy.putSource(
        source("orders", [endpoint("o", orders.port)], {
            routes: [route("/", { percent: 25, otherwise: "home/legacy" })],
        }),
    );
    await Promise.all(Array.from({ length: 1000 }, () => ask(port)));
    // Six standard deviations: it fails once in 500 million runs.
    expect(Math.abs(orders.requests.length - 250)).toBeLessThan(6 * Math.sqrt(1000 * 0.25 * 0.75));
    expect(orders.requests.length + legacy.requests.length).toBe(1000);
});

test("The rest of a share for an app that is not known is a 503, not somebody else's", async () => {
    const { proxy, port } = await front();
    const orders = await named("orders");
    const routes = [route("/", { percent: 0, otherwise: "home/gone" })];
    await proxy.putSource(source("orders", [endpoint("o", orders.port)], { routes }));
    expect(await ask(port)).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    expect(orders.requests).toHaveLength(0);
});

test("Releases of one app share its traffic by weight, and one without replicas leaves its share to the others", async () => {
    let value = 0;
    const { proxy, port } = await front({}, { chance: () => (value++ % 20) / 20 });
    const [stable, other, canary] = [await named("1a"), await named("1b"), await named("2")];
    const old = [endpoint("1a", stable.port), endpoint("1b", other.port)];
    const fresh = endpoint("2", canary.port, { release: "2" });
    const serve = async () => {
        const before = [stable, other, canary].map(({ requests }) => requests.length);
        for (let round = 0; round < 40; round++) expect((await ask(port)).status).toBe(200);
        return [stable, other, canary].map(({ requests }, at) => requests.length - (before[at] ?? 0));
    };
    await proxy.putSource(source("shop", [...old, fresh], { weights: { "1": 90, "2": 10 } }));
    expect(await serve()).toEqual([18, 18, 4]);
    await proxy.putSource(source("shop", [...old, fresh], { weights: { "1": 100, "2": 0 } }));
    expect(await serve()).toEqual([20, 20, 0]);
    await proxy.putSource(source("shop", old, { weights: { "1": 0, "2": 100 } }));
    expect(await serve()).toEqual([20, 20, 0]);
    const { byRelease } = proxy.stats().sources["home/shop"] ?? {};
    expect([byRelease?.["1"]?.requests, byRelease?.["2"]?.requests]).toEqual([116, 4]);
});

test("A listener of one source serves it whatever the path, and believes its callers", async () => {
    const { proxy } = await front();
    const one = await named("one");
    const port = await freePort();
    await proxy.putListener(listenerConfig(port, { id: "internal/shop", serves: { source: "home/shop" } }));
    expect(await ask(port)).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    await proxy.putSource(source("shop", [endpoint("a", one.port)], { routes: [] }));
    const headers = { "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Request-Id": "from-front" };
    expect((await ask(port, "/any/path", { headers })).body).toBe("one /any/path");
    expect(one.requests[0]?.headers).toMatchObject({
        "x-forwarded-for": "203.0.113.9, 127.0.0.1",
        "x-forwarded-proto": "https",
        "x-request-id": "from-front",
    });
});

test("A conflict changes nothing", async () => {
    const { proxy, port } = await front();
    const [one, two] = [await named("one"), await named("two")];
    await proxy.putSource(source("one", [endpoint("a", one.port)]));
    const refused = proxy.putSource(source("two", [endpoint("b", two.port)]));
    await expect(refused).rejects.toMatchObject({
        status: 409,
        message: expect.stringMatching(/^Apps "two" and "one" both/),
    });
    expect((await ask(port)).body).toBe("one /");
    expect(Object.keys(proxy.stats().sources)).toEqual(["home/one"]);
});
