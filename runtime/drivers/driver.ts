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
     * Resolves when all messages are stored durably, but for those that it returns, which the service refused and will
     * refuse again; rejects when it is not known of one of them.
     */
    send(messages: readonly OutgoingMessage[]): Promise<readonly Refusal[]>;
    /**
     * Waits until there is at least one message, or the signal; then gives up to `most` of them, or none.
     * Until the next call a driver asks its service for no more than it was asked for and has not given; after the
     * signal it asks for none, and gives what was on its way.
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

/** The service refused what it was given, and says why. */
export class RefusedError extends Error {}

/** A message of a batch that was not stored; the others may have been. */
export interface Refusal {
    readonly message: OutgoingMessage;
    readonly error: RefusedError;
}

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
