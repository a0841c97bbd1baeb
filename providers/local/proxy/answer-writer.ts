import type { ServerResponse } from "node:http";
import { together } from "./batch.js";
import type { ResponseHead } from "./response-head.js";

const SMALL_BYTES = 8 * 1024;

/** Carries an endpoint's answer to the client. */
export class AnswerWriter {
    /** Of the body, so far. */
    bytes = 0;
    private ending = false;

    constructor(private readonly response: ServerResponse) {}

    /** An interim answer. */
    information(head: ResponseHead): void {
        const { response } = this;
        if (response.req.httpVersionMinor === 0 || response.headersSent) return;
        if (head.status === 102) response.writeProcessing();
        if (head.status === 103) {
            const link = head.headers.filter(
                (_, at) => head.headers[at - (at % 2)]?.toLowerCase() === "link" && at % 2 === 1,
            );
            if (link.length > 0) response.writeEarlyHints({ link });
        }
    }

    /**
     * @param more The next bytes are here already.
     * @throws when there are bytes in it that no header may have.
     */
    head(head: ResponseHead, more: boolean): void {
        this.response.writeHead(head.status, head.reason, head.headers);
        if (!more && head.framing !== "none") this.response.flushHeaders();
    }

    /**
     * @param chunk Its memory is used again when this returns.
     * @returns False when the client has no room for more; the response says when it has (drain).
     */
    data(chunk: Buffer, last: boolean): boolean {
        const { response } = this;
        this.bytes += chunk.length;
        if (last && chunk.length <= SMALL_BYTES) {
            // Text of the same encoding as the head goes out with it in one piece, which costs half of two.
            const text = chunk.toString("latin1");
            this.ending = true;
            together(() => {
                response.write(text, "latin1");
                // Node would send the end of the message as a second, empty piece as long as this one waits for the
                // end of the turn: writev, which costs half as much again as one write.
                process.nextTick(end, response);
            });
        } else if (last) {
            response.end(Buffer.from(chunk));
        } else {
            return response.write(Buffer.from(chunk));
        }
        return true;
    }

    end(trailers: readonly string[]): void {
        const { response } = this;
        if (this.ending || response.writableEnded) return;
        if (trailers.length > 0) addTrailers(response, trailers);
        response.end();
    }
}

function end(response: ServerResponse): void {
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
