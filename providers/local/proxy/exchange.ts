import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { together } from "./batch.js";
import type { Attempt } from "./counters.js";
import type { Endpoint } from "./endpoint.js";
import type { Gate } from "./gate.js";
import { type Peer, type RequestFields, readRequest, readTarget } from "./headers.js";
import { RequestBody } from "./request-body.js";
import type { ResponseHead } from "./response-head.js";
import { stripped } from "./router.js";
import type { Source } from "./source.js";
import { openTunnel, type Tunnel } from "./upgrade.js";
import type { Failure, UpstreamConnection, UpstreamHandler } from "./upstream.js";

/** RFC 9110, 9.2.2: to send these twice does what sending them once does. */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);
const RETRY_AFTER_SECONDS = "1";
const SMALL_BYTES = 8 * 1024;
const CLOSE = ["Connection", "close"];

export interface ExchangeOptions {
    /** The client waits for "100 Continue" before it sends the body. */
    readonly awaitsContinue?: boolean;
    /** The client's connection, and what it has sent already, when it asks for another protocol. */
    readonly tunnel?: { readonly socket: Socket; readonly first: Buffer };
}

/** One request of a client: who answers it, and its way there and back. */
export class Exchange implements UpstreamHandler, Attempt {
    readonly method: string;
    upgrade = false;
    cancelled = false;
    private readonly startedAt = performance.now();
    attemptedAt = 0;
    private fields: RequestFields | undefined;
    private body: RequestBody | undefined;
    private target = "";
    private source: Source | undefined;
    private endpoint: Endpoint | undefined;
    private lastEndpoint: Endpoint | undefined;
    private connection: UpstreamConnection | undefined;
    private readonly tried: Endpoint[] = [];
    private retried = false;
    private completed = false;
    private bytes = 0;
    private left = false;
    private ending = false;

    constructor(
        private readonly gate: Gate,
        private readonly request: IncomingMessage,
        private readonly response: ServerResponse,
        private readonly peer: Peer,
        private readonly options: ExchangeOptions = {},
    ) {
        this.method = request.method ?? "GET";
        gate.listener.entered();
        response.on("close", () => this.onClientClosed());
    }

    start(): void {
        const { gate, request, peer, options } = this;
        const { listener } = gate;
        if (!listener.allows(peer.address)) {
            this.answer(403, `${peer.address} may not use this load balancer.`);
            return;
        }
        const url = readTarget(request.url ?? "/");
        if (url === undefined) {
            this.answer(400, "The request target is neither a path nor an http URL.");
            return;
        }
        const h2c = options.tunnel !== undefined && /^h2c$/i.test(request.headers.upgrade ?? "");
        this.upgrade = options.tunnel !== undefined && !h2c;
        const fields = readRequest(request.rawHeaders, {
            peer,
            trusted: listener.isInternal,
            authority: url.authority,
            upgrade: this.upgrade,
        });
        this.fields = fields;
        const hasBody = fields.chunked || (fields.contentLength ?? 0) > 0;
        if (fields.refused !== undefined) {
            // Who writes such requests may mean something else by what follows.
            this.answer(fields.refused.status, `The request cannot be forwarded: ${fields.refused.why}.`, CLOSE);
        } else if (hasBody && options.tunnel !== undefined) {
            this.answer(400, "A request with a body cannot ask for another protocol (Upgrade).");
        } else if (gate.redirectsTo !== undefined) {
            this.redirect(gate.redirectsTo, fields.host, url.path);
        } else {
            if (hasBody) this.body = new RequestBody(request, fields.chunked);
            this.route(fields.host, url.path);
        }
    }

    /** Neither answered in full nor given up. */
    get isOpen(): boolean {
        return !this.left;
    }

    /** Nothing has moved on the client's connection for too long. */
    onIdle(): void {
        this.endpoint?.counters.failed(this);
        this.cancel();
        if (this.response.headersSent) this.response.destroy();
        else if (this.request.complete) this.answer(504, "The app did not answer in time.", CLOSE);
        else this.answer(408, "The request did not arrive in time.", CLOSE);
    }

    private route(host: string | undefined, path: string): void {
        const found = this.gate.listener.find(host, path);
        if (found === "unrouted") {
            this.answer(404, `No app serves ${JSON.stringify(path.split("?", 1)[0])} here.`);
        } else if (found === "unknown") {
            this.unavailable("The app that serves this is not known here.");
        } else {
            this.source = found.source;
            this.target = found.strip === undefined ? path : stripped(path, found.strip);
            found.source.requests++;
            this.attempt(false);
        }
    }

    private attempt(fresh: boolean, again?: Endpoint): void {
        const { source, gate } = this;
        if (source === undefined) return;
        const { listener } = gate;
        const endpoint = again ?? source.choose(listener.config.algorithm, listener.chance, this.tried);
        if (endpoint === undefined) {
            source.unavailable++;
            this.unavailable(`No replica of ${source.config.app} is ready.`);
            return;
        }
        this.endpoint = endpoint;
        this.lastEndpoint = endpoint;
        this.attemptedAt = performance.now();
        endpoint.enter(this);
        const careful = this.body !== undefined || !IDEMPOTENT.has(this.method);
        endpoint.pool.dispatch(this, careful, fresh);
    }

    onConnected(connection: UpstreamConnection): void {
        if (this.cancelled) {
            connection.abort();
            return;
        }
        this.connection = connection;
        const head = `${this.method} ${this.target} HTTP/1.1\r\n${this.fields?.head ?? "\r\n"}`;
        if (this.body === undefined) {
            connection.requestSent = true;
            together(() => connection.write(head));
            return;
        }
        connection.write(head);
        if (this.options.awaitsContinue) this.response.writeContinue();
        this.body.send(connection);
    }

    onInformation(head: ResponseHead): void {
        const { response, request } = this;
        if (request.httpVersionMinor === 0 || response.headersSent) return;
        if (head.status === 102) response.writeProcessing();
        if (head.status === 103) {
            const link = head.headers.filter(
                (_, at) => head.headers[at - (at % 2)]?.toLowerCase() === "link" && at % 2 === 1,
            );
            if (link.length > 0) response.writeEarlyHints({ link });
        }
    }

    onHead(head: ResponseHead, more: boolean): void {
        this.endpoint?.counters.answered(this, head.status);
        if (this.gate.closing) head.headers.push("Connection", "close");
        try {
            this.response.writeHead(head.status, head.reason, head.headers);
        } catch (error) {
            // Bytes that no header may have.
            this.cancel();
            this.answer(502, `The app's answer cannot be forwarded: ${(error as Error).message}.`);
            return;
        }
        if (!more && head.framing !== "none") this.response.flushHeaders();
    }

    onData(chunk: Buffer, last: boolean): void {
        const { response, connection } = this;
        if (this.cancelled) return;
        this.bytes += chunk.length;
        if (last && chunk.length <= SMALL_BYTES) {
            // Text of the same encoding as the head goes out with it in one piece, which costs half of two.
            const text = chunk.toString("latin1");
            this.ending = true;
            together(() => {
                response.write(text, "latin1");
                // Node would send the end of the message as a second, empty piece as long as this one waits for the
                // end of the turn: writev, which costs half as much again as one write.
                process.nextTick(endOf, response);
            });
        } else if (last) {
            response.end(Buffer.from(chunk));
        } else if (!response.write(Buffer.from(chunk)) && connection !== undefined && !connection.socket.isPaused()) {
            connection.pause();
            response.once("drain", () => {
                if (this.connection === connection) connection.resume();
            });
        }
    }

    onEnd(trailers: string[]): void {
        if (this.cancelled) return;
        const { response } = this;
        this.completed = true;
        this.endAttempt();
        if (this.ending || response.writableEnded) return;
        if (trailers.length > 0) addTrailers(response, trailers);
        response.end();
    }

    onUpgrade(head: ResponseHead, socket: Socket, rest: Buffer): void {
        const { tunnel } = this.options;
        const { endpoint } = this;
        if (this.cancelled || tunnel === undefined || endpoint === undefined) {
            socket.destroy();
            return;
        }
        endpoint.counters.answered(this, head.status);
        this.completed = true;
        this.response.detachSocket(tunnel.socket);
        const opened: Tunnel = openTunnel({
            client: tunnel.socket,
            endpoint: socket,
            head,
            fromClient: tunnel.first,
            fromEndpoint: rest,
            idleMilliseconds: this.gate.listener.config.idleTimeoutSeconds * 1000,
            onClosed: (bytes) => {
                this.bytes = bytes;
                this.gate.tunnels.delete(opened);
                this.endAttempt();
                this.leave(head.status);
            },
        });
        this.gate.tunnels.add(opened);
    }

    onDrain(): void {
        this.body?.resume();
    }

    onFailure({ error, unconnected, stale }: Failure): void {
        const { endpoint, source, response, gate } = this;
        if (this.cancelled || endpoint === undefined || source === undefined) return;
        if (unconnected) gate.listener.health.eject(source, endpoint);
        const repeatable = IDEMPOTENT.has(this.method) && !this.body?.started;
        const missed = stale && repeatable;
        if (missed) endpoint.uncount(this);
        else endpoint.counters.failed(this);
        this.endAttempt();
        if (response.headersSent) {
            // The client must see that this is not all.
            response.destroy();
        } else if (missed) {
            this.attempt(true, endpoint);
        } else if (unconnected || (repeatable && !this.retried && source.hasOther(endpoint))) {
            this.retried ||= !unconnected;
            this.tried.push(endpoint);
            this.attempt(false);
        } else {
            this.answer(502, `The app failed to answer: ${error.message}.`);
        }
    }

    private onClientClosed(): void {
        if (!this.completed) {
            this.endpoint?.counters.abandoned(this);
            this.cancel();
        }
        this.leave(this.response.headersSent ? this.response.statusCode : 499);
    }

    /** What is under way upstream is of no use any more. */
    private cancel(): void {
        this.cancelled = true;
        this.connection?.abort();
        this.endAttempt();
    }

    private endAttempt(): void {
        this.body?.stop();
        this.connection = undefined;
        const { endpoint } = this;
        this.endpoint = undefined;
        endpoint?.leave();
    }

    private unavailable(message: string): void {
        this.answer(503, message, ["Retry-After", RETRY_AFTER_SECONDS]);
    }

    private redirect(port: number, host: string | undefined, path: string): void {
        const name = (host || "127.0.0.1").replace(/:\d*$/, "");
        const location = `https://${name}${port === 443 ? "" : `:${port}`}${path === "*" ? "/" : path}`;
        this.answer(308, `See ${location}`, ["Location", location]);
    }

    /** An answer of our own. */
    private answer(status: number, message: string, headers: readonly string[] = []): void {
        const { response } = this;
        this.completed = true;
        if (response.headersSent || response.destroyed) {
            response.destroy();
            return;
        }
        const text = Buffer.from(`${message}\n`);
        const close = this.gate.closing && !headers.includes("Connection") ? ["Connection", "close"] : [];
        const own = ["Content-Type", "text/plain; charset=utf-8", "Content-Length", String(text.length)];
        response.writeHead(status, [...own, ...headers, ...close]);
        response.end(text);
        this.bytes = text.length;
        // What still comes of the request has no reader.
        this.request.resume();
    }

    private leave(status: number): void {
        if (this.left) return;
        this.left = true;
        const { gate, request, fields } = this;
        gate.listener.left(status);
        gate.listener.log?.write({
            time: new Date().toISOString(),
            client: this.peer.address,
            method: this.method,
            host: fields?.host,
            path: request.url,
            status,
            bytes: this.bytes,
            milliseconds: Math.round((performance.now() - this.startedAt) * 10) / 10,
            app: this.source?.config.app,
            release: this.lastEndpoint?.config.release,
            endpoint: this.lastEndpoint?.config.id,
            requestId: fields?.requestId,
            userAgent: request.headers["user-agent"],
        });
    }
}

function endOf(response: ServerResponse): void {
    response.end();
}

function addTrailers(response: ServerResponse, trailers: readonly string[]): void {
    const pairs: [string, string][] = [];
    for (let at = 0; at + 1 < trailers.length; at += 2) pairs.push([trailers[at] ?? "", trailers[at + 1] ?? ""]);
    try {
        response.addTrailers(pairs);
    } catch {
        // Bytes that no header may have: the body is complete without it.
    }
}
