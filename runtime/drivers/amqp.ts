import { AmqpConnection, type Rhea } from "./amqp-connection.js";
import { AmqpFault, explained } from "./amqp-fault.js";
import { AmqpInbox, receiptOf } from "./amqp-inbox.js";
import { encoded, withId } from "./amqp-message.js";
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
    readonly inbox: AmqpInbox;
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

    constructor(url: AmqpUrl, options: DriverOptions) {
        const rhea = load("rhea", "AMQP 1.0 brokers (Azure Service Bus, RabbitMQ)", () => require("rhea") as Rhea);
        const turns = new Turns();
        this.#url = url;
        this.#options = options;
        this.#link = new Link<Opened>({
            name: this.#name,
            log: options.log,
            async connect(onBroken) {
                const connection = await AmqpConnection.open(rhea, url, (reason) => onBroken(opened, reason));
                const opened: Opened = { connection, inbox: new AmqpInbox(connection, url, turns) };
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
                ({ inbox }) => inbox.take(most, signal),
                Number.POSITIVE_INFINITY,
                signal,
            );
        } catch (error) {
            if (signal.aborted) return [];
            throw error;
        }
    }

    async acknowledge(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
        const results = await Promise.all(deliveries.map((delivery) => settled(delivery, "accepted")));
        return deliveries.filter((_, i) => !results[i]);
    }

    /** Neither broker gives back with a delay, so the delivery is kept for so long, hidden from others. */
    async release(delivery: Delivery, delaySeconds: number): Promise<void> {
        // A lock that is not renewed any more must last until then.
        const longest = (delivery.visibilitySeconds ?? Number.POSITIVE_INFINITY) * 0.4;
        const giveBack = async () => {
            clearTimeout(timer);
            this.#held.delete(delivery);
            await settled(delivery, "returned");
        };
        const timer = setTimeout(() => void giveBack(), Math.min(delaySeconds, longest) * 1000);
        this.#held.set(delivery, giveBack);
    }

    extend(delivery: Delivery): Promise<boolean> {
        const receipt = receiptOf(delivery);
        return receipt.inbox.extend(receipt);
    }

    async close(): Promise<void> {
        await Promise.all([...this.#held.values()].map((giveBack) => giveBack()));
        await this.#link.close();
    }

    get #name(): string {
        return `Queue "${decodeURIComponent(this.#url.path)}" at ${this.#url.host}:${this.#url.port}`;
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

function settled(delivery: Delivery, outcome: "accepted" | "returned"): Promise<boolean> {
    const receipt = receiptOf(delivery);
    return receipt.inbox.settle(receipt, outcome);
}
