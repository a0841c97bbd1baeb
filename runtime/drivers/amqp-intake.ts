import type { Delivery as AmqpDelivery, EventContext, Message, Receiver } from "rhea";
import type { AmqpConnection, Channel } from "./amqp-connection.js";
import { AmqpFault } from "./amqp-fault.js";

/** One delivery on the link that it came over, on which alone it can be settled. */
export interface Arrival {
    readonly message: Message;
    readonly delivery: AmqpDelivery;
    readonly intake: AmqpIntake;
}

const DRAIN_MILLISECONDS = 5000;

/** Receives on one link: gives credit for what is wanted, keeps what came in between. */
export class AmqpIntake {
    readonly channel: Channel<Receiver>;
    readonly #confirms: boolean;
    readonly #arrived: Arrival[] = [];
    readonly #settled = new Map<AmqpDelivery, (lost: boolean) => void>();
    #credit = 0;
    #wanted = 0;
    #wake: () => void = () => undefined;
    #next = this.#nextWake();

    constructor(connection: AmqpConnection, source: object, properties: object = {}) {
        this.#confirms = connection.broker.confirmsSettling;
        this.channel = connection.receiver({ source, properties, rcv_settle_mode: this.#confirms ? 1 : 0 } as never);
        const { link } = this.channel;
        link.on("message", ({ message, delivery }: EventContext) => {
            if (!message || !delivery) return;
            this.#credit = Math.max(0, this.#credit - 1);
            this.#arrived.push({ message, delivery, intake: this });
            this.#stir();
        });
        link.on("settled", ({ delivery }: EventContext) => {
            const { error } = (delivery?.remote_state ?? {}) as { error?: unknown };
            if (delivery) this.#settled.get(delivery)?.(error !== undefined && error !== null);
        });
        this.channel.ending.onEnd(() => this.#stir());
    }

    /**
     * Waits for messages, at most as many as asked for; none after the signal, unless they were on their way.
     *
     * @throws AmqpFault when the link has ended
     */
    async take(most: number, signal: AbortSignal): Promise<readonly Arrival[]> {
        const wake = () => this.#stir();
        signal.addEventListener("abort", wake);
        this.#wanted += most;
        try {
            while (this.#arrived.length === 0 && !signal.aborted) {
                if (this.channel.ending.fault) throw this.channel.ending.fault;
                this.#ask();
                await this.#next;
            }
        } finally {
            this.#wanted -= most;
            signal.removeEventListener("abort", wake);
        }
        if (signal.aborted && this.#wanted === 0) await this.drain();
        return this.#arrived.splice(0, most);
    }

    /** Takes the credit back; what was on its way has then arrived. */
    async drain(): Promise<void> {
        if (this.#credit === 0) return;
        const { link, ending } = this.channel;
        const drained = ending.answer<void>((resolve) => {
            link.once("receiver_drained", () => resolve());
            link.drain_credit();
        }, DRAIN_MILLISECONDS);
        // A broker that does not answer keeps the credit until the connection is closed, which comes next.
        await drained.catch(() => undefined);
        link.drain = false;
        this.#credit = 0;
    }

    /** Tells the broker what became of a delivery. False when it was no longer ours. */
    async settle({ delivery }: Arrival, outcome: "accepted" | "released" | "modified"): Promise<boolean> {
        const { ending } = this.channel;
        if (ending.fault) return false;
        try {
            return await ending.answer<boolean>((resolve) => {
                if (this.#confirms) this.#settled.set(delivery, (lost) => resolve(!lost));
                if (outcome === "accepted") delivery.accept();
                else if (outcome === "released") delivery.release();
                else delivery.modified({ delivery_failed: true, undeliverable_here: false });
                if (!this.#confirms) resolve(true);
            });
        } catch (error) {
            // Without its link a delivery cannot be settled any more.
            if (error instanceof AmqpFault) return false;
            throw error;
        } finally {
            this.#settled.delete(delivery);
        }
    }

    #ask(): void {
        const missing = this.#wanted - this.#credit - this.#arrived.length;
        if (missing <= 0) return;
        this.#credit += missing;
        this.channel.link.add_credit(missing);
    }

    #stir(): void {
        this.#wake();
        this.#next = this.#nextWake();
    }

    #nextWake(): Promise<void> {
        return new Promise((resolve) => {
            this.#wake = resolve;
        });
    }
}
