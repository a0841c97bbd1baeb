import rhea, { type Connection, type Delivery, type Sender } from "rhea";
import type { ServiceBusQueue } from "./service-bus-queue.js";

export const OUTCOMES = ["accepted", "released", "modified", "rejected"] as const;

/** The links over which the stand-in for Service Bus gives messages, each with the session that it has locked. */
export class Deliveries {
    readonly #receivers = new Map<Sender, { readonly queue: ServiceBusQueue; readonly session: string | undefined }>();
    #scheduled: NodeJS.Immediate | undefined;

    add(sender: Sender, queue: ServiceBusQueue, session: string | undefined): void {
        this.#receivers.set(sender, { queue, session });
    }

    stop(): void {
        clearImmediate(this.#scheduled);
    }

    forgetAllOf(connection: Connection): void {
        for (const sender of [...this.#receivers.keys()]) if (sender.connection === connection) this.forget(sender);
    }

    /** Gives messages to whoever has credit; later, for rhea counts credit when it has written what was sent. */
    give(): void {
        clearImmediate(this.#scheduled);
        this.#scheduled = setImmediate(() => {
            for (const sender of this.#receivers.keys()) this.giveTo(sender);
        });
    }

    giveTo(sender: Sender): void {
        const { queue, session } = this.#receivers.get(sender) ?? {};
        if (!queue) return;
        // The link is detached when its session is lost.
        if (session !== undefined && queue.sessions.get(session)?.owner !== sender) {
            this.forget(sender);
            sender.close({
                condition: "com.microsoft:session-lock-lost",
                description: "The session lock has expired.",
            });
            return;
        }
        const { credit } = sender as unknown as { readonly credit: number };
        for (let left = credit; left > 0; left--) {
            const stored = queue.lockNext(sender, session);
            if (!stored?.lock) return;
            const { message, sequence, enqueuedAt, deliveries, lock } = stored;
            const annotations = {
                "x-opt-sequence-number": sequence,
                "x-opt-enqueued-time": rhea.types.wrap_timestamp(enqueuedAt),
                // Of a session the lock counts, not the message's.
                ...(session === undefined ? { "x-opt-locked-until": rhea.types.wrap_timestamp(lock.until) } : {}),
            };
            sender.send({ ...message, delivery_count: deliveries - 1, message_annotations: annotations }, lock.token);
        }
    }

    /** Answers a disposition that is not settled: with its outcome, or that the lock was lost. */
    settle(sender: Sender, delivery: Delivery, outcome: "accepted" | "released" | "modified" | "rejected"): void {
        const { queue } = this.#receivers.get(sender) ?? {};
        if (!queue) return;
        const stored = queue.locked(Buffer.from(delivery.tag));
        const { accepted, rejected } = rhea.message as unknown as Record<
            string,
            (fields?: object) => { described(): object }
        >;
        if (!stored) {
            const error = {
                condition: "com.microsoft:message-lock-lost",
                description: "The lock supplied is invalid.",
            };
            delivery.update(true, rejected?.({ error }).described() as never);
            return;
        }
        if (outcome === "accepted") queue.complete(stored);
        else queue.abandon(stored);
        delivery.update(true, accepted?.().described() as never);
        this.give();
    }

    forget(sender: Sender): void {
        const known = this.#receivers.get(sender);
        this.#receivers.delete(sender);
        // Locks of messages outlive the link ("Message transfers, locks, and settlement"), those of sessions do not.
        if (known?.session !== undefined) known.queue.unlockSession(sender);
    }
}
