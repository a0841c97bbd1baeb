import { randomUUID } from "node:crypto";
import type { SQSClient } from "@aws-sdk/client-sqs";
import {
    type Delivery,
    type Driver,
    type DriverOptions,
    type OpenDriver,
    type OutgoingMessage,
    type Refusal,
    RefusedError,
} from "./driver.js";
import { Link } from "./link.js";
import { load } from "./packages.js";
import { judged } from "./rules.js";
import { deliveryOf, entryOf } from "./sqs-message.js";
import {
    ANSWER_MILLISECONDS,
    explained,
    isLost,
    PassingError,
    type Right,
    type Sdk,
    sqsService,
} from "./sqs-service.js";
import { type SqsUrl, sqsUrl } from "./sqs-url.js";

/** The longest that SQS lets a request wait for messages. */
const POLL_SECONDS = 20;
/**
 * While messages of a FIFO queue are in hand. That a request which began while a group was blocked sees it free is
 * documented nowhere, and an emulator (moto 5.2) does not.
 */
const FIFO_POLL_SECONDS = 1;

export const openSqs: OpenDriver = (url, options) => new SqsDriver(sqsUrl(url), options);

/** Amazon SQS by its own SDK, which finds region and credentials in the task that it runs in. */
class SqsDriver implements Driver {
    readonly maxBatch = 10;
    /** Less than 256 KiB, for the attributes count too. */
    readonly maxBatchBytes = 255 * 1024;
    readonly #url: SqsUrl;
    readonly #options: DriverOptions;
    readonly #sdk: Sdk;
    readonly #link: Link<SQSClient>;
    readonly #inHand = new Set<Delivery>();
    #visibility: Promise<number> | undefined;

    constructor(url: SqsUrl, options: DriverOptions) {
        this.#url = url;
        this.#options = options;
        const sdk = load("@aws-sdk/client-sqs", "Amazon SQS", () => require("@aws-sdk/client-sqs") as Sdk);
        this.#sdk = sdk;
        this.#link = new Link(sqsService(sdk, url, this.#name, options.log));
    }

    async send(messages: readonly OutgoingMessage[]): Promise<readonly Refusal[]> {
        const { allowed, refusals } = judged(messages, { name: this.#name, fifo: this.#url.fifo });
        const refused = [...refusals];
        // Without an id of its own no message is a duplicate, however alike; the same one when it is sent again.
        let waiting = allowed.map((message) =>
            this.#url.fifo
                ? { message, sent: { deduplicationId: randomUUID(), ...message } }
                : { message, sent: message },
        );
        if (waiting.length === 0) return refused;
        await this.#run("send", async (client) => {
            const Entries = waiting.map(({ sent }, i) => entryOf(sent, String(i)));
            const { Failed = [] } = await client.send(
                new this.#sdk.SendMessageBatchCommand({ QueueUrl: this.#url.queueUrl, Entries }),
            );
            const failed = new Map(Failed.map((entry) => [entry.Id, entry]));
            for (const [i, { message }] of waiting.entries()) {
                const { SenderFault, Code, Message } = failed.get(String(i)) ?? {};
                if (SenderFault)
                    refused.push({ message, error: new RefusedError(`${this.#name}: ${Code}: ${Message}`) });
            }
            waiting = waiting.filter((_, i) => failed.get(String(i))?.SenderFault === false);
            if (waiting.length > 0) throw new PassingError(`${waiting.length} messages were not stored`);
        });
        return refused;
    }

    async receive(most: number, signal: AbortSignal): Promise<readonly Delivery[]> {
        while (!signal.aborted) {
            const found = await this.#poll(most, signal);
            if (found.length > 0) return found;
        }
        return [];
    }

    async acknowledge(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
        const lost = new Set<Delivery>();
        for (const delivery of deliveries) this.#inHand.delete(delivery);
        let waiting = deliveries;
        await this.#run("receive", async (client) => {
            const Entries = waiting.map(({ receipt }, i) => ({ Id: String(i), ReceiptHandle: String(receipt) }));
            const { Failed = [] } = await client.send(
                new this.#sdk.DeleteMessageBatchCommand({ QueueUrl: this.#url.queueUrl, Entries }),
            );
            const failed = new Map(Failed.map((entry) => [entry.Id, entry]));
            for (const [i, delivery] of waiting.entries()) {
                if (failed.get(String(i))?.SenderFault) lost.add(delivery);
            }
            waiting = waiting.filter((_, i) => failed.get(String(i))?.SenderFault === false);
            if (waiting.length > 0) throw new PassingError(`${waiting.length} messages were not deleted`);
        });
        return [...lost];
    }

    async release(delivery: Delivery, delaySeconds: number): Promise<void> {
        this.#inHand.delete(delivery);
        await this.#hide(delivery, delaySeconds);
    }

    extend(delivery: Delivery): Promise<boolean> {
        return this.#hide(delivery, delivery.visibilitySeconds ?? 0);
    }

    close(): Promise<void> {
        return this.#link.close();
    }

    get #name(): string {
        return `Queue "${this.#url.queue}" at ${new URL(this.#url.endpoint).host}`;
    }

    async #poll(most: number, signal: AbortSignal): Promise<readonly Delivery[]> {
        try {
            const visibilitySeconds = await this.#visibilitySeconds(signal);
            const request = new this.#sdk.ReceiveMessageCommand({
                QueueUrl: this.#url.queueUrl,
                // Of a FIFO queue it would be several of one group at a time.
                MaxNumberOfMessages: this.#url.fifo ? 1 : most,
                WaitTimeSeconds: this.#url.fifo && this.#inHand.size > 0 ? FIFO_POLL_SECONDS : POLL_SECONDS,
                MessageSystemAttributeNames: ["All"],
                MessageAttributeNames: ["All"],
            });
            const requestTimeout = POLL_SECONDS * 1000 + ANSWER_MILLISECONDS;
            const work = (client: SQSClient) => client.send(request, { abortSignal: signal, requestTimeout });
            const { Messages = [] } = await this.#run("receive", work, Number.POSITIVE_INFINITY, signal);
            const deliveries = Messages.map((message) => deliveryOf(message, visibilitySeconds));
            for (const delivery of deliveries) this.#inHand.add(delivery);
            return deliveries;
        } catch (error) {
            if (signal.aborted) return [];
            throw error;
        }
    }

    /** A message does not tell for how long it is hidden; its queue does. */
    #visibilitySeconds(signal: AbortSignal): Promise<number> {
        const request = new this.#sdk.GetQueueAttributesCommand({
            QueueUrl: this.#url.queueUrl,
            AttributeNames: ["VisibilityTimeout"],
        });
        const work = async (client: SQSClient) =>
            Number((await client.send(request, { abortSignal: signal })).Attributes?.VisibilityTimeout ?? 0);
        this.#visibility ??= this.#run("receive", work, Number.POSITIVE_INFINITY, signal).catch((error) => {
            this.#visibility = undefined;
            throw error;
        });
        return this.#visibility;
    }

    /** False when the message is no longer ours. */
    async #hide(delivery: Delivery, seconds: number): Promise<boolean> {
        const request = new this.#sdk.ChangeMessageVisibilityCommand({
            QueueUrl: this.#url.queueUrl,
            ReceiptHandle: String(delivery.receipt),
            VisibilityTimeout: Math.ceil(seconds),
        });
        try {
            await this.#run("receive", (client) => client.send(request));
            return true;
        } catch (error) {
            if (isLost(error)) return false;
            throw error;
        }
    }

    async #run<T>(
        right: Right,
        work: (client: SQSClient) => Promise<T>,
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
