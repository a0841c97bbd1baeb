import * as net from "node:net";
import { performance } from "node:perf_hooks";
import type { ResponseHead } from "./response-head.js";
import { ResponseParser, type ResponseSink } from "./response-parser.js";

const CONNECT_MILLISECONDS = 3000;
/** Idle connections are kept this long, unless the endpoint says or shows that it closes them earlier. */
const IDLE_MILLISECONDS = 4000;
/** An endpoint that says "timeout=5" may close after 5 s to the millisecond. */
const IDLE_MARGIN_MILLISECONDS = 1500;
const IDLE_CONNECTIONS = 256;

/** One request's side of a connection to an endpoint. */
export interface UpstreamHandler {
    readonly method: string;
    /** Asks for another protocol. */
    readonly upgrade: boolean;
    /** The connection is there: write the request now. */
    onConnected(connection: UpstreamConnection): void;
    onInformation(head: ResponseHead): void;
    onHead(head: ResponseHead, more: boolean): void;
    onData(chunk: Buffer, last: boolean): void;
    onEnd(trailers: string[]): void;
    onUpgrade(head: ResponseHead, socket: net.Socket, rest: Buffer): void;
    /** Room to write again. */
    onDrain(): void;
    onFailure(failure: Failure): void;
}

export interface Failure {
    readonly error: Error;
    /** The connection could not be made, so that nothing was sent. */
    readonly unconnected: boolean;
    /** It was a connection that had been idle, and ended without a byte: most likely the endpoint just closed it. */
    readonly stale: boolean;
}

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
    /** The whole request has been written. */
    requestSent = false;

    constructor(private readonly pool: UpstreamPool) {
        const socket = net.connect({ host: "127.0.0.1", port: pool.port, noDelay: true });
        this.socket = socket;
        socket.setTimeout(CONNECT_MILLISECONDS);
        socket.on("timeout", () => socket.destroy(new Error(`no connection within ${CONNECT_MILLISECONDS} ms`)));
        socket.on("connect", () => this.onConnect());
        socket.on("data", (chunk) => this.onChunk(chunk));
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
        this.requestSent = false;
        this.parser.expect(handler.method, handler.upgrade);
        if (this.connected) handler.onConnected(this);
    }

    /** @returns False when it would be better to wait for onDrain. */
    write(data: string | Buffer): boolean {
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
            stale: this.answers > 0 && !this.received,
        });
    }
}

/** The connections to one endpoint. */
export class UpstreamPool {
    /** Used from the end: the ones at the front grow old and are closed. */
    private readonly idle: UpstreamConnection[] = [];
    private readonly all = new Set<UpstreamConnection>();
    private idleMilliseconds = IDLE_MILLISECONDS;
    private closed = false;

    constructor(readonly port: number) {}

    /**
     * Gives a request to an idle connection, or to a new one.
     *
     * @param careful The request must not be sent twice: look once more whether the endpoint has closed the connection.
     * @param fresh Only a new connection will do.
     */
    dispatch(handler: UpstreamHandler & { readonly cancelled: boolean }, careful: boolean, fresh: boolean): void {
        const connection = fresh ? undefined : this.take();
        if (connection === undefined) {
            this.connect(handler);
        } else if (!careful) {
            connection.begin(handler);
        } else {
            // Two turns of the event loop: whatever the kernel knows by now has been read after them.
            setImmediate(() => {
                setImmediate(() => {
                    if (handler.cancelled) this.release(connection);
                    else if (connection.usable) connection.begin(handler);
                    else this.connect(handler);
                });
            });
        }
    }

    release(connection: UpstreamConnection): void {
        if (this.closed || this.idle.length >= IDLE_CONNECTIONS || !connection.usable) {
            connection.socket.destroy();
            return;
        }
        connection.idleSince = performance.now();
        this.idle.push(connection);
    }

    forget(connection: UpstreamConnection): void {
        this.all.delete(connection);
        const at = this.idle.indexOf(connection);
        if (at >= 0) this.idle.splice(at, 1);
    }

    /** Closes connections that have been idle for too long; to be called every second or so. */
    sweep(now: number): void {
        let old = 0;
        for (const connection of this.idle) {
            if (now - connection.idleSince < this.idleMilliseconds) break;
            old++;
        }
        for (const connection of this.idle.splice(0, old)) connection.socket.destroy();
    }

    /** Closes idle connections now, and the others after their answers. */
    close(): void {
        this.closed = true;
        for (const connection of this.idle.splice(0)) connection.socket.destroy();
    }

    /** Undoes `close`: the endpoint is wanted again. */
    open(): void {
        this.closed = false;
    }

    /** Ends everything, also what is under way. */
    destroy(): void {
        this.close();
        for (const connection of this.all) connection.socket.destroy();
    }

    /** The endpoint said for how long it keeps idle connections. */
    announced(seconds: number): void {
        this.shorten(seconds * 1000 - IDLE_MARGIN_MILLISECONDS);
    }

    /** The endpoint closed a connection that had been idle for so long: next time be earlier. */
    closedWhenIdleFor(milliseconds: number): void {
        if (!this.closed) this.shorten(milliseconds / 2);
    }

    private shorten(milliseconds: number): void {
        if (milliseconds < this.idleMilliseconds) this.idleMilliseconds = Math.max(0, milliseconds);
    }

    private connect(handler: UpstreamHandler): void {
        const connection = new UpstreamConnection(this);
        this.all.add(connection);
        connection.begin(handler);
    }

    private take(): UpstreamConnection | undefined {
        const oldest = performance.now() - this.idleMilliseconds;
        for (let connection = this.idle.pop(); connection; connection = this.idle.pop()) {
            if (connection.idleSince >= oldest && connection.usable) return connection;
            connection.socket.destroy();
        }
        return undefined;
    }
}
