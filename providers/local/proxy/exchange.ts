import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { AnswerWriter } from "./answer-writer.js";
import { together } from "./batch.js";
import type { Attempt } from "./counters.js";
import type { Endpoint } from "./endpoint.js";
import { examine } from "./examine.js";
import type { Gate } from "./gate.js";
import type { Peer, RequestFields } from "./headers.js";
import { CLOSE, type OwnAnswer, unavailable, writeOwnAnswer } from "./own-answer.js";
import { RequestBody } from "./request-body.js";
import type { ResponseHead } from "./response-head.js";
import { stripped } from "./router.js";
import type { Source } from "./source.js";
import { openTunnel, type Tunnel } from "./upgrade.js";
import type { UpstreamConnection } from "./upstream.js";
import type { Failure, UpstreamHandler } from "./upstream-sides.js";

/** RFC 9110, 9.2.2: to send these twice does what sending them once does. */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);

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
    place = -1;
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
    private readonly writer: AnswerWriter;

    constructor(
        private readonly gate: Gate,
        private readonly request: IncomingMessage,
        private readonly response: ServerResponse,
        private readonly peer: Peer,
        private readonly options: ExchangeOptions = {},
    ) {
        this.method = request.method ?? "GET";
        this.writer = new AnswerWriter(response);
        gate.listener.entered();
        response.on("close", () => this.onClientClosed());
    }

    start(): void {
        const { gate, request, peer, options } = this;
        const { fields, path, hasBody, upgrade, answer } = examine(gate, request, peer, options.tunnel !== undefined);
        this.fields = fields;
        this.upgrade = upgrade;
        if (answer !== undefined) {
            this.answer(answer);
            return;
        }
        if (hasBody) this.body = new RequestBody(request, fields?.chunked ?? false);
        this.route(fields?.host, path);
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
        else if (this.request.complete)
            this.answer({ status: 504, message: "The app did not answer in time.", headers: CLOSE });
        else this.answer({ status: 408, message: "The request did not arrive in time.", headers: CLOSE });
    }

    private route(host: string | undefined, path: string): void {
        const found = this.gate.listener.find(host, path);
        if (found === "unrouted") {
            this.answer({ status: 404, message: `No app serves ${JSON.stringify(path.split("?", 1)[0])} here.` });
        } else if (found === "unknown") {
            this.answer(unavailable("The app that serves this is not known here."));
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
            this.answer(unavailable(`No replica of ${source.config.app} is ready.`));
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
        this.writer.information(head);
    }

    onHead(head: ResponseHead, more: boolean): void {
        this.endpoint?.counters.answered(this, head.status);
        if (this.gate.closing) head.headers.push("Connection", "close");
        try {
            this.writer.head(head, more);
        } catch (error) {
            // Bytes that no header may have.
            this.cancel();
            this.answer({
                status: 502,
                message: `The app's answer cannot be forwarded: ${(error as Error).message}.`,
            });
        }
    }

    onData(chunk: Buffer, last: boolean): void {
        const { response, connection, writer } = this;
        if (this.cancelled) return;
        const hasRoom = writer.data(chunk, last);
        this.bytes = writer.bytes;
        if (hasRoom || connection === undefined || connection.socket.isPaused()) return;
        connection.pause();
        response.once("drain", () => {
            if (this.connection === connection) connection.resume();
        });
    }

    onEnd(trailers: string[]): void {
        if (this.cancelled) return;
        this.completed = true;
        this.endAttempt();
        this.writer.end(trailers);
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

    onFailure({ error, unconnected, unsent, stale }: Failure): void {
        const { endpoint, source, response, gate } = this;
        if (this.cancelled || endpoint === undefined || source === undefined) return;
        if (unconnected) gate.listener.health.eject(source, endpoint);
        const repeatable = unsent || (IDEMPOTENT.has(this.method) && !this.body?.started);
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
            this.answer({ status: 502, message: `The app failed to answer: ${error.message}.` });
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

    private answer(answer: OwnAnswer): void {
        this.completed = true;
        this.bytes += writeOwnAnswer(this.response, answer, this.gate.closing);
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
