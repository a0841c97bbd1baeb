/**
 * What a message service must offer. One driver per URL scheme; everything above it (batches, concurrency, renewal,
 * draining) is the same for all. The interface fits receipt handles and a visibility timeout (SQS, PostgreSQL) as well
 * as link credit, settling and lock renewal (AMQP 1.0).
 *
 * A driver reconnects by itself: operations wait for the service up to their time limit, then reject with a message
 * that names the service. An error that time does not mend (no such queue, no permission) rejects at once.
 */
export interface Driver {
    /** Most messages of one send, receive or acknowledge; SQS has 10. */
    readonly maxBatch: number;
    /** Most bytes of all bodies of one send. */
    readonly maxBatchBytes: number;
    /**
     * Resolves when all messages are stored durably; rejects when that is not known of one of them.
     *
     * @throws RefusedError when the service refused one of them and stored none.
     */
    send(messages: readonly OutgoingMessage[]): Promise<void>;
    /**
     * Waits until there is at least one message, or the signal; then gives up to `most` of them, or none.
     * A driver that gives credit takes it back before it resolves, so that no message arrives unasked.
     */
    receive(most: number, signal: AbortSignal): Promise<readonly Delivery[]>;
    /** Settles deliveries for good. Returns those that were no longer this consumer's: they were delivered again. */
    acknowledge(deliveries: readonly Delivery[]): Promise<readonly Delivery[]>;
    /** Gives a delivery back; a service that cannot delay gives it back at once. */
    release(delivery: Delivery, delaySeconds: number): Promise<void>;
    /** Keeps a delivery hidden for its `visibilitySeconds` from now; false when it is no longer this consumer's. */
    extend(delivery: Delivery): Promise<boolean>;
    close(): Promise<void>;
}

/** The service refused what it was given; the others of the same batch may be all right by themselves. */
export class RefusedError extends Error {}

export interface OutgoingMessage {
    readonly body: string | Uint8Array;
    /** `text/plain`, `application/json` or `application/octet-stream`. */
    readonly contentType: string;
    readonly delaySeconds?: number;
    readonly groupId?: string;
    readonly deduplicationId?: string;
}

export interface Delivery {
    readonly id: string;
    /** Stands for this one delivery of the message; opaque to everybody but the driver. */
    readonly receipt: unknown;
    readonly body: string | Uint8Array;
    readonly contentType: string;
    readonly groupId?: string;
    /** 1 for the first delivery. */
    readonly deliveryCount: number;
    readonly sentAt: Date;
    /** How long it stays hidden unless it is extended; absent: as long as the connection lives. */
    readonly visibilitySeconds?: number;
}

export interface DriverOptions {
    /** How long an operation waits for a service that does not answer. */
    readonly timeoutSeconds: number;
    /** One line about a connection lost or found again. */
    readonly log: (line: string) => void;
}

export type OpenDriver = (url: URL, options: DriverOptions) => Driver;
