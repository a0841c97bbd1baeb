import { afterAll, beforeAll, expect, it } from "vitest";
import { jsonOf, type Service, startService } from "./service.js";

let catalog: Service;
beforeAll(async () => {
    catalog = await startService("shop/catalog");
});
afterAll(() => catalog[Symbol.asyncDispose]());

it("lists what the shop sells", async () => {
    const answer = await jsonOf(fetch(`${catalog.url}/prices`));
    expect(answer.currency).toBe("EUR");
    expect(answer.prices.map(({ item }: { item: string }) => item)).toEqual(["tea", "coffee", "cocoa"]);
});

it("tells the price of one item", async () => {
    const response = await fetch(`${catalog.url}/prices/tea?from=test`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ item: "tea", name: "Green tea, 100 g", cents: 490 });
});

it("answers 404 for an item that it does not have", async () => {
    const response = await fetch(`${catalog.url}/prices/gold%20bar`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: "The catalog has no item 'gold bar'." });
});

it("logs each request as one JSON line, with the id that the balancer gave it", async () => {
    await fetch(`${catalog.url}/prices/cocoa`, { headers: { "x-request-id": "id-1" } });
    expect(await catalog.logged("request", { path: "/prices/cocoa" })).toMatchObject({
        level: "info",
        method: "GET",
        status: 200,
        requestId: "id-1",
    });
    expect(catalog.lines.filter(({ level }) => level === "not JSON")).toEqual([]);
});
