import { log } from "./log.js";
import { setting } from "./settings.js";
import { Unavailable } from "./unavailable.js";

const TIMEOUT_MILLISECONDS = 2_000;
const base = setting("CATALOG_URL");

/** The price of an item as the catalog service tells it; undefined when it sells no such thing. */
export async function findPrice(item, requestId) {
    return ask(`/prices/${encodeURIComponent(item)}`, requestId);
}

export async function listPrices(requestId) {
    return (await ask("/prices", requestId)).prices;
}

async function ask(path, requestId) {
    try {
        const response = await fetch(new URL(path, base), {
            headers: requestId ? { "x-request-id": requestId } : {},
            signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
        });
        if (response.status === 404) return undefined;
        if (!response.ok) throw new Error(`it answered ${response.status}`);
        return await response.json();
    } catch (error) {
        log("error", "catalog not available", { path, error: error.cause?.message ?? error.message, requestId });
        throw new Unavailable("catalog");
    }
}
