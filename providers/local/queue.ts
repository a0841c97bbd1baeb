import * as pulumi from "@pulumi/pulumi";
import type { Builder } from "../contract.js";
import { localChild } from "./platform.js";
import type { QueueSpec } from "./spec.js";

/** A queue in the stack's PostgreSQL, with one login that may send and one that may receive. */
export const queue: Builder<"Queue"> = (scope, request) => {
    const spec = pulumi.output({ ...request }) as pulumi.Output<QueueSpec>;
    const made = localChild(scope, "queue", "queue", { spec });
    return {
        outputs: { url: made.field("url"), deadLetterUrl: made.field("deadLetterUrl") },
        handle: {
            home: made.home,
            queue: made.objectName,
            secrets: {
                send: made.secretField("sendUrl"),
                receive: made.secretField("receiveUrl"),
            },
        },
    };
};
