import type { AmqpConnection } from "./amqp-connection.js";
import { AmqpIntake, type Arrival } from "./amqp-intake.js";
import { AmqpLocks } from "./amqp-locks.js";
import { decoded } from "./amqp-message.js";
import { AmqpSessions } from "./amqp-sessions.js";
import type { AmqpUrl } from "./amqp-url.js";
import type { Delivery } from "./driver.js";
import type { Turns } from "./turns.js";

/** How one delivery is settled: on the connection that it came over. */
interface Receipt {
    readonly inbox: AmqpInbox;
    readonly arrival: Arrival;
    readonly sessionId: string | undefined;
    readonly done: () => void;
}

/** What is received over one connection. */
export class AmqpInbox {
    readonly #connection: AmqpConnection;
    readonly #address: string;
    readonly #isFifo: boolean;
    readonly #turns: Turns;
    #intake: AmqpIntake | undefined;
    #sessions: AmqpSessions | undefined;
    #locks: AmqpLocks | undefined;

    /** @param turns of the queue, whatever connection: without sessions a FIFO queue's messages come one by one */
    constructor(connection: AmqpConnection, url: AmqpUrl, turns: Turns) {
        this.#connection = connection;
        this.#address = connection.broker.source(url.path);
        this.#isFifo = url.fifo;
        this.#turns = turns;
    }

    async take(most: number, signal: AbortSignal): Promise<readonly Delivery[]> {
        if (!this.#isFifo) return this.#deliveries(await this.#plain().take(most, signal));
        return this.#connection.broker.hasSessions ? this.#ofSessions(most, signal) : this.#oneByOne(signal);
    }

    #plain(): AmqpIntake {
        if (!this.#intake || this.#intake.channel.ending.fault) {
            this.#intake = new AmqpIntake(this.#connection, { address: this.#address });
        }
        return this.#intake;
    }

    #deliveries(arrivals: readonly Arrival[], done: () => void = () => undefined): readonly Delivery[] {
        return arrivals.map((arrival) => decoded(arrival, { inbox: this, arrival, sessionId: undefined, done }));
    }

    async #oneByOne(signal: AbortSignal): Promise<readonly Delivery[]> {
        const endTurn = await this.#turns.begin(signal);
        try {
            const arrivals = signal.aborted ? [] : await this.#plain().take(1, signal);
            if (arrivals.length === 0) endTurn();
            return this.#deliveries(arrivals, endTurn);
        } catch (error) {
            endTurn();
            throw error;
        }
    }

    async #ofSessions(most: number, signal: AbortSignal): Promise<readonly Delivery[]> {
        this.#sessions ??= new AmqpSessions(this.#connection, this.#address);
        const arrivals = await this.#sessions.take(most, signal);
        return Promise.all(
            arrivals.map(async (arrival) => {
                const { sessionId, done } = arrival;
                // The lock is the session's; renewed here, each message has the whole of it.
                const until = await this.#lock().renewSession(sessionId);
                return decoded(arrival, { inbox: this, arrival, sessionId, done }, until);
            }),
        );
    }

    /** False when the lock is gone. */
    async extend({ arrival, sessionId }: Receipt): Promise<boolean> {
        if (arrival.intake.channel.ending.fault) return false;
        const locks = this.#lock();
        const until = sessionId === undefined ? locks.renewMessage(arrival) : locks.renewSession(sessionId);
        return (await until) !== undefined;
    }

    /** False when the delivery was no longer ours. */
    async settle({ arrival, done }: Receipt, outcome: "accepted" | "returned"): Promise<boolean> {
        try {
            return await arrival.intake.settle(
                arrival,
                outcome === "accepted" ? outcome : this.#connection.broker.giveBack,
            );
        } finally {
            done();
        }
    }

    #lock(): AmqpLocks {
        if (!this.#locks || this.#locks.ending.fault) this.#locks = new AmqpLocks(this.#connection, this.#address);
        return this.#locks;
    }
}

/** What the driver that received a delivery knows of it. */
export function receiptOf(delivery: Delivery): Receipt {
    return delivery.receipt as Receipt;
}
