import { socketPath } from "../paths.js";
import type { ProxyPart } from "./parts.js";
import { message, monotonic, pause } from "./wait.js";

const PATIENCE_MILLISECONDS = 15_000;

/** The proxies that carry this stack's traffic: its own, and those of other stacks' balancers. */
export class Proxies {
    private readonly clients = new Map<string, ProxyPart>();

    constructor(
        private readonly client: (socket: string) => ProxyPart,
        /** Makes sure that the proxy of a home runs, as far as this supervisor can. */
        readonly ensure: (home: string) => Promise<void>,
    ) {}

    of(home: string): ProxyPart {
        let client = this.clients.get(home);
        if (client === undefined) {
            client = this.client(socketPath(home, "proxy"));
            this.clients.set(home, client);
        }
        return client;
    }
}

const ABSENT = /^(ECONNREFUSED|ENOENT)$/;
const UNSURE = /^(ECONNRESET|EPIPE|ETIMEDOUT|UND_ERR_(SOCKET|CONNECT_TIMEOUT|CLOSED))$/;

/** True for errors that say nothing but that nobody answers at the moment. */
export function isConnectionError(error: unknown): boolean {
    return hasCode(error, ABSENT) || hasCode(error, UNSURE);
}

/** There is a proxy, or was a moment ago, and it did not answer: whether it knows what it was told cannot be said. */
export function isUnsure(error: unknown): boolean {
    return hasCode(error, UNSURE);
}

function hasCode(error: unknown, codes: RegExp): boolean {
    for (let at: unknown = error; at instanceof Error; at = at.cause) {
        if (codes.test((at as NodeJS.ErrnoException).code ?? "")) return true;
    }
    return false;
}

/** Tries again while a proxy is being restarted; any other error is one at once. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
    const deadline = monotonic() + PATIENCE_MILLISECONDS;
    for (;;) {
        try {
            return await work();
        } catch (error) {
            if (!isConnectionError(error)) throw error;
            if (monotonic() >= deadline) {
                throw new Error(`The load balancer's process does not answer: ${message(error)}.`, { cause: error });
            }
            await pause(200);
        }
    }
}
