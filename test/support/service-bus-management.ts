import rhea, { type Message } from "rhea";
import type { ServiceBusQueue } from "./service-bus-queue.js";

/** What `$management` answers to a request for an entity. */
export function managed(queue: ServiceBusQueue, request: Message): Message {
    const operation = request.application_properties?.operation;
    const until = Date.now() + queue.settings.lockSeconds * 1000;
    if (operation === "com.microsoft:renew-lock") {
        const [token] = (request.body as { "lock-tokens": readonly Buffer[] })["lock-tokens"];
        const stored = token && queue.locked(turned(token));
        if (!stored?.lock) return response(410, {});
        stored.lock.until = until;
        return response(200, { expirations: rhea.types.wrap_array([until], 0x83, undefined) });
    }
    if (operation === "com.microsoft:renew-session-lock") {
        queue.expire();
        const session = queue.sessions.get((request.body as { "session-id": string })["session-id"]);
        if (!session) return response(410, {});
        session.until = until;
        queue.renewOf(session.owner, until);
        return response(200, { expiration: rhea.types.wrap_timestamp(until) });
    }
    return response(501, {});
}

function response(statusCode: number, body: object): Message {
    return { application_properties: { statusCode: rhea.types.wrap_int(statusCode) }, body };
}

/** A delivery's tag is its token as .NET writes a GUID: the first three groups turned round. */
function turned(bytes: Buffer): Buffer {
    return Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((i) => bytes[i] ?? 0));
}
