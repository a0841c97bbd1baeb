import * as http from "node:http";
import { socketPath } from "../paths.js";
import type { AnswerLine } from "./protocol.js";

/** The connection ended before the answer did: the supervisor died, or is leaving. */
export class Interrupted extends Error {}

/** A request to the supervisor of a home. */
export function request(home: string, method: string, url: string, body?: unknown): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
        const payload = body === undefined ? undefined : JSON.stringify(body);
        const outgoing = http.request(
            {
                socketPath: socketPath(home, "supervisor"),
                method,
                path: url,
                agent: false,
                headers: payload === undefined ? {} : { "content-length": Buffer.byteLength(payload) },
            },
            resolve,
        );
        outgoing.once("error", reject);
        outgoing.end(payload);
    });
}

/** The whole body of an answer. */
export async function text(response: http.IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
}

/** The lines of a long answer, as they come. */
export async function* lines(response: http.IncomingMessage): AsyncGenerator<AnswerLine> {
    let rest = "";
    response.setEncoding("utf8");
    for await (const chunk of response) {
        const parts = (rest + chunk).split("\n");
        rest = parts.pop() ?? "";
        // Empty lines are signs of life.
        for (const line of parts) if (line !== "") yield JSON.parse(line) as AnswerLine;
    }
}

/** True for errors that say nothing but that nobody answers, or that somebody stopped to. */
export function isInterruption(error: unknown): boolean {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    return error instanceof Interrupted || ["ECONNREFUSED", "ECONNRESET", "ENOENT", "EPIPE"].includes(code);
}
