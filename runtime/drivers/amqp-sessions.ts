import type { AmqpConnection } from "./amqp-connection.js";
import { AmqpFault } from "./amqp-fault.js";
import { AmqpIntake, type Arrival } from "./amqp-intake.js";

const FILTER = "com.microsoft:session-filter";
/** How long Service Bus shall look for a session with messages before it says that there is none. */
const SEEK_MILLISECONDS = 30_000;
/** How long a session without messages, or whose messages nobody wants, is kept from others. */
const IDLE_MILLISECONDS = 500;

/** A message of a session: the next one of its session comes when `done` was called. */
export interface SessionArrival extends Arrival {
    readonly sessionId: string;
    readonly done: () => void;
}

/**
 * Receives from sessions of Service Bus, each with one message at a time. Which session, the service chooses; it is
 * locked for the link that it was given to ("AMQP 1.0 in Azure Service Bus and Event Hubs protocol guide",
 * "Message sessions" on learn.microsoft.com/azure/service-bus-messaging).
 */
export class AmqpSessions {
    readonly #connection: AmqpConnection;
    readonly #address: string;
    readonly #arrived: SessionArrival[] = [];
    /** Places that callers have and that no message has been found for. */
    #wanted = 0;
    /** Sessions that a message is awaited from. Who looks for a session takes no place from those who have one. */
    #asking = 0;
    #walking = 0;
    #stop = new AbortController();
    #fault: unknown;
    readonly #sleepers = new Set<() => void>();

    constructor(connection: AmqpConnection, address: string) {
        this.#connection = connection;
        this.#address = address;
    }

    /** As {@link AmqpIntake.take}. */
    async take(most: number, signal: AbortSignal): Promise<readonly SessionArrival[]> {
        const wake = () => this.#stir();
        signal.addEventListener("abort", wake);
        this.#wanted += most;
        try {
            while (this.#arrived.length === 0 && !signal.aborted) {
                if (this.#fault) throw this.#fault;
                this.#stir();
                // Who waits for a place walks on; the others are new.
                while (this.#walking < this.#wanted) void this.#walk();
                await this.#stirred();
            }
        } finally {
            this.#wanted -= most;
            signal.removeEventListener("abort", wake);
        }
        if (signal.aborted && this.#wanted === 0) await this.#rest();
        return this.#arrived.splice(0, most);
    }

    /** Lets go of all sessions; what is on its way arrives before. */
    async #rest(): Promise<void> {
        this.#stop.abort();
        this.#stir();
        while (this.#asking > 0) await this.#stirred();
        this.#stop = new AbortController();
    }

    /** From session to session, until nobody wants a message any more. */
    async #walk(): Promise<void> {
        const { signal } = this.#stop;
        this.#walking++;
        try {
            while (!signal.aborted && this.#isWanted()) {
                const session = await this.#accept(signal);
                if (session) await this.#empty(session.intake, session.id, signal);
            }
        } catch (error) {
            this.#fault = error;
        } finally {
            this.#walking--;
            this.#stir();
        }
    }

    /** The next session that has messages and that nobody else has; undefined when there is none for a while. */
    async #accept(signal: AbortSignal): Promise<{ readonly intake: AmqpIntake; readonly id: string } | undefined> {
        const { types } = this.#connection.rhea;
        const source = { address: this.#address, filter: { [FILTER]: undefined } };
        const properties = { "com.microsoft:timeout": types.wrap_uint(SEEK_MILLISECONDS) };
        const intake = new AmqpIntake(this.#connection, source, properties);
        const { link, ending } = intake.channel;
        let giveUp: () => void = () => undefined;
        try {
            return await ending.answer<{ intake: AmqpIntake; id: string } | undefined>((resolve) => {
                link.once("receiver_open", () => {
                    const id = (link.source?.filter as Record<string, unknown> | undefined)?.[FILTER];
                    // A refusal opens the link too, without a source, and closes it with the reason.
                    if (typeof id === "string") resolve({ intake, id });
                });
                giveUp = () => resolve(undefined);
                signal.addEventListener("abort", giveUp);
                if (signal.aborted) resolve(undefined);
            }, SEEK_MILLISECONDS * 2);
        } catch (error) {
            if (error instanceof AmqpFault && error.condition === "com.microsoft:timeout") return undefined;
            throw error;
        } finally {
            signal.removeEventListener("abort", giveUp);
            if (signal.aborted) link.close();
        }
    }

    /** Receives from one session, one message at a time, as long as it has some and somebody wants them. */
    async #empty(intake: AmqpIntake, sessionId: string, signal: AbortSignal): Promise<void> {
        try {
            while (!signal.aborted && (await this.#becomesWanted(signal))) {
                this.#asking++;
                const idle = AbortSignal.any([signal, AbortSignal.timeout(IDLE_MILLISECONDS)]);
                const [arrival] = await intake.take(1, idle).finally(() => this.#asking--);
                if (!arrival) break;
                await new Promise<void>((done) => {
                    this.#arrived.push({ ...arrival, sessionId, done });
                    intake.channel.ending.onEnd(() => done());
                    this.#stir();
                });
            }
        } catch (error) {
            // Only this session is gone; its messages come again, to whoever gets it.
            if (!(error instanceof AmqpFault) || error.condition !== "com.microsoft:session-lock-lost") throw error;
        } finally {
            this.#stir();
            intake.channel.link.close();
        }
    }

    #isWanted(): boolean {
        return this.#asking + this.#arrived.length < this.#wanted;
    }

    /** Waits a moment for a place for a message. */
    async #becomesWanted(signal: AbortSignal): Promise<boolean> {
        const deadline = performance.now() + IDLE_MILLISECONDS;
        while (!this.#isWanted() && !signal.aborted && performance.now() < deadline) {
            const timer = setTimeout(() => this.#stir(), IDLE_MILLISECONDS + 5);
            await this.#stirred().finally(() => clearTimeout(timer));
        }
        return this.#isWanted() && !signal.aborted;
    }

    #stirred(): Promise<void> {
        return new Promise((resolve) => this.#sleepers.add(resolve));
    }

    #stir(): void {
        const sleepers = [...this.#sleepers];
        this.#sleepers.clear();
        for (const wake of sleepers) wake();
    }
}
