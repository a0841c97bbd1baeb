import { performance } from "node:perf_hooks";
import { UpstreamConnection } from "./upstream.js";
import type { ConnectionOwner, UpstreamHandler } from "./upstream-sides.js";

/** Idle connections are kept this long, unless the endpoint says or shows that it closes them earlier. */
const IDLE_MILLISECONDS = 4000;
/** An endpoint that says "timeout=5" may close after 5 s to the millisecond. */
const IDLE_MARGIN_MILLISECONDS = 1500;
/**
 * A request that must not be sent twice gets a connection only within this share of that time. An endpoint that is too
 * busy to read closes a connection when its time is over, together with the request that waits in it; and it counts
 * from its answer, which a proxy that is busy itself sees later. So the rest is what either may be held up for.
 */
const CAREFUL_SHARE = 1 / 4;
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
     * @param careful The request must not be sent twice: only a connection that was in use a moment ago will do, and
     *     once more it is looked whether the endpoint has closed it.
     * @param fresh Only a new connection will do.
     */
    dispatch(handler: UpstreamHandler & { readonly cancelled: boolean }, careful: boolean, fresh: boolean): void {
        const connection = fresh || handler.upgrade ? undefined : this.take(careful);
        if (connection === undefined) {
            this.connect(handler);
        } else if (!careful) {
            connection.begin(handler);
        } else {
            // Two turns of the event loop: whatever the kernel knows by now has been read after them.
            setImmediate(() => {
                setImmediate(() => {
                    if (handler.cancelled) this.keep(connection);
                    else if (connection.usable) connection.begin(handler);
                    else this.connect(handler);
                });
            });
        }
    }

    release(connection: UpstreamConnection): void {
        connection.idleSince = performance.now();
        this.keep(connection);
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

    private keep(connection: UpstreamConnection): void {
        if (this.closed || this.idle.length >= IDLE_CONNECTIONS || !connection.usable) connection.socket.destroy();
        else this.idle.push(connection);
    }

    private take(careful: boolean): UpstreamConnection | undefined {
        const now = performance.now();
        for (let connection = this.idle.at(-1); connection; connection = this.idle.at(-1)) {
            const usable = connection.usable && now - connection.idleSince <= this.idleMilliseconds;
            // It stays for requests that may be sent twice.
            if (usable && careful && now - connection.sentAt > this.idleMilliseconds * CAREFUL_SHARE) return undefined;
            this.idle.pop();
            if (usable) return connection;
            connection.socket.destroy();
        }
        return undefined;
    }
}
