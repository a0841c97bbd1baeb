import { chmodSync, rmSync } from "node:fs";
import * as http from "node:http";
import { identify } from "../process/index.js";
import { OBJECT_KINDS, type ObjectKind } from "../spec.js";
import { isRecord } from "./json-file.js";
import type { AnswerLine, Hello } from "./protocol.js";
import type { ApplyBody, Supervisor } from "./supervisor.js";
import { message } from "./wait.js";

/** A long answer says something at least this often, so that the other side knows that somebody is there. */
const HEARTBEAT_MILLISECONDS = 5000;

/** The supervisor's HTTP interface, on a Unix socket of its user's. */
export class Server {
    private readonly server: http.Server;
    private leaving = false;
    /** Requests that are being answered. */
    private open = 0;
    private lastRequestAt = performance.now();

    constructor(
        private readonly supervisor: Supervisor,
        private readonly socket: string,
        /** The last object is gone, or a newer supervisor is to take over. */
        private readonly onLeave: (how: "wipe" | "abandon") => void,
    ) {
        this.server = http.createServer((request, response) => {
            this.open++;
            this.lastRequestAt = performance.now();
            response.once("close", () => {
                this.open--;
                this.lastRequestAt = performance.now();
            });
            this.answer(request, response).catch((error) => fail(response, 500, message(error)));
        });
    }

    /** Only for the holder of the home's lock: whatever has the socket's name is of a supervisor that is dead. */
    async listen(): Promise<void> {
        rmSync(this.socket, { force: true });
        await new Promise<void>((resolve, reject) => {
            this.server.once("error", reject);
            this.server.listen(this.socket, resolve);
        });
        chmodSync(this.socket, 0o600);
    }

    /** Milliseconds since anybody wanted anything. */
    get quietMilliseconds(): number {
        return this.open > 0 ? 0 : performance.now() - this.lastRequestAt;
    }

    /** No new requests; those under way are cut off. */
    async close(): Promise<void> {
        const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
        this.server.closeAllConnections();
        await closed;
    }

    private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
        const { pathname } = new URL(request.url ?? "/", "http://supervisor");
        const [, version, what, kind, name] = pathname.split("/").map(decodeURIComponent);
        if (version !== "v1") return fail(response, 404, `There is nothing at ${pathname}.`);
        if (what === "hello") return send(response, this.hello());
        if (this.leaving) return fail(response, 503, "This supervisor is leaving.");
        if (what === "status") return send(response, await this.supervisor.status());
        if (what === "leave" && request.method === "POST") {
            this.leaving = true;
            response.once("close", () => this.onLeave("abandon"));
            return send(response, {});
        }
        if (what !== "objects" || !isKind(kind) || name === undefined || !/^[A-Za-z0-9][\w.-]*$/.test(name)) {
            return fail(response, 404, `There is nothing at ${pathname}.`);
        }
        if (request.method === "GET") return send(response, await this.supervisor.read(kind, name));
        if (request.method === "PUT") {
            const body = applyBody(await readBody(request));
            return long(response, (progress) => this.supervisor.apply(kind, name, body, progress));
        }
        if (request.method === "DELETE") {
            return long(response, async () => {
                const removed = await this.supervisor.remove(kind, name);
                if (removed.last && !this.leaving) {
                    this.leaving = true;
                    response.once("close", () => this.onLeave("wipe"));
                }
                return removed;
            });
        }
        fail(response, 405, `${request.method} is not possible at ${pathname}.`);
    }

    private hello(): Hello {
        const own = identify(process.pid);
        return { pid: process.pid, startTime: own?.startTime ?? "", version: this.supervisor.version };
    }
}

/** Answers line by line. The work goes on when the other side hangs up: it may come back and ask again. */
async function long(
    response: http.ServerResponse,
    work: (progress: (line: string) => void) => Promise<unknown>,
): Promise<void> {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.flushHeaders();
    const write = (line: AnswerLine) => {
        if (!response.destroyed) response.write(`${JSON.stringify(line)}\n`);
    };
    const heartbeat = setInterval(() => {
        if (!response.destroyed) response.write("\n");
    }, HEARTBEAT_MILLISECONDS);
    try {
        write({ done: await work((progress) => write({ progress })) });
    } catch (error) {
        write({ error: message(error) });
    } finally {
        clearInterval(heartbeat);
        response.end();
    }
}

function send(response: http.ServerResponse, body: unknown): void {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
}

function fail(response: http.ServerResponse, status: number, error: string): void {
    if (response.headersSent) {
        response.end();
        return;
    }
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error }));
}

async function readBody(request: http.IncomingMessage): Promise<unknown> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function applyBody(body: unknown): ApplyBody {
    if (!isRecord(body) || !isRecord(body.spec) || !isRecord(body.secrets) || typeof body.projectRoot !== "string") {
        throw new Error("The body must be { spec, secrets, projectRoot }.");
    }
    return body as unknown as ApplyBody;
}

function isKind(kind: string | undefined): kind is ObjectKind {
    return OBJECT_KINDS.includes(kind as ObjectKind);
}
