import { randomUUID } from "node:crypto";
import type { Delivery as AmqpDelivery, Message } from "rhea";
import type { Delivery, OutgoingMessage } from "./driver.js";

type Rhea = typeof import("rhea");

const BINARY = "application/octet-stream";
/** Service Bus locks for 5 seconds to 5 minutes; outside of it our clock or theirs is wrong. */
const SHORTEST_LOCK_SECONDS = 5;
const LONGEST_LOCK_SECONDS = 300;

/** Once a message has it, it has it on every attempt: a broker that looks for duplicates finds them by it. */
export function withId(message: OutgoingMessage): OutgoingMessage & { readonly deduplicationId: string } {
    return { deduplicationId: randomUUID(), ...message };
}

/** A message with its body as bytes, which every broker and client carries as they are. */
export function encoded(rhea: Rhea, message: OutgoingMessage, queueDelaySeconds: number): Message {
    const { body, contentType, groupId, deduplicationId, delaySeconds = queueDelaySeconds } = message;
    const now = Date.now();
    return {
        durable: true,
        ...(deduplicationId === undefined ? {} : { message_id: deduplicationId }),
        content_type: contentType,
        creation_time: new Date(now),
        ...(groupId === undefined ? {} : { group_id: groupId }),
        ...(delaySeconds > 0
            ? {
                  message_annotations: {
                      "x-opt-scheduled-enqueue-time": rhea.types.wrap_timestamp(now + delaySeconds * 1000),
                  },
              }
            : {}),
        body: rhea.message.data_section(Buffer.from(body)),
    };
}

/**
 * @param receipt what the driver needs to settle it
 * @param lockedUntil when the message itself does not tell
 */
export function decoded(
    { message, delivery }: { readonly message: Message; readonly delivery: AmqpDelivery },
    receipt: unknown,
    lockedUntil?: Date,
): Delivery {
    const annotations = message.message_annotations ?? {};
    const { body, contentType } = bodyOf(message);
    const until = lockedUntil?.getTime() ?? timeOf(annotations["x-opt-locked-until"]);
    const visibilitySeconds =
        until === undefined
            ? undefined
            : Math.min(Math.max((until - Date.now()) / 1000, SHORTEST_LOCK_SECONDS), LONGEST_LOCK_SECONDS);
    return {
        id: String(message.message_id ?? annotations["x-opt-sequence-number"] ?? delivery.id),
        receipt,
        body,
        contentType,
        ...(message.group_id === undefined || message.group_id === null ? {} : { groupId: message.group_id }),
        deliveryCount: deliveryCountOf(message),
        sentAt: new Date(timeOf(annotations["x-opt-enqueued-time"]) ?? timeOf(message.creation_time) ?? 0),
        ...(visibilitySeconds === undefined ? {} : { visibilitySeconds }),
    };
}

/** RabbitMQ 3 does not count, and tells only whether it is the first time. */
function deliveryCountOf({ delivery_count, first_acquirer }: Message): number {
    if (typeof delivery_count === "number") return delivery_count + 1;
    return first_acquirer === false ? 2 : 1;
}

/** Bytes are text where their content type says so; other clients may have sent a string or a map. */
function bodyOf({ body, content_type }: Message): { body: string | Uint8Array; contentType: string } {
    if (typeof body === "string") return { body, contentType: content_type ?? "text/plain" };
    const bytes = bytesOf(body);
    if (bytes === undefined) return { body: JSON.stringify(body ?? null), contentType: "application/json" };
    const contentType = content_type ?? BINARY;
    const [type = ""] = contentType.split(";");
    const isText = type.startsWith("text/") || type === "application/json";
    return { body: isText ? bytes.toString() : bytes, contentType: type };
}

/** A data section, several of them, or a binary value. */
function bytesOf(body: unknown): Buffer | undefined {
    if (Buffer.isBuffer(body)) return body;
    const { content } = (body ?? {}) as { content?: unknown };
    if (Buffer.isBuffer(content)) return content;
    if (Array.isArray(content) && content.every((part) => Buffer.isBuffer(part))) return Buffer.concat(content);
    return undefined;
}

function timeOf(value: unknown): number | undefined {
    if (value instanceof Date) return value.getTime();
    return typeof value === "number" ? value : undefined;
}
