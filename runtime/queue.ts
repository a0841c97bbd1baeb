import { Batcher } from "./batcher.js";
import type { Driver, OutgoingMessage } from "./drivers/driver.js";
import { driverFor } from "./drivers/registry.js";
import { type Body, outgoing, type SendOptions, sizeOf } from "./message.js";
import { type Handler, Receiver } from "./receiver.js";
import { onStopSignal } from "./signals.js";

/** How a queue is opened. */
export interface QueueOptions {
    /** Seconds that an operation waits for a service that does not answer before it rejects. Default: 30. */
    readonly timeoutSeconds?: number;
    /** Takes one line per event worth knowing. Default: standard error. */
    readonly log?: (line: string) => void;
}

/** How messages are received. */
export interface ReceiveOptions {
    /** How many messages are handled at the same time. Default: 1. */
    readonly concurrency?: number;
    /**
     * Seconds until a message whose handler threw is delivered again; doubled with each delivery, at most 60.
     * Default: 1, so that a message that can never be handled is a dead letter after 15 seconds of five deliveries.
     */
    readonly retrySeconds?: number;
}

/** A queue, opened by the URL of a binding. */
export interface Queue {
    /**
     * Sends one message. Resolves when the service has stored it durably.
     *
     * @throws when the message is not allowed, this URL has no right to send, or the service did not answer in time.
     */
    send(body: Body, options?: SendOptions): Promise<void>;
    /**
     * Handles messages until `close()`, SIGTERM or SIGINT. A message is acknowledged when its handler's promise
     * resolves; when it rejects, the message comes again. Every message arrives at least once, seldom more often.
     * Resolves when receiving has ended and every handler is done.
     *
     * @throws when this URL has no right to receive, or there is no such queue.
     */
    receive(handler: Handler, options?: ReceiveOptions): Promise<void>;
    /**
     * Stops receiving, waits for handlers and sends that are under way, and closes the connection. Not to be awaited
     * inside a handler, which it would wait for.
     */
    close(): Promise<void>;
}

/**
 * Opens a queue by the URL that a binding put in the environment. Connects on first use.
 *
 * @throws when there is no URL, or no driver for it.
 */
export function openQueue(url: string | undefined, options: QueueOptions = {}): Queue {
    if (!url) {
        throw new Error(
            "openQueue got no URL: the variable is not set in this process. Bind the queue to the app, for example " +
                "`bindings: { MAIL_QUEUE_URL: mail.toSend() }`, and pass process.env.MAIL_QUEUE_URL.",
        );
    }
    if (!URL.canParse(url))
        throw new Error("openQueue got something that is not a URL (not shown: it may hold a password).");
    const log = options.log ?? ((line: string) => console.error(line));
    const parsed = new URL(url);
    return new OpenQueue(driverFor(parsed)(parsed, { timeoutSeconds: options.timeoutSeconds ?? 30, log }), log);
}

class OpenQueue implements Queue {
    readonly #driver: Driver;
    readonly #log: (line: string) => void;
    readonly #sending: Batcher<OutgoingMessage>;
    readonly #receivers = new Map<Receiver, Promise<void>>();
    #closing: Promise<void> | undefined;

    constructor(driver: Driver, log: (line: string) => void) {
        this.#driver = driver;
        this.#log = log;
        this.#sending = new Batcher(
            {
                count: driver.maxBatch,
                weight: driver.maxBatchBytes,
                weigh: (message) => sizeOf(message.body),
            },
            async (messages) => new Map((await driver.send(messages)).map(({ message, error }) => [message, error])),
        );
    }

    async send(body: Body, options: SendOptions = {}): Promise<void> {
        if (this.#closing) throw new Error("This queue was closed: nothing can be sent any more.");
        await this.#sending.add(outgoing(body, options));
    }

    async receive(handler: Handler, options: ReceiveOptions = {}): Promise<void> {
        if (this.#closing) throw new Error("This queue was closed: nothing can be received any more.");
        const { concurrency = 1, retrySeconds = 1 } = options;
        if (!Number.isInteger(concurrency) || concurrency < 1) {
            throw new RangeError(`concurrency is ${concurrency}; allowed is a whole number from 1.`);
        }
        if (!(retrySeconds >= 0)) throw new RangeError(`retrySeconds is ${retrySeconds}; allowed is a number from 0.`);
        const receiver = new Receiver(this.#driver, handler, { concurrency, retrySeconds, log: this.#log });
        const forget = onStopSignal(() => void this.close());
        const run = receiver.run().finally(() => {
            forget();
            this.#receivers.delete(receiver);
        });
        this.#receivers.set(receiver, run);
        await run;
        // After a signal or close(): the process can end when this resolves, so the connection goes first.
        await this.#closing;
    }

    close(): Promise<void> {
        this.#closing ??= this.#drain();
        return this.#closing;
    }

    async #drain(): Promise<void> {
        for (const receiver of this.#receivers.keys()) receiver.stop();
        // Who called receive() hears of its errors there.
        await Promise.allSettled(this.#receivers.values());
        await this.#sending.idle();
        await this.#driver.close();
    }
}
