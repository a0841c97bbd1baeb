import { chmodSync, mkdirSync, rmSync, statSync } from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import type { ProxyServer } from "./proxy-server.js";
import { ProxyError } from "./types.js";

const MAXIMUM_BODY_BYTES = 16 * 1024 * 1024;
const WATCH_MILLISECONDS = 5000;

export interface ControlOptions {
    readonly proxy: ProxyServer;
    readonly socket: string;
    readonly onShutdown: () => void;
    /** Another proxy has taken the socket. */
    readonly onReplaced: () => void;
}

/** The control socket: HTTP and JSON, for this user only. */
export class Control {
    private readonly server: http.Server;
    private inode = 0;
    private watch: NodeJS.Timeout | undefined;

    constructor(private readonly options: ControlOptions) {
        this.server = http.createServer((request, response) => void this.handle(request, response));
    }

    /** @throws when a proxy answers on the socket already. */
    async start(): Promise<void> {
        const { socket } = this.options;
        mkdirSync(path.dirname(socket), { recursive: true, mode: 0o700 });
        if (await answers(socket)) {
            throw new Error(
                `A proxy answers on ${socket} already; a home has one. Stop that one first, or let it do its work.`,
            );
        }
        // Left behind by one that is dead.
        rmSync(socket, { force: true });
        await this.listen();
        this.watch = setInterval(() => void this.look(), WATCH_MILLISECONDS);
    }

    async close(): Promise<void> {
        clearInterval(this.watch);
        const { socket } = this.options;
        if (inodeOf(socket) !== this.inode) {
            // Node removes the path when it closes, also when it is not its own any more.
            this.server.unref();
            this.server.closeAllConnections();
            return;
        }
        await new Promise((resolve) => {
            this.server.close(resolve);
            this.server.closeIdleConnections();
        });
    }

    private async listen(): Promise<void> {
        const { socket } = this.options;
        await new Promise<void>((resolve, reject) => {
            this.server.once("error", reject);
            this.server.listen(socket, () => {
                this.server.off("error", reject);
                resolve();
            });
        });
        chmodSync(socket, 0o600);
        this.inode = inodeOf(socket) ?? 0;
    }

    /** Sockets in /tmp are removed by cleaners after some days; without one nobody could speak to the proxy again. */
    private async look(): Promise<void> {
        const inode = inodeOf(this.options.socket);
        if (inode === this.inode) return;
        if (inode !== undefined) {
            this.options.onReplaced();
            return;
        }
        await new Promise((resolve) => {
            this.server.close(resolve);
            this.server.closeIdleConnections();
        });
        mkdirSync(path.dirname(this.options.socket), { recursive: true, mode: 0o700 });
        await this.listen();
    }

    private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
        try {
            const answer = await this.answer(request);
            send(response, 200, answer);
        } catch (error) {
            const status = error instanceof ProxyError ? error.status : 500;
            if (status === 500) console.error(error);
            send(response, status, { error: (error as Error).message });
        }
    }

    private async answer(request: http.IncomingMessage): Promise<object> {
        const { proxy } = this.options;
        const [, kind, encoded] = (request.url ?? "/").split("/");
        const name = decodeURIComponent(encoded ?? "");
        switch (`${request.method} ${kind}`) {
            case "GET stats":
                return proxy.stats();
            case "PUT listeners":
                await proxy.putListener(await body(request));
                return {};
            case "DELETE listeners":
                await proxy.deleteListener(name);
                return {};
            case "PUT sources":
                await proxy.putSource(await body(request));
                return {};
            case "DELETE sources":
                await proxy.deleteSource(name);
                return {};
            case "POST shutdown":
                // After the answer has gone.
                setImmediate(this.options.onShutdown);
                return {};
            default:
                throw new ProxyError(`The proxy knows no ${request.method} ${request.url}.`, 404);
        }
    }
}

function send(response: http.ServerResponse, status: number, value: object): void {
    const text = JSON.stringify(value);
    response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
    response.end(text);
}

async function body(request: http.IncomingMessage): Promise<unknown> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > MAXIMUM_BODY_BYTES) throw new ProxyError(`The request exceeds ${MAXIMUM_BODY_BYTES} bytes.`, 413);
        chunks.push(chunk);
    }
    try {
        return JSON.parse(Buffer.concat(chunks).toString("utf8"));
    } catch (error) {
        throw new ProxyError(`The request is no JSON: ${(error as Error).message}.`, 400);
    }
}

function inodeOf(file: string): number | undefined {
    return statSync(file, { throwIfNoEntry: false })?.ino;
}

/** True when something on the socket answers HTTP, or at least takes the connection. */
function answers(socket: string): Promise<boolean> {
    return new Promise((resolve) => {
        const request = http.get({ socketPath: socket, path: "/stats", agent: false, timeout: 2000 }, (response) => {
            response.resume();
            resolve(true);
        });
        // Connected, but silent: a proxy that is busy.
        request.on("timeout", () => {
            resolve(true);
            request.destroy();
        });
        request.on("error", () => resolve(false));
    });
}
