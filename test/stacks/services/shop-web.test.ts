/** The shop's web process while its database and queue are out of reach: what it can refuse, and how it stands that. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fake, freePort, jsonOf, type Service, startProcess, startService } from "./service.js";

let nowhere: string;
let catalog: Service;
let web: Service;

beforeAll(async () => {
    nowhere = `postgresql://user:password@127.0.0.1:${await freePort()}/shop`;
    catalog = await startService("shop/catalog");
    web = await startWeb(catalog.url);
});
afterAll(async () => {
    await web[Symbol.asyncDispose]();
    await catalog[Symbol.asyncDispose]();
});

function startWeb(catalogUrl: string): Promise<Service> {
    return startService("shop/service", {
        DATABASE_URL: nowhere,
        MAIL_QUEUE_URL: `${nowhere}?queue=mail`,
        CATALOG_URL: catalogUrl,
        SESSION_KEY: "a key of this test",
    });
}

function post(service: Service, body: string, type = "application/json"): Promise<Response> {
    return fetch(`${service.url}/orders`, { method: "POST", headers: { "content-type": type }, body });
}

const tea = { item: "tea", quantity: 2, email: "ann@example.com" };

describe("without a database", () => {
    it("is ready and alive all the same", async () => {
        expect((await fetch(`${web.url}/readyz`)).status).toBe(200);
        expect((await fetch(`${web.url}/healthz`)).status).toBe(200);
    });

    it.each([
        ["GET", "/orders"],
        ["GET", "/"],
        ["GET", "/orders/00000000-0000-4000-8000-000000000000"],
    ])("answers %s %s with 503 and Retry-After", async (method, path) => {
        const response = await fetch(web.url + path, { method });
        expect(response.status).toBe(503);
        expect(response.headers.get("retry-after")).toBe("2");
        expect(await jsonOf(response)).toEqual({ error: "The database is not available at the moment; try again." });
    });

    it("does not take an order that it cannot store", async () => {
        expect((await post(web, JSON.stringify(tea))).status).toBe(503);
    });
});

describe("an order", () => {
    it("is refused with all that is wrong with it, not only the first thing", async () => {
        const response = await post(web, JSON.stringify({ quantity: 1.5, email: "nobody" }));
        expect(response.status).toBe(422);
        expect(await jsonOf(response)).toEqual({
            error: "This order cannot be placed.",
            problems: {
                item: "is missing",
                email: "is not an e-mail address",
                quantity: "is not a whole number from 1 to 100",
            },
        });
    });

    it.each([0, 101, -1, "", "two", null, []])("is refused with %j as its quantity", async (quantity) => {
        const response = await post(web, JSON.stringify({ ...tea, quantity }));
        expect((await jsonOf(response)).problems).toEqual({ quantity: "is not a whole number from 1 to 100" });
    });

    it("is refused when the catalog does not have its item", async () => {
        const response = await post(web, JSON.stringify({ ...tea, item: "../healthz" }));
        expect(response.status).toBe(422);
        expect((await jsonOf(response)).problems).toEqual({ item: "is not in the catalog" });
    });

    it.each([
        ["{", "application/json", 400],
        ["[]", "application/json", 400],
        ["null", "application/json", 400],
        ["tea", "text/plain", 415],
        ["x".repeat(65 * 1024), "application/json", 413],
    ])("is refused as %.12s (%s) with %i", async (body, type, status) => {
        expect((await post(web, body, type)).status).toBe(status);
    });

    it("is refused from a form that is not the shop's own", async () => {
        const form = new URLSearchParams({ item: "tea", quantity: "1", email: tea.email, token: "guessed" });
        expect((await post(web, String(form), "application/x-www-form-urlencoded")).status).toBe(403);
    });
});

describe("the catalog", () => {
    it("that is gone gives 503, and the line says why", async () => {
        await using alone = await startWeb(`http://127.0.0.1:${await freePort()}`);
        const response = await post(alone, JSON.stringify(tea));
        expect(response.status).toBe(503);
        expect(await jsonOf(response)).toEqual({ error: "The catalog is not available at the moment; try again." });
        expect(String((await alone.logged("catalog not available")).error)).toContain("ECONNREFUSED");
    });

    it("that never answers gives 503 after two seconds", async () => {
        await using silent = await fake(() => {});
        await using waiting = await startWeb(silent.url);
        const started = performance.now();
        expect((await post(waiting, JSON.stringify(tea))).status).toBe(503);
        const milliseconds = performance.now() - started;
        expect(milliseconds).toBeGreaterThan(1_900);
        expect(milliseconds).toBeLessThan(5_000);
    });
});

it("answers 404 for what it does not have, and 405 with Allow for what it has otherwise", async () => {
    expect((await fetch(`${web.url}/orders/7`)).status).toBe(404);
    const response = await fetch(`${web.url}/orders`, { method: "DELETE" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, POST");
});

it("ends at its start, and says so, when a setting is missing", async () => {
    await using incomplete = startProcess("shop/service", "web", {
        PORT: "1",
        DATABASE_URL: nowhere,
        CATALOG_URL: "http://x",
    });
    expect((await incomplete.exit).code).toBe(1);
    const output = incomplete.lines.map(({ message }) => message).join("\n");
    expect(output).toContain("The environment variable SESSION_KEY is not set");
});
