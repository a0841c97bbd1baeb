import type { Delivery, OutgoingMessage } from "./drivers/driver.js";

/** What can be sent: text, bytes, or anything else that JSON can hold. */
export type Body = string | Uint8Array | object;

/** How one message is sent. */
export interface SendOptions {
    /** Seconds until the message can be received, 0 to 900. Default: the queue's. Not on FIFO queues. */
    readonly delaySeconds?: number;
    /** FIFO queues: messages of one group are handled in order, one at a time. Required there. */
    readonly groupId?: string;
    /** FIFO queues: a message with the same id within five minutes is accepted and dropped. Default: none is. */
    readonly deduplicationId?: string;
}

/** A message as a handler gets it. */
export interface Message {
    /** The service's own id of it. */
    readonly id: string;
    /** As it was sent: text, bytes (Uint8Array), or what the JSON held. */
    readonly body: unknown;
    /** text/plain, application/json or application/octet-stream, as it was sent. */
    readonly contentType: string;
    /** FIFO queues: the group that it belongs to. */
    readonly groupId?: string;
    /** 1 for the first delivery. */
    readonly deliveryCount: number;
    /** When the service stored it. */
    readonly sentAt: Date;
}

/** Largest body in bytes: SQS and Service Bus (Standard) take 256 KiB together with a message's properties. */
const MAX_BYTES = 255 * 1024;
const MAX_DELAY_SECONDS = 900;

/** @throws when the service would refuse the message, before it can spoil a batch. */
export function outgoing(body: Body, options: SendOptions): OutgoingMessage {
    const [content, contentType] = encoded(body);
    const size = sizeOf(content);
    if (size > MAX_BYTES) {
        throw new RangeError(
            `A message of ${size} bytes: at most ${MAX_BYTES} (255 KiB) are allowed on every target. ` +
                "Store large content elsewhere and send a reference to it.",
        );
    }
    const delay = options.delaySeconds;
    if (delay !== undefined && !(delay >= 0 && delay <= MAX_DELAY_SECONDS)) {
        throw new RangeError(`delaySeconds is ${delay}; allowed is 0 to ${MAX_DELAY_SECONDS}.`);
    }
    return { body: content, contentType, ...options };
}

/** Bytes as the service counts them: base64 where it carries only text. */
export function sizeOf(body: string | Uint8Array): number {
    return typeof body === "string" ? Buffer.byteLength(body) : Math.ceil(body.length / 3) * 4;
}

function encoded(body: Body): [string | Uint8Array, string] {
    if (body instanceof Uint8Array) return [body, "application/octet-stream"];
    if (typeof body === "object") return [JSON.stringify(body), "application/json"];
    if (typeof body !== "string") throw new TypeError(`A message is a string, bytes or an object; got ${typeof body}.`);
    // Neither PostgreSQL nor SQS carries NUL in text.
    if (body.includes("\0")) throw new TypeError("A text message holds a NUL character: send it as a Uint8Array.");
    return [body, "text/plain"];
}

/** @throws when a body that says it is JSON is not. */
export function incoming(delivery: Delivery): Message {
    const { id, contentType, groupId, deliveryCount, sentAt } = delivery;
    const { body } = delivery;
    const isJson = contentType === "application/json" && typeof body === "string";
    return {
        id,
        body: isJson ? (JSON.parse(body) as unknown) : body,
        contentType,
        ...(groupId === undefined ? {} : { groupId }),
        deliveryCount,
        sentAt,
    };
}
