import type { Socket } from "node:net";
import type { ResponseHead } from "./response-head.js";
import type { UpstreamConnection } from "./upstream.js";

/** One request's side of a connection to an endpoint. */
export interface UpstreamHandler {
    readonly method: string;
    /** Asks for another protocol. */
    readonly upgrade: boolean;
    /** The connection is there: write the request now. */
    onConnected(connection: UpstreamConnection): void;
    onInformation(head: ResponseHead): void;
    onHead(head: ResponseHead, more: boolean): void;
    /** The chunk's memory is used again when this returns. */
    onData(chunk: Buffer, last: boolean): void;
    onEnd(trailers: string[]): void;
    onUpgrade(head: ResponseHead, socket: Socket, rest: Buffer): void;
    /** Room to write again. */
    onDrain(): void;
    onFailure(failure: Failure): void;
}

export interface Failure {
    readonly error: Error;
    /** The connection could not be made, so that nothing was sent. */
    readonly unconnected: boolean;
    /** Nothing of the request was sent, so that it may be repeated whatever its method. */
    readonly unsent: boolean;
    /** It was a connection that had been idle, and ended without a byte: most likely the endpoint just closed it. */
    readonly stale: boolean;
}

/** What a connection tells the pool that it belongs to. */
export interface ConnectionOwner {
    readonly port: number;
    /** It may be given another request. */
    release(connection: UpstreamConnection): void;
    /** It is no connection to the endpoint any more. */
    forget(connection: UpstreamConnection): void;
    /** The endpoint said for how long it keeps idle connections. */
    announced(seconds: number): void;
    /** The endpoint closed a connection that had been idle for so long. */
    closedWhenIdleFor(milliseconds: number): void;
}
