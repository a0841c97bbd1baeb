import * as pulumi from "@pulumi/pulumi";
import type { Attachable, Attachment, Handle } from "../providers/contract.js";
import { attachmentOf, type Bindable, bindingTo, type Imported, importComponent, intentOf } from "./base/attach.js";
import { flag, wholeNumber } from "./base/fields.js";
import type { Intent } from "./base/intent.js";
import { askedFor, type CommonArgs, type Plan, plan } from "./base/plan.js";

export interface QueueArgs extends CommonArgs<"Queue"> {
    /**
     * How long a message is hidden from other consumers while one works on it, in seconds, 1 to 43,200. Default: 30.
     * A message whose consumer died is delivered again after this time.
     */
    readonly visibilityTimeoutSeconds?: pulumi.Input<number> | undefined;
    /** How often a message is delivered before it goes to the dead letters, 1 to 1,000. Default: 5. */
    readonly maxDeliveries?: pulumi.Input<number> | undefined;
    /** How long a message that nobody takes is kept, in seconds, 60 to 1,209,600. Default: 345,600 (four days). */
    readonly retentionSeconds?: pulumi.Input<number> | undefined;
    /** How long every message is held back after it was sent, in seconds, 0 to 900. Default: 0. */
    readonly delaySeconds?: pulumi.Input<number> | undefined;
    /** Keep the order of messages within a group. Plain: it cannot be changed later. Default: false. */
    readonly fifo?: boolean | undefined;
    /** The platform that it belongs to. Default: the stack's own. */
    readonly platform?: Attachable<"Platform"> | undefined;
}

/** What both a queue of this program and one of another stack can do. */
export interface QueueBindings {
    /** A binding that may send, and nothing else. */
    toSend(): Bindable;
    /** A binding that may receive and acknowledge, and nothing else. */
    toReceive(): Bindable;
}

/** A queue of another stack. */
export type ImportedQueue = Imported<"Queue"> & QueueBindings;

/**
 * A queue of messages with at-least-once delivery, a visibility timeout and dead letters. Apps bind the side that they
 * need: `queue.toSend()` or `queue.toReceive()`.
 *
 * @throws ArgumentError when an argument is wrong or asks for what the target does not support
 */
export class Queue extends pulumi.ComponentResource implements Attachable<"Queue">, QueueBindings {
    /** Address of the queue, without credentials. */
    readonly url!: pulumi.Output<string>;
    /** Address of its dead letters, without credentials. */
    readonly deadLetterUrl!: pulumi.Output<string>;
    /** What other components attach to; plain data, secrets marked. */
    readonly handle!: pulumi.Output<Handle>;

    constructor(name: string, args?: QueueArgs, opts?: pulumi.ComponentResourceOptions) {
        const made = planQueue(name, args);
        super(made.type, name, made.intent, opts);
        made.build(this);
    }

    /** What was asked for; plain data. */
    get intent(): Intent {
        return intentOf(this);
    }

    /** What other components attach to: kind, name, handle. */
    get attachment(): Attachment<"Queue"> {
        return attachmentOf<"Queue">(this);
    }

    toSend(): Bindable {
        return { binding: bindingTo(this.attachment, "send") };
    }

    toReceive(): Bindable {
        return { binding: bindingTo(this.attachment, "receive") };
    }

    /** The queue that another stack exported under this name. */
    static fromStack(reference: pulumi.StackReference, name: string): ImportedQueue {
        const imported = importComponent("Queue", reference, name, ["url", "deadLetterUrl"]);
        return {
            ...imported,
            toSend: () => ({ binding: bindingTo(imported.attachment, "send") }),
            toReceive: () => ({ binding: bindingTo(imported.attachment, "receive") }),
        };
    }
}

function planQueue(name: string, given: QueueArgs | undefined): Plan<"Queue"> {
    return plan("Queue", name, given, (args) => ({
        request: {
            visibilityTimeoutSeconds: args.input("visibilityTimeoutSeconds", wholeNumber(1, 43_200, "seconds"), 30),
            maxDeliveries: args.input("maxDeliveries", wholeNumber(1, 1000, "deliveries"), 5),
            retentionSeconds: args.input("retentionSeconds", wholeNumber(60, 1_209_600, "seconds"), 345_600),
            delaySeconds: args.input("delaySeconds", wholeNumber(0, 900, "seconds"), 0),
            fifo: args.plain("fifo", flag, false),
        },
        asked: askedFor("Queue", args, [
            "visibilityTimeoutSeconds",
            "maxDeliveries",
            "retentionSeconds",
            "delaySeconds",
            "fifo",
        ]),
    }));
}
