import * as net from "node:net";
import { performance } from "node:perf_hooks";
import type { ResponseHead } from "./response-head.js";
import { ResponseParser, type ResponseSink } from "./response-parser.js";
import type { ConnectionOwner, UpstreamHandler } from "./upstream-sides.js";

const CONNECT_MILLISECONDS = 3000;
/**
 * What any endpoint has sent is read into the same memory and is used before the next read: a buffer for each read cost
 * more than the read itself.
 */
const RECEIVED = Buffer.allocUnsafeSlow(64 * 1024);

/** One connection to an endpoint; one request at a time. */
export class UpstreamConnection implements ResponseSink {
    readonly socket: net.Socket;
    private readonly parser = new ResponseParser(this);
    private handler: UpstreamHandler | undefined;
    private error: Error | undefined;
    private connected = false;
    private answers = 0;
    private received = false;
    private keepAlive = false;
    /** When it became idle; of use while it is. */
    idleSince = 0;
    /** When something was sent on it last: the endpoint has not been waiting for a request for longer than that. */
    sentAt = 0;
    /** A part of the request may be on its way. */
    private sent = false;
    /** The whole request has been written. */
    requestSent = false;

    /** @param canUpgrade It may be asked for another protocol, so that its socket must be one that can be handed on. */
    constructor(
        private readonly pool: ConnectionOwner,
        canUpgrade: boolean,
    ) {
        const address = { host: "127.0.0.1", port: pool.port, noDelay: true };
        const callback = (bytes: number) => {
            this.onChunk(RECEIVED.subarray(0, bytes));
            return true;
        };
        const socket = net.connect(canUpgrade ? address : { ...address, onread: { buffer: RECEIVED, callback } });
        this.socket = socket;
        socket.setTimeout(CONNECT_MILLISECONDS);
        socket.on("timeout", () => socket.destroy(new Error(`no connection within ${CONNECT_MILLISECONDS} ms`)));
        socket.on("connect", () => this.onConnect());
        if (canUpgrade) socket.on("data", (chunk) => this.onChunk(chunk));
        socket.on("drain", () => this.handler?.onDrain());
        socket.on("end", () => this.onFinish());
        socket.on("error", (error) => {
            this.error = error;
        });
        socket.on("close", () => this.onClose());
    }

    /** Gives the connection a request: at once, or when it is made. */
    begin(handler: UpstreamHandler): void {
        this.handler = handler;
        this.received = false;
        this.sent = false;
        this.requestSent = false;
        this.parser.expect(handler.method, handler.upgrade);
        if (this.connected) handler.onConnected(this);
    }

    /** @returns False when it would be better to wait for onDrain. */
    write(data: string | Buffer): boolean {
        // Its end has been seen, and will be told in a moment: what is not written then can be sent elsewhere.
        if (!this.usable) return true;
        this.sent = true;
        this.sentAt = performance.now();
        return typeof data === "string" ? this.socket.write(data, "latin1") : this.socket.write(data);
    }

    /** The request is of no interest any more. */
    abort(): void {
        this.handler = undefined;
        this.socket.destroy();
    }

    pause(): void {
        this.socket.pause();
    }

    resume(): void {
        this.socket.resume();
    }

    get usable(): boolean {
        return this.connected && !this.socket.destroyed && !this.socket.readableEnded && this.error === undefined;
    }

    onInformation(head: ResponseHead): void {
        this.handler?.onInformation(head);
    }

    onHead(head: ResponseHead, more: boolean): void {
        this.keepAlive = head.keepAlive;
        if (head.keepAliveSeconds !== undefined) this.pool.announced(head.keepAliveSeconds);
        this.handler?.onHead(head, more);
    }

    onData(chunk: Buffer, last: boolean): void {
        this.handler?.onData(chunk, last);
    }

    onEnd(trailers: string[]): void {
        const { handler } = this;
        this.handler = undefined;
        this.answers++;
        // An endpoint that answers before it has read the request is still to be sent the rest of it.
        const again = this.keepAlive && this.requestSent && !this.parser.surplus;
        handler?.onEnd(trailers);
        // The last piece may have been more than the client could take at once; the next request is another one's.
        if (this.socket.isPaused()) this.socket.resume();
        if (again) this.pool.release(this);
        else this.socket.destroy();
    }

    onUpgrade(head: ResponseHead, rest: Buffer): void {
        const { handler, socket } = this;
        this.handler = undefined;
        this.pool.forget(this);
        for (const event of ["timeout", "connect", "data", "drain", "end", "close"]) socket.removeAllListeners(event);
        socket.pause();
        if (handler) handler.onUpgrade(head, socket, rest);
        else socket.destroy();
    }

    private onConnect(): void {
        this.connected = true;
        this.socket.setTimeout(0);
        this.handler?.onConnected(this);
    }

    private onChunk(chunk: Buffer): void {
        this.received = true;
        try {
            this.parser.feed(chunk);
        } catch (error) {
            this.socket.destroy(error as Error);
        }
    }

    private onFinish(): void {
        if (this.parser.idle) {
            if (this.handler === undefined) this.pool.closedWhenIdleFor(performance.now() - this.idleSince);
            return;
        }
        try {
            this.parser.finish();
        } catch (error) {
            this.error = error as Error;
        }
    }

    private onClose(): void {
        const { handler } = this;
        this.handler = undefined;
        this.pool.forget(this);
        handler?.onFailure({
            error: this.error ?? new Error("it closed the connection"),
            unconnected: !this.connected,
            unsent: !this.sent,
            stale: this.answers > 0 && !this.received,
        });
    }
}
