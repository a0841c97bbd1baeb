import { performance } from "node:perf_hooks";
import { type ConnectionOwner, UpstreamConnection, type UpstreamHandler } from "./upstream.js";

/** Idle connections are kept this long, unless the endpoint says or shows that it closes them earlier. */
const IDLE_MILLISECONDS = 4000;
/** An endpoint that says "timeout=5" may close after 5 s to the millisecond. */
const IDLE_MARGIN_MILLISECONDS = 1500;
const IDLE_CONNECTIONS = 256;

/** The connections to one endpoint. */
export class UpstreamPool implements ConnectionOwner {
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
        const connection = fresh || handler.upgrade ? undefined : this.take();
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

    announced(seconds: number): void {
        this.shorten(seconds * 1000 - IDLE_MARGIN_MILLISECONDS);
    }

    /** Next time be earlier. */
    closedWhenIdleFor(milliseconds: number): void {
        if (!this.closed) this.shorten(milliseconds / 2);
    }

    private shorten(milliseconds: number): void {
        if (milliseconds < this.idleMilliseconds) this.idleMilliseconds = Math.max(0, milliseconds);
    }

    private connect(handler: UpstreamHandler): void {
        const connection = new UpstreamConnection(this, handler.upgrade);
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
