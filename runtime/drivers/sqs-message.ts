import type { Message, SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import type { Delivery, OutgoingMessage } from "./driver.js";

const BINARY = "application/octet-stream";
const TEXT = "text/plain";
/** What SQS does not carry: control characters and what is no character (API reference of SendMessage). */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Bytes, and text that SQS would refuse, travel as base64; plain text carries nothing but itself. */
export function entryOf(message: OutgoingMessage, id: string): SendMessageBatchRequestEntry {
    const { body, contentType, delaySeconds, groupId, deduplicationId } = message;
    const encoded = typeof body !== "string" || FORBIDDEN.test(body);
    const attributes = { ...(contentType === TEXT ? {} : { contentType }), ...(encoded ? { encoding: "base64" } : {}) };
    const listed = Object.entries(attributes);
    return {
        Id: id,
        MessageBody: encoded ? Buffer.from(body).toString("base64") : String(body),
        ...(listed.length === 0
            ? {}
            : {
                  MessageAttributes: Object.fromEntries(
                      listed.map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
                  ),
              }),
        ...(delaySeconds === undefined ? {} : { DelaySeconds: Math.ceil(delaySeconds) }),
        ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
        ...(deduplicationId === undefined ? {} : { MessageDeduplicationId: deduplicationId }),
    };
}

export function deliveryOf(message: Message, visibilitySeconds: number): Delivery {
    const { MessageId = "", ReceiptHandle = "", Body = "", Attributes = {}, MessageAttributes = {} } = message;
    const contentType = MessageAttributes.contentType?.StringValue ?? TEXT;
    const bytes = MessageAttributes.encoding?.StringValue === "base64" ? Buffer.from(Body, "base64") : undefined;
    const groupId = Attributes.MessageGroupId;
    return {
        id: MessageId,
        receipt: ReceiptHandle,
        body: bytes === undefined ? Body : contentType === BINARY ? bytes : bytes.toString(),
        contentType,
        ...(groupId === undefined ? {} : { groupId }),
        deliveryCount: Number(Attributes.ApproximateReceiveCount ?? 1),
        sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)),
        visibilitySeconds,
    };
}
