import type { EventContext, Message, Sender } from "rhea";
import type { AmqpConnection, Channel } from "./amqp-connection.js";
import { Ending } from "./amqp-ending.js";
import type { Arrival } from "./amqp-intake.js";

/** 410 of `$management`: the lock is gone. */
const GONE = 410;

/**
 * Renews the locks of Service Bus by requests to `<entity>/$management`, as in "AMQP 1.0 in Azure Service Bus:
 * request-response-based operations" (learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response).
 */
export class AmqpLocks {
    /** When it has ended no more requests can be made here. */
    readonly ending = new Ending();
    readonly #connection: AmqpConnection;
    readonly #replyTo: string;
    readonly #requests: Channel<Sender>;
    readonly #waiting = new Map<string, (response: Message) => void>();

    constructor(connection: AmqpConnection, entity: string) {
        this.#connection = connection;
        this.#replyTo = connection.rhea.generate_uuid();
        const address = `${entity}/$management`;
        this.#requests = connection.sender({ target: { address } });
        const responses = {
            source: { address },
            target: { address: this.#replyTo },
            credit_window: 10,
            autoaccept: true,
        };
        const { link, ending } = connection.receiver(responses as never);
        for (const one of [this.#requests.ending, ending]) one.onEnd((fault) => this.ending.end(fault));
        link.on("message", ({ message }: EventContext) => {
            if (message) this.#waiting.get(String(message.correlation_id))?.(message);
        });
    }

    /** Resolves with when the lock of a message ends now; undefined when it has ended. */
    async renewMessage({ delivery }: Arrival): Promise<Date | undefined> {
        const { types } = this.#connection.rhea;
        const tokens = types.wrap_array([lockToken(Buffer.from(delivery.tag))], 0x98, undefined);
        const body = await this.#request("com.microsoft:renew-lock", { "lock-tokens": tokens });
        return body && dateOf((body.expirations as readonly unknown[])[0]);
    }

    /** The same for a session. */
    async renewSession(id: string): Promise<Date | undefined> {
        const body = await this.#request("com.microsoft:renew-session-lock", { "session-id": id });
        return body && dateOf(body.expiration);
    }

    /** Undefined when there is no such lock any more. */
    async #request(operation: string, body: object): Promise<Record<string, unknown> | undefined> {
        const id = this.#connection.rhea.generate_uuid();
        try {
            const answer = await this.ending.answer<Message>((resolve) => {
                this.#waiting.set(id, resolve);
                this.#requests.link.send({
                    message_id: id,
                    reply_to: this.#replyTo,
                    application_properties: { operation },
                    body,
                });
            });
            const { statusCode, statusDescription } = answer.application_properties ?? {};
            if (statusCode === GONE) return undefined;
            if (statusCode !== 200) throw new Error(`${operation} failed: ${statusCode} ${statusDescription ?? ""}`);
            return answer.body;
        } finally {
            this.#waiting.delete(id);
        }
    }
}

/** A delivery's tag is its lock token in the byte order of .NET, whose first three groups are turned round. */
export function lockToken(tag: Buffer): Buffer {
    return Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((i) => tag[i] ?? 0));
}

function dateOf(value: unknown): Date {
    return value instanceof Date ? value : new Date(Number(value));
}
