import { kindOf } from "./header-names.js";
import { ProtocolError, parseResponseHead, type ResponseHead } from "./response-head.js";

/** Takes an answer piece by piece. */
export interface ResponseSink {
    /** An interim answer (1xx, but not 101). */
    onInformation(head: ResponseHead): void;
    /** @param more The next bytes are here already, so that the head need not be sent on its own. */
    onHead(head: ResponseHead, more: boolean): void;
    /**
     * @param chunk Holds it only until the call returns; then its memory is used again.
     * @param last Nothing follows, so that head, body and end can be one write.
     */
    onData(chunk: Buffer, last: boolean): void;
    onEnd(trailers: string[]): void;
    /** Status 101: from here on the connection speaks another protocol. */
    onUpgrade(head: ResponseHead, rest: Buffer): void;
}

type State =
    /** No answer is expected. */
    "idle" | "head" | "length" | "chunkSize" | "chunkData" | "chunkEnd" | "trailers" | "untilClose" | "upgraded";

const HEAD_END = Buffer.from("\r\n\r\n");
const LINE_END = Buffer.from("\r\n");
const MAXIMUM_HEAD_BYTES = 64 * 1024;
const MAXIMUM_LINE_BYTES = 8 * 1024;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/;

/**
 * Reads HTTP/1.1 answers off one connection to an endpoint.
 *
 * Node's own parser is not to be had without its client, which together with undici's was the larger part of the cost
 * of a request (35 µs instead of 25 µs, bench/proxy); clients are parsed by Node's server all the same.
 */
export class ResponseParser {
    private state: State = "idle";
    private method = "";
    private upgrade = false;
    /** Bytes of a line or head that is not complete yet. */
    private partial: Buffer | undefined;
    private remaining = 0;
    private trailers: string[] = [];
    private trailerBytes = 0;
    /** Something came after an answer: the connection is out of step. */
    surplus = false;

    constructor(private readonly sink: ResponseSink) {}

    /** An answer is expected to a request of this method. */
    expect(method: string, upgrade: boolean): void {
        this.state = "head";
        this.method = method;
        this.upgrade = upgrade;
    }

    /** True between two answers. */
    get idle(): boolean {
        return this.state === "idle";
    }

    /**
     * @param chunk May be used again when this returns.
     * @throws ProtocolError when this is no answer; the parser is of no more use then.
     */
    feed(chunk: Buffer): void {
        let data = chunk;
        if (this.partial !== undefined) {
            data = Buffer.concat([this.partial, chunk]);
            this.partial = undefined;
        }
        let at = 0;
        while (at >= 0 && at < data.length) at = this.step(data, at);
    }

    /** The endpoint has closed its side. @throws ProtocolError when the answer was not complete. */
    finish(): void {
        if (this.state === "untilClose") {
            this.state = "idle";
            this.sink.onEnd([]);
        } else if (this.state !== "idle" && this.state !== "upgraded") {
            const none = this.state === "head" && this.partial === undefined;
            throw new ProtocolError(`it closed the connection ${none ? "without an answer" : "within its answer"}`);
        }
    }

    /** @returns Where to go on, or -1 when more is needed. */
    private step(data: Buffer, at: number): number {
        switch (this.state) {
            case "head":
                return this.head(data, at);
            case "length":
            case "chunkData":
                return this.body(data, at);
            case "untilClose":
                this.sink.onData(at === 0 ? data : data.subarray(at), false);
                return data.length;
            case "idle":
                throw new ProtocolError("it sent something nobody asked for");
            case "upgraded":
                return -1;
            default:
                return this.line(data, at);
        }
    }

    private head(data: Buffer, at: number): number {
        const end = data.indexOf(HEAD_END, at);
        if ((end < 0 ? data.length : end) - at > MAXIMUM_HEAD_BYTES) {
            throw new ProtocolError(`its headers exceed ${MAXIMUM_HEAD_BYTES} bytes`);
        }
        if (end < 0) return this.keep(data, at);
        const head = parseResponseHead(data.toString("latin1", at, end + 2), this.method);
        const next = end + 4;
        if (head.status === 101) {
            if (!this.upgrade) throw new ProtocolError("it switches protocols unasked (status 101)");
            this.state = "upgraded";
            this.sink.onUpgrade(head, data.subarray(next));
            return -1;
        }
        if (head.status < 200) {
            this.sink.onInformation(head);
            return next;
        }
        if (head.framing === "none") this.state = "idle";
        else if (head.framing === "chunked") this.state = "chunkSize";
        else if (head.framing === "close") this.state = "untilClose";
        else this.state = "length";
        this.remaining = head.length;
        // A connection with something left after its answer must not be used again, so the end comes last.
        this.sink.onHead(head, next < data.length);
        if (head.framing === "none") this.end(data, next, []);
        return next;
    }

    private body(data: Buffer, at: number): number {
        const size = Math.min(this.remaining, data.length - at);
        const end = at + size;
        this.remaining -= size;
        const whole = this.state === "length" && this.remaining === 0;
        if (whole) this.state = "idle";
        else if (this.remaining === 0) this.state = "chunkEnd";
        this.sink.onData(at === 0 && end === data.length ? data : data.subarray(at, end), whole);
        if (whole) this.end(data, end, []);
        return end;
    }

    private line(data: Buffer, at: number): number {
        const end = data.indexOf(LINE_END, at);
        if ((end < 0 ? data.length : end) - at > MAXIMUM_LINE_BYTES) {
            throw new ProtocolError(`a line of its chunks exceeds ${MAXIMUM_LINE_BYTES} bytes`);
        }
        if (end < 0) return this.keep(data, at);
        const text = data.toString("latin1", at, end);
        const next = end + 2;
        if (this.state === "chunkEnd") {
            if (text !== "") throw new ProtocolError("a chunk is longer than it said");
            this.state = "chunkSize";
        } else if (this.state === "chunkSize") {
            const size = CHUNK_SIZE.exec(text)?.[1];
            if (size === undefined) throw new ProtocolError(`a chunk's size is ${JSON.stringify(text.slice(0, 100))}`);
            this.remaining = Number.parseInt(size, 16);
            this.state = this.remaining === 0 ? "trailers" : "chunkData";
        } else if (text !== "") {
            this.trailer(text);
        } else {
            const { trailers } = this;
            this.trailers = [];
            this.trailerBytes = 0;
            this.state = "idle";
            this.end(data, next, trailers);
        }
        return next;
    }

    private trailer(line: string): void {
        const colon = line.indexOf(":");
        const kind = kindOf(line.slice(0, Math.max(0, colon)));
        this.trailerBytes += line.length;
        if (kind === "invalid" || this.trailerBytes > MAXIMUM_HEAD_BYTES) {
            throw new ProtocolError("its trailers are not usable");
        }
        // Framing and routing must not come late (RFC 9110, 6.5.1).
        if (kind === "pass") this.trailers.push(line.slice(0, colon), line.slice(colon + 1).trim());
    }

    private end(data: Buffer, next: number, trailers: string[]): void {
        if (next < data.length) this.surplus = true;
        this.sink.onEnd(trailers);
    }

    private keep(data: Buffer, at: number): number {
        this.partial = Buffer.from(data.subarray(at));
        return -1;
    }
}
