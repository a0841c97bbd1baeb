/** Factor IX: a process that is told to stop finishes what it began, takes nothing new, and ends with status 0. */
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { type Fake, fake, openWire, type Service, startService } from "./service.js";

/** A service of which a request can be held in flight for as long as a test wants. */
interface Held extends AsyncDisposable {
    readonly service: Service;
    /** Sends a request; resolves when it is in flight, to a function that lets it end and gives its whole answer. */
    begin(): Promise<() => Promise<string>>;
}

const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: test\r\n`;

const POST = (path: string, body: string) =>
    `POST ${path} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
const ORDER = JSON.stringify({ item: "tea", quantity: 1, email: "ann@example.com" });
// Neither is reached by an order that the catalog refuses.
const SHOP = {
    DATABASE_URL: "postgresql://user:password@127.0.0.1:1/shop",
    MAIL_QUEUE_URL: "postgresql://user:password@127.0.0.1:1/queue?queue=mail",
    SESSION_KEY: "a key of this test",
};

// A Python process reads a request in a thread of its own: one that arrives in two pieces is in flight in between.
async function inPieces(folder: string): Promise<Held> {
    const service = await startService(folder);
    return {
        service,
        async begin() {
            const wire = await openWire(service.port);
            await wire.send(GET("/orders"));
            // Connections are accepted in order: once this is answered, the one above has its thread.
            await fetch(`${service.url}/healthz`);
            return async () => {
                await wire.send("\r\n");
                return wire.answer;
            };
        },
        [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
    };
}

// A Node process waits for a service behind it, which is played here and answers when the test says so.
async function behind(
    folder: string,
    environment: (fakeUrl: string) => Record<string, string>,
    request: string,
    body: string,
): Promise<Held> {
    let arrived: (response: ServerResponse) => void = () => {};
    const other: Fake = await fake((_, response) => arrived(response));
    const service = await startService(folder, environment(other.url));
    return {
        service,
        async begin() {
            const waiting = new Promise<ServerResponse>((resolve) => {
                arrived = resolve;
            });
            const wire = await openWire(service.port);
            await wire.send(`${request}\r\n${body}`);
            const response = await waiting;
            return async () => {
                response.writeHead(404).end();
                return wire.answer;
            };
        },
        async [Symbol.asyncDispose]() {
            await service[Symbol.asyncDispose]();
            await other[Symbol.asyncDispose]();
        },
    };
}

const services: [name: string, start: () => Promise<Held>, answers: string][] = [
    ["shop/catalog", () => inPieces("shop/catalog"), "HTTP/1.1 404 "],
    ["strangler/legacy", () => inPieces("strangler/legacy"), "HTTP/1.1 200 "],
    [
        "strangler/orders",
        () => behind("strangler/orders", (LEGACY_URL) => ({ LEGACY_URL }), GET("/orders/9"), ""),
        "HTTP/1.1 404 ",
    ],
    [
        "shop/service",
        () => behind("shop/service", (CATALOG_URL) => ({ ...SHOP, CATALOG_URL }), POST("/orders", ORDER), ORDER),
        "HTTP/1.1 422 ",
    ],
];

describe.each(services)("%s", (_name, start, answers) => {
    it("finishes a request in flight, is not ready meanwhile, takes nothing new, and exits with 0", async () => {
        await using held = await start();
        const { service } = held;
        const finish = await held.begin();
        await using probe = await openWire(service.port);
        await probe.send(GET("/readyz"));
        await fetch(`${service.url}/healthz`);

        service.process.kill("SIGTERM");
        await service.logged("stopping");
        await expect(fetch(`${service.url}/healthz`)).rejects.toThrow();
        await probe.send("\r\n");
        expect(await probe.answer).toMatch(/^HTTP\/1.1 503 /);
        expect(service.process.exitCode).toBeNull();

        const answer = await finish();
        expect(answer.startsWith(answers)).toBe(true);
        expect(answer).toMatch(/^connection: close\r$/im);
        expect(await service.exit).toEqual({ code: 0, signal: null });
        expect(service.lines.at(-1)).toMatchObject({ message: "stopped" });
    });

    it("ends at once when nothing is in flight, whatever idle connections are open", async () => {
        await using held = await start();
        const { service } = held;
        // fetch keeps its connection for the next request.
        expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
        const started = performance.now();
        service.process.kill("SIGTERM");
        expect(await service.exit).toEqual({ code: 0, signal: null });
        expect(performance.now() - started).toBeLessThan(2_000);
    });
});
