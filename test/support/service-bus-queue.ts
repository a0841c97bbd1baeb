/**
 * The rules of a Service Bus queue, as Microsoft documents them on learn.microsoft.com/azure/service-bus-messaging, with
 * the page of each rule. No link and no wire here.
 */
import { randomBytes } from "node:crypto";
import type { Message } from "rhea";

export interface QueueSettings {
    /** 5 seconds to 5 minutes (message-transfers-locks-settlement, "Peek Lock"). */
    readonly lockSeconds: number;
    readonly maxDeliveryCount: number;
    readonly requiresSession: boolean;
    readonly duplicateDetection: boolean;
}

export interface Stored {
    readonly message: Message;
    readonly sequence: number;
    readonly enqueuedAt: number;
    readonly availableAt: number;
    deliveries: number;
    lock: { readonly token: Buffer; until: number; readonly owner: object } | undefined;
}

/** A condition and a sentence of the service. */
export interface Refused {
    readonly condition: string;
    readonly description: string;
}

const DUPLICATE_MILLISECONDS = 5 * 60_000;

export class ServiceBusQueue {
    readonly settings: QueueSettings;
    readonly dead: ServiceBusQueue | undefined;
    /** Session and who has it; locked for as long as a message ("Message sessions"). */
    readonly sessions = new Map<string, { readonly owner: object; until: number }>();
    readonly #messages: Stored[] = [];
    readonly #seen = new Map<string, number>();
    #sequence = 0;

    constructor(settings: QueueSettings, dead?: ServiceBusQueue) {
        this.settings = settings;
        this.dead = dead;
    }

    get depth(): number {
        return this.#messages.length;
    }

    /** Stores a message, or says why not. */
    send(message: Message): Refused | undefined {
        // "Message sessions": a session id is required.
        if (this.settings.requiresSession && !message.group_id) {
            return {
                condition: "amqp:not-allowed",
                description:
                    "The SessionId was not set on a message, and it cannot be sent to the entity. Entities that have " +
                    "session support enabled can only receive messages that have the SessionId set to a valid value.",
            };
        }
        // "Duplicate detection": the send succeeds, the message is dropped.
        if (this.settings.duplicateDetection && message.message_id !== undefined) {
            const id = String(message.message_id);
            if ((this.#seen.get(id) ?? 0) > Date.now() - DUPLICATE_MILLISECONDS) return undefined;
            this.#seen.set(id, Date.now());
        }
        // "Message sequencing and timestamps": scheduled by an annotation with the time in UTC.
        const scheduled = Number(message.message_annotations?.["x-opt-scheduled-enqueue-time"] ?? 0);
        this.#messages.push({
            message,
            sequence: ++this.#sequence,
            enqueuedAt: Math.max(Date.now(), scheduled),
            availableAt: scheduled,
            deliveries: 0,
            lock: undefined,
        });
        return undefined;
    }

    /** Takes and locks the first message that may go to a receiver; of its session only, where it has one. */
    lockNext(owner: object, session?: string): Stored | undefined {
        this.expire();
        const found = this.#messages.find(
            (one) =>
                !one.lock &&
                one.availableAt <= Date.now() &&
                (session === undefined || one.message.group_id === session),
        );
        if (!found) return undefined;
        found.lock = { token: randomBytes(16), until: Date.now() + this.settings.lockSeconds * 1000, owner };
        found.deliveries++;
        return found;
    }

    /** A session that has messages and that nobody has. */
    lockSession(owner: object): string | undefined {
        this.expire();
        const found = this.#messages.find(
            ({ message, availableAt }) =>
                availableAt <= Date.now() && message.group_id !== undefined && !this.sessions.has(message.group_id),
        )?.message.group_id;
        if (found !== undefined)
            this.sessions.set(found, { owner, until: Date.now() + this.settings.lockSeconds * 1000 });
        return found;
    }

    /** "The lock is held until the receiver closes it or it expires"; its messages are free then. */
    unlockSession(owner: object): void {
        for (const [id, session] of this.sessions) if (session.owner === owner) this.sessions.delete(id);
        for (const one of this.#messages) if (one.lock?.owner === owner) this.#unlock(one);
    }

    /** Undefined when the lock is gone: the message may have been given to others. */
    locked(token: Buffer): Stored | undefined {
        this.expire();
        return this.#messages.find((one) => one.lock?.token.equals(token));
    }

    complete(stored: Stored): void {
        this.#messages.splice(this.#messages.indexOf(stored), 1);
    }

    abandon(stored: Stored): void {
        this.#unlock(stored);
    }

    /** The messages of a session are locked by it. */
    renewOf(owner: object, until: number): void {
        for (const { lock } of this.#messages) if (lock?.owner === owner) lock.until = until;
    }

    /** Ends locks whose time is over. */
    expire(): void {
        const now = Date.now();
        for (const [id, { until }] of this.sessions) if (until <= now) this.sessions.delete(id);
        for (const one of [...this.#messages]) if (one.lock && one.lock.until <= now) this.#unlock(one);
    }

    /** "Dead-letter queues": a message that was delivered MaxDeliveryCount times is moved when it is not completed. */
    #unlock(stored: Stored): void {
        stored.lock = undefined;
        if (!this.dead || stored.deliveries < this.settings.maxDeliveryCount) return;
        this.complete(stored);
        this.dead.send(stored.message);
    }
}
