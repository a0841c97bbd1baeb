import type { AlertSpec } from "../spec.js";

const TIMEOUT_MILLISECONDS = 5000;
/** A receiver that does not answer must not pile up requests. */
const MOST_AT_ONCE = 8;

export interface NotifierOptions {
    /** Writes a line (of the stream `system`) to the sink. */
    readonly log: (line: string) => void;
    /** Sends a POST; for tests. @throws Error when it was not taken. */
    readonly post?: (url: string, body: string, signal: AbortSignal) => Promise<void>;
}

/**
 * Tells about raised alerts: always in the log, and to the http(s) URL of `notify` when there is one. Never throws and
 * never waits; an alert that nobody took is said in the log. The URL may hold a secret, so only its host is named.
 */
export function notifier({ log, post = send }: NotifierOptions): (alert: AlertSpec, count: number) => void {
    let underway = 0;
    return (alert, count) => {
        const { name, match, threshold, windowSeconds, notify } = alert;
        log(`alert ${name}: ${count} lines with ${match} within ${windowSeconds} s`);
        if (notify === undefined || notify === "log") return;
        if (underway >= MOST_AT_ONCE) {
            log(`alert ${name}: not sent, as ${MOST_AT_ONCE} earlier ones still wait for an answer`);
            return;
        }
        underway++;
        const body = JSON.stringify({ alert: name, match, threshold, windowSeconds, count, time: new Date() });
        // In a function of its own, so that whatever fails, fails in the same way.
        const sending = async (): Promise<void> => {
            // The usual message would name it.
            if (!URL.canParse(notify)) throw new Error("it is not a URL");
            await post(notify, body, AbortSignal.timeout(TIMEOUT_MILLISECONDS));
        };
        sending()
            .catch((error: Error) => log(`alert ${name}: ${hostOf(notify)} did not take it: ${error.message}`))
            .finally(() => underway--);
    };
}

async function send(url: string, body: string, signal: AbortSignal): Promise<void> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body, signal }).catch((error: Error) => {
        // The message itself says only "fetch failed".
        const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
        throw new Error(`${error.message}${cause}`);
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
}

function hostOf(url: string): string {
    return URL.canParse(url) ? new URL(url).host : "notify";
}
