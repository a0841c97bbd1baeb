import type { ServerResponse } from "node:http";

const RETRY_AFTER_SECONDS = "1";

/** An answer of the proxy's own, in a sentence. */
export interface OwnAnswer {
    readonly status: number;
    readonly message: string;
    /** Names and values by turns. */
    readonly headers?: readonly string[];
}

/** Headers of an answer after which nothing is to come on this connection. */
export const CLOSE: readonly string[] = ["Connection", "close"];

export function unavailable(message: string): OwnAnswer {
    return { status: 503, message, headers: ["Retry-After", RETRY_AFTER_SECONDS] };
}

/** To the same place by HTTPS. */
export function redirect(port: number, host: string | undefined, path: string): OwnAnswer {
    const name = (host || "127.0.0.1").replace(/:\d*$/, "");
    const location = `https://${name}${port === 443 ? "" : `:${port}`}${path === "*" ? "/" : path}`;
    return { status: 308, message: `See ${location}`, headers: ["Location", location] };
}

/**
 * Writes it, or ends the connection when another answer has begun.
 *
 * @param closing The connection is to end after it.
 * @returns Bytes of its body.
 */
export function writeOwnAnswer(response: ServerResponse, answer: OwnAnswer, closing: boolean): number {
    if (response.headersSent || response.destroyed) {
        response.destroy();
        return 0;
    }
    const { status, message, headers = [] } = answer;
    const text = Buffer.from(`${message}\n`);
    const close = closing && !headers.includes("Connection") ? CLOSE : [];
    const own = ["Content-Type", "text/plain; charset=utf-8", "Content-Length", String(text.length)];
    response.writeHead(status, [...own, ...headers, ...close]);
    response.end(text);
    return text.length;
}
