/** The route /orders, taken out of the monolith. It looks the same from outside; the data are still the monolith's. */
import { log } from "./log.js";
import { HttpError, json, serve } from "./server.js";
import { setting } from "./settings.js";
import { Unavailable } from "./unavailable.js";

const TIMEOUT_MILLISECONDS = 2_000;
const legacy = setting("LEGACY_URL");
const served = { "x-served-by": "orders" };

serve(
    [
        ["GET", /^\/orders$/, async (request) => json(200, await fromLegacy("/orders", request), served)],
        [
            "GET",
            /^\/orders\/(\d+)$/,
            async (request, id) => json(200, await fromLegacy(`/orders/${id}`, request), served),
        ],
    ],
    { port: Number(setting("PORT")) },
);

async function fromLegacy(path, request) {
    const requestId = request.headers["x-request-id"];
    const response = await fetch(new URL(path, legacy), {
        headers: requestId ? { "x-request-id": requestId } : {},
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    }).catch((error) => {
        log("error", "legacy not available", { path, error: error.cause?.message ?? error.message, requestId });
        throw new Unavailable("order archive");
    });
    if (response.status === 404) throw new HttpError(404, `There is nothing at ${path}.`, { headers: served });
    if (!response.ok) throw new Unavailable("order archive");
    return { ...(await response.json()), servedBy: "orders" };
}
