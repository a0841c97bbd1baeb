import { mkdtempSync, rmSync } from "node:fs";
import * as http from "node:http";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach } from "vitest";
import { ProxyServer, type ProxyServerOptions } from "#dist/providers/local/proxy/proxy-server.js";
import type { EndpointConfig, ListenerConfig, RouteConfig, SourceConfig } from "#dist/providers/local/proxy/types.js";

const cleanups: (() => unknown)[] = [];

/** Undone after the test, last first. */
export function afterTest(cleanup: () => unknown): void {
    cleanups.push(cleanup);
}

afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export function temporaryFolder(): string {
    const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-proxy-"));
    afterTest(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

export async function freePort(): Promise<number> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

export interface Backend {
    readonly port: number;
    readonly server: http.Server;
    readonly requests: http.IncomingMessage[];
    /** Like a process that is killed: every connection is reset. */
    kill(): Promise<void>;
}

/** A real HTTP server on loopback; without a handler it answers 200 with its name. */
export async function backend(
    name: string,
    handler?: http.RequestListener,
    options: http.ServerOptions & { readonly port?: number } = {},
): Promise<Backend> {
    const requests: http.IncomingMessage[] = [];
    const server = http.createServer(options, (request, response) => {
        requests.push(request);
        if (handler) handler(request, response);
        else response.end(name);
    });
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(options.port ?? 0, "127.0.0.1", resolve);
    });
    const kill = async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
    };
    afterTest(() => (server.listening ? kill() : undefined));
    return { port: (server.address() as net.AddressInfo).port, server, requests, kill };
}

/** A TCP server that does as it likes. */
export async function rawBackend(onConnection: (socket: net.Socket) => void): Promise<number> {
    const sockets = new Set<net.Socket>();
    const server = net.createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => undefined);
        onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    afterTest(async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
    });
    return (server.address() as net.AddressInfo).port;
}

export function endpoint(id: string, port: number, more: Partial<EndpointConfig> = {}): EndpointConfig {
    return { id, port, release: "1", state: "ready", ...more };
}

export function source(app: string, endpoints: EndpointConfig[], more: Partial<SourceConfig> = {}): SourceConfig {
    return { key: `home/${app}`, app, routes: [route("/")], endpoints, readinessPath: "/readyz", ...more };
}

export function route(path: string, more: Partial<RouteConfig> = {}): RouteConfig {
    return { balancer: "front", path, stripPrefix: false, ...more };
}

export interface Front {
    readonly proxy: ProxyServer;
    readonly port: number;
    readonly listener: ListenerConfig;
    readonly file: string;
}

export function listenerConfig(port: number, more: Partial<ListenerConfig> = {}): ListenerConfig {
    return {
        id: "balancer/front",
        port,
        serves: { balancer: "front" },
        algorithm: "roundRobin",
        idleTimeoutSeconds: 60,
        allowedCidrs: [],
        proxyProtocol: false,
        ...more,
    };
}

/** The proxy within this process, with one listener. */
export async function front(more: Partial<ListenerConfig> = {}, options: ProxyServerOptions = {}): Promise<Front> {
    const file = path.join(temporaryFolder(), "state", "proxy.json");
    const proxy = new ProxyServer(file, options);
    afterTest(() => proxy.close(0));
    const port = await freePort();
    const listener = listenerConfig(port, more);
    await proxy.putListener(listener);
    return { proxy, port, listener, file };
}

export interface Answer {
    readonly status: number;
    readonly headers: http.IncomingHttpHeaders;
    readonly rawHeaders: string[];
    readonly trailers: NodeJS.Dict<string>;
    readonly body: string;
}

export interface Ask extends http.RequestOptions {
    readonly body?: string | Buffer;
}

export function ask(port: number, path = "/", options: Ask = {}): Promise<Answer> {
    const { body, ...rest } = options;
    return new Promise((resolve, reject) => {
        const request = http.request({ host: "127.0.0.1", port, path, agent: false, ...rest }, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", reject);
            response.on("end", () =>
                resolve({
                    status: response.statusCode ?? 0,
                    headers: response.headers,
                    rawHeaders: response.rawHeaders,
                    trailers: response.trailers,
                    body: Buffer.concat(chunks).toString(),
                }),
            );
        });
        request.on("error", reject);
        request.end(body);
    });
}

export interface Raw {
    readonly socket: net.Socket;
    /** Everything that has come. */
    text(): string;
    /** Resolves when the text matches. */
    until(pattern: RegExp): Promise<RegExpExecArray>;
    closed: Promise<void>;
}

/** A connection that says what HTTP clients would not. */
export async function raw(port: number): Promise<Raw> {
    const socket = net.connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    socket.on("error", () => undefined);
    let text = "";
    socket.on("data", (chunk) => {
        text += chunk.toString("latin1");
    });
    const closed = new Promise<void>((resolve) => {
        socket.on("end", () => {
            socket.end();
            resolve();
        });
        socket.on("close", () => resolve());
    });
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    afterTest(() => socket.destroy());
    const until = async (pattern: RegExp) => {
        await eventually(
            () => pattern.test(text),
            () => `${pattern} in ${JSON.stringify(text)}`,
        );
        return pattern.exec(text) as RegExpExecArray;
    };
    return { socket, text: () => text, until, closed };
}

/** Waits for a condition, at most 10 s. */
export async function eventually(
    condition: () => unknown,
    what: () => string = () => String(condition),
): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!(await condition())) {
        if (Date.now() > deadline) throw new Error(`It never came to: ${what()}`);
        await sleep(5);
    }
}
