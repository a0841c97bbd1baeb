import type { IncomingMessage } from "node:http";
import { kindOf } from "./header-names.js";
import type { UpstreamConnection } from "./upstream.js";

/** Carries the body of a request to the endpoint, as fast as both sides go and never more than a piece at a time. */
export class RequestBody {
    private connection: UpstreamConnection | undefined;

    constructor(
        private readonly request: IncomingMessage,
        private readonly chunked: boolean,
    ) {}

    /** True once a part of it may be gone, so that it cannot be sent again. */
    started = false;

    send(connection: UpstreamConnection): void {
        this.started = true;
        this.connection = connection;
        this.request.on("data", this.onData);
        this.request.on("end", this.onEnd);
    }

    /** The endpoint has room again. */
    resume(): void {
        if (this.connection !== undefined) this.request.resume();
    }

    /** Nobody reads it any more; what still comes is thrown away. */
    stop(): void {
        if (this.connection === undefined) return;
        this.connection = undefined;
        this.request.off("data", this.onData);
        this.request.off("end", this.onEnd);
        this.request.resume();
    }

    private readonly onData = (chunk: Buffer): void => {
        const { connection, chunked, request } = this;
        if (connection === undefined) return;
        if (chunked) connection.socket.cork();
        if (chunked) connection.write(`${chunk.length.toString(16)}\r\n`);
        let hasRoom = connection.write(chunk);
        if (chunked) hasRoom = connection.write("\r\n");
        if (chunked) connection.socket.uncork();
        if (!hasRoom) request.pause();
    };

    private readonly onEnd = (): void => {
        const { connection } = this;
        if (connection === undefined) return;
        if (this.chunked) connection.write(`0\r\n${this.trailers()}\r\n`);
        connection.requestSent = true;
    };

    private trailers(): string {
        const raw = this.request.rawTrailers;
        let lines = "";
        for (let at = 0; at + 1 < raw.length; at += 2) {
            const name = raw[at] ?? "";
            if (kindOf(name) === "pass") lines += `${name}: ${raw[at + 1]}\r\n`;
        }
        return lines;
    }
}
