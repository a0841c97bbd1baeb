/**
 * The HTTP side of a process, on node:http alone: routes, probes, one log line a request, and a stop that drops nothing.
 *
 * A route is [method, pattern, handler]; a handler gets the request and what the pattern captured, and returns an
 * answer ({@link json}, {@link html}, {@link seeOther}) or throws an {@link HttpError}.
 */
import { createServer } from "node:http";
import { log } from "./log.js";
import { Unavailable } from "./unavailable.js";

// Longer than the idle time-out of the load balancer (60 s): it must be the one that closes an idle connection.
// The other way round it sends a request into a connection that we are just closing, and the user gets a 502.
const KEEP_ALIVE_MILLISECONDS = 75_000;
const BODY_LIMIT_BYTES = 64 * 1024;

export class HttpError extends Error {
    constructor(status, message, { details = {}, headers = {} } = {}) {
        super(message);
        this.answer = json(status, { error: message, ...details }, headers);
    }
}

export function json(status, value, headers = {}) {
    return { status, headers: { "content-type": "application/json", ...headers }, body: `${JSON.stringify(value)}\n` };
}

export function html(status, body, headers = {}) {
    return { status, headers: { "content-type": "text/html; charset=utf-8", ...headers }, body };
}

export function seeOther(location) {
    return { status: 303, headers: { location }, body: "" };
}

/** The body of a JSON or form request as an object. */
export async function readBody(request) {
    const type = request.headers["content-type"]?.split(";")[0].trim();
    const tooLarge = new HttpError(413, `The body has more than ${BODY_LIMIT_BYTES} bytes.`, {
        headers: { connection: "close" },
    });
    if (Number(request.headers["content-length"]) > BODY_LIMIT_BYTES) throw tooLarge;
    const chunks = [];
    let bytes = 0;
    for await (const chunk of request) {
        bytes += chunk.length;
        // Leaving the loop closes the connection: who sends without telling how much does not get to read an answer.
        if (bytes > BODY_LIMIT_BYTES) throw tooLarge;
        chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString("utf8");
    if (type === "application/x-www-form-urlencoded") return Object.fromEntries(new URLSearchParams(text));
    if (type !== "application/json") throw new HttpError(415, "Send application/json or a form.");
    const value = parse(text);
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
        throw new HttpError(400, "The body is not a JSON object.");
    }
    return value;
}

function parse(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}

/** Listens until SIGTERM or SIGINT; then finishes what is in flight, calls `onStop` and exits with status 0. */
export function serve(routes, { port, onStop = async () => {} }) {
    let stopping = false;
    const inFlight = new Set();

    const all = [
        // Alive: this process answers. Ready: it may get traffic. Neither asks the database or another service: when one
        // of those is down, taking every replica out of traffic or restarting it would only make things worse.
        ["GET", /^\/healthz$/, () => json(200, { status: "alive" })],
        ["GET", /^\/readyz$/, () => json(stopping ? 503 : 200, { status: stopping ? "stopping" : "ready" })],
        ...routes,
    ];

    const server = createServer(async (request, response) => {
        const started = performance.now();
        inFlight.add(response);
        response.once("close", () => {
            inFlight.delete(response);
            closeWhenDone();
        });
        const path = request.url.split("?")[0];
        const answer = await answerTo(all, request, path);
        if (stopping) response.setHeader("connection", "close");
        response.writeHead(answer.status, { "content-length": Buffer.byteLength(answer.body), ...answer.headers });
        response.end(answer.body);
        if (path !== "/healthz" && path !== "/readyz") {
            log("info", "request", {
                method: request.method,
                path,
                status: answer.status,
                milliseconds: Math.round(performance.now() - started),
                requestId: request.headers["x-request-id"],
            });
        }
    });
    server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
    // HOST is set where only one interface may listen, as on a developer's machine; a container listens on all.
    server.listen({ port, host: process.env.HOST }, () => log("info", "listening", { port }));
    server.once("error", (error) => {
        log("error", "cannot listen", { port, error: error.message });
        process.exit(1);
    });

    // Connections without a request (a balancer or browser may open some in advance) would hold the server open.
    function closeWhenDone() {
        if (stopping && inFlight.size === 0) server.closeAllConnections();
    }

    function stop(signal) {
        if (stopping) return;
        stopping = true;
        log("info", "stopping", { signal, inFlight: inFlight.size });
        server.close(async () => {
            await onStop();
            log("info", "stopped");
            process.exit(0);
        });
        closeWhenDone();
    }
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
}

async function answerTo(routes, request, path) {
    try {
        const matching = routes.filter(([, pattern]) => pattern.test(path));
        if (matching.length === 0) throw new HttpError(404, `There is nothing at ${path}.`);
        const method = request.method === "HEAD" ? "GET" : request.method;
        const route = matching.find(([allowed]) => allowed === method);
        if (!route) {
            const allow = matching.map(([allowed]) => allowed).join(", ");
            throw new HttpError(405, `${path} takes ${allow}.`, { headers: { allow } });
        }
        const [, pattern, handler] = route;
        return await handler(request, ...pattern.exec(path).slice(1));
    } catch (error) {
        if (error instanceof HttpError) return error.answer;
        if (error instanceof Unavailable) return json(503, { error: error.message }, { "retry-after": "2" });
        // The client went away in the middle of its request: nobody reads this answer, and nothing is wrong here.
        if (error.code === "ECONNRESET" && !request.complete)
            return json(400, { error: "The request is not complete." });
        log("error", "request failed", { method: request.method, path, error: error.stack });
        return json(500, { error: "Something went wrong on our side." });
    }
}
