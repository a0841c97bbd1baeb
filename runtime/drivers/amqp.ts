import { AmqpConnection, type Rhea } from "./amqp-connection.js";
import { AmqpFault, explained } from "./amqp-fault.js";
import { AmqpIntake, type Arrival } from "./amqp-intake.js";
import { AmqpLocks } from "./amqp-locks.js";
import { decoded, encoded, withId } from "./amqp-message.js";
import { AmqpSender } from "./amqp-sender.js";
import { type AmqpUrl, amqpUrl } from "./amqp-url.js";
import type { Delivery, Driver, DriverOptions, OpenDriver, OutgoingMessage, Refusal } from "./driver.js";
import { Link } from "./link.js";
import { load } from "./packages.js";
import { judged } from "./rules.js";
import { Turns } from "./turns.js";

export const openAmqp: OpenDriver = (url, options) => new AmqpDriver(amqpUrl(url), options);

/** A connection and the links that it has been needed for so far. */
interface Opened {
    readonly connection: AmqpConnection;
    sender?: AmqpSender;
    intake?: AmqpIntake;
    locks?: AmqpLocks;
}

/** How one delivery is settled. */
interface Receipt {
    readonly opened: Opened;
    readonly arrival: Arrival;
    readonly endTurn: () => void;
}

/** AMQP 1.0: Azure Service Bus, and RabbitMQ (4; 3 with its plug-in). */
class AmqpDriver implements Driver {
    readonly maxBatch = 100;
    readonly maxBatchBytes = 1024 * 1024;
    readonly #url: AmqpUrl;
    readonly #options: DriverOptions;
    readonly #link: Link<Opened>;
    /** Given back later: how to do it now. */
    readonly #held = new Map<Delivery, () => Promise<void>>();
    readonly #turns = new Turns();

    constructor(url: AmqpUrl, options: DriverOptions) {
        const rhea = load("rhea", "AMQP 1.0 brokers (Azure Service Bus, RabbitMQ)", () => require("rhea") as Rhea);
        this.#url = url;
        this.#options = options;
        this.#link = new Link<Opened>({
            name: this.#name,
            log: options.log,
            async connect(onBroken) {
                const opened: Opened = {
                    connection: await AmqpConnection.open(rhea, url, (_, reason) => onBroken(opened, reason)),
                };
                return opened;
            },
            drop: ({ connection }) => connection.drop(),
            end: ({ connection }) => connection.close(),
            isPassing: (error) => error instanceof AmqpFault && error.isPassing,
        });
    }

    async send(messages: readonly OutgoingMessage[]): Promise<readonly Refusal[]> {
        const refusals: Refusal[] = [];
        let waiting: (readonly [OutgoingMessage, OutgoingMessage])[] = [];
        let judgedYet = false;
        await this.#run("send", async (opened) => {
            const { broker, rhea } = opened.connection;
            if (!judgedYet) {
                const { allowed, refusals: against } = judged(messages, {
                    ...broker,
                    name: this.#name,
                    fifo: this.#url.fifo,
                });
                refusals.push(...against);
                waiting = allowed.map((message) => [message, withId(message)]);
                judgedYet = true;
            }
            if (!opened.sender || opened.sender.channel.ending.fault) {
                opened.sender = new AmqpSender(opened.connection, broker.target(this.#url.path));
            }
            const { sender } = opened;
            const results = await Promise.allSettled(
                waiting.map(async ([message, sent]) => {
                    const error = await sender.send(encoded(rhea, sent, this.#url.delaySeconds));
                    if (error) refusals.push({ message, error });
                }),
            );
            // What was accepted before the connection broke is not sent again.
            waiting = waiting.filter((_, i) => results[i]?.status === "rejected");
            const failed = results.find((result) => result.status === "rejected");
            if (failed) throw failed.reason;
        });
        return refusals;
    }

    async receive(most: number, signal: AbortSignal): Promise<readonly Delivery[]> {
        try {
            return await this.#run(
                "receive",
                (opened) => this.#take(opened, most, signal),
                Number.POSITIVE_INFINITY,
                signal,
            );
        } catch (error) {
            if (signal.aborted) return [];
            throw error;
        }
    }

    async acknowledge(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
        const results = await Promise.all(deliveries.map((delivery) => this.#settle(delivery, "accepted")));
        return deliveries.filter((_, i) => !results[i]);
    }

    /** Neither broker gives back with a delay, so the delivery is kept for so long, hidden from others. */
    async release(delivery: Delivery, delaySeconds: number): Promise<void> {
        // A lock that is not renewed any more must last until then.
        const longest = (delivery.visibilitySeconds ?? Number.POSITIVE_INFINITY) * 0.4;
        const giveBack = async () => {
            clearTimeout(timer);
            this.#held.delete(delivery);
            await this.#settle(delivery, "returned");
        };
        const timer = setTimeout(() => void giveBack(), Math.min(delaySeconds, longest) * 1000);
        this.#held.set(delivery, giveBack);
    }

    async extend(delivery: Delivery): Promise<boolean> {
        const { arrival, opened } = delivery.receipt as Receipt;
        if (arrival.intake.channel.ending.fault) return false;
        if (!opened.locks || opened.locks.ending.fault) {
            opened.locks = new AmqpLocks(opened.connection, opened.connection.broker.source(this.#url.path));
        }
        return (await opened.locks.renewMessage(arrival)) !== undefined;
    }

    async close(): Promise<void> {
        await Promise.all([...this.#held.values()].map((giveBack) => giveBack()));
        await this.#link.close();
    }

    get #name(): string {
        return `Queue "${decodeURIComponent(this.#url.path)}" at ${this.#url.host}:${this.#url.port}`;
    }

    async #take(opened: Opened, most: number, signal: AbortSignal): Promise<readonly Delivery[]> {
        // One after the other is all the order there is without groups.
        const isSerial = this.#url.fifo && !opened.connection.broker.hasSessions;
        const endTurn = isSerial ? await this.#turns.begin(signal) : undefined;
        try {
            if (signal.aborted) {
                endTurn?.();
                return [];
            }
            const { broker } = opened.connection;
            if (!opened.intake || opened.intake.channel.ending.fault) {
                opened.intake = new AmqpIntake(opened.connection, { address: broker.source(this.#url.path) });
            }
            const { intake } = opened;
            const arrivals = await intake.take(isSerial ? 1 : most, signal);
            if (arrivals.length === 0) endTurn?.();
            return arrivals.map((arrival) => {
                const receipt: Receipt = { arrival, opened, endTurn: endTurn ?? (() => undefined) };
                return decoded(arrival.message, arrival.delivery, receipt);
            });
        } catch (error) {
            endTurn?.();
            throw error;
        }
    }

    async #settle(delivery: Delivery, outcome: "accepted" | "returned"): Promise<boolean> {
        const { arrival, opened, endTurn } = delivery.receipt as Receipt;
        try {
            return await arrival.intake.settle(
                arrival,
                outcome === "accepted" ? outcome : opened.connection.broker.giveBack,
            );
        } finally {
            endTurn();
        }
    }

    async #run<T>(
        right: "send" | "receive",
        work: (opened: Opened) => Promise<T>,
        timeoutSeconds = this.#options.timeoutSeconds,
        signal?: AbortSignal,
    ): Promise<T> {
        try {
            return await this.#link.run(work, timeoutSeconds, signal);
        } catch (error) {
            throw explained(this.#name, right, error);
        }
    }
}
