import { expect, it } from "vitest";
import { freePort, jsonOf, startService } from "./service.js";

it("serves the same orders from the monolith and from the service that takes them over", async () => {
    await using legacy = await startService("strangler/legacy");
    await using orders = await startService("strangler/orders", { LEGACY_URL: legacy.url });
    for (const path of ["/orders", "/orders/2"]) {
        const before = await fetch(legacy.url + path);
        const after = await fetch(orders.url + path);
        expect(before.headers.get("x-served-by")).toBe("legacy");
        expect(after.headers.get("x-served-by")).toBe("orders");
        const { servedBy: first, ...old } = await jsonOf(before);
        const { servedBy: second, ...taken } = await jsonOf(after);
        expect([first, second]).toEqual(["legacy", "orders"]);
        expect(taken).toEqual(old);
    }
});

it("passes on that an order is not there", async () => {
    await using legacy = await startService("strangler/legacy");
    await using orders = await startService("strangler/orders", { LEGACY_URL: legacy.url });
    const response = await fetch(`${orders.url}/orders/99`);
    expect(response.status).toBe(404);
    expect(response.headers.get("x-served-by")).toBe("orders");
});

it("keeps everything else in the monolith", async () => {
    await using legacy = await startService("strangler/legacy");
    const response = await fetch(`${legacy.url}/customers/7`);
    expect(await response.json()).toEqual({ servedBy: "legacy", path: "/customers/7" });
});

it("stays ready and answers 503 with Retry-After while the monolith is gone", async () => {
    await using orders = await startService("strangler/orders", { LEGACY_URL: `http://127.0.0.1:${await freePort()}` });
    const response = await fetch(`${orders.url}/orders`);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("2");
    expect((await fetch(`${orders.url}/readyz`)).status).toBe(200);
    expect(await orders.logged("legacy not available")).toMatchObject({ level: "error" });
});
