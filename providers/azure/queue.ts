import { Queue, type QueueArgs } from "@pulumi/azure-native/servicebus";
import * as pulumi from "@pulumi/pulumi";
import type { Builder, QueueRequest } from "../contract.js";
import { child } from "./child.js";
import type { FactsOf } from "./facts.js";
import { placeOf } from "./handles.js";
import { AMQPS_PORT, messagingOf } from "./messaging.js";
import { nameOf } from "./names.js";

/** Service Bus locks a message no longer; a consumer that takes longer renews the lock. */
export const LONGEST_LOCK_SECONDS = 300;

/** A Service Bus queue; its dead letters are a part of it. */
export const queue: Builder<"Queue"> = (scope, request) => {
    const messaging = messagingOf(scope);
    const { location, resourceGroupName } = placeOf(scope);
    const production = scope.profile === "production";
    const lockSeconds = pulumi
        .output(request.visibilityTimeoutSeconds)
        .apply((seconds) => Math.min(LONGEST_LOCK_SECONDS, seconds));
    const made = child(
        scope,
        "queue",
        {
            resourceGroupName,
            namespaceName: messaging.name,
            queueName: nameOf(scope, "queue"),
            lockDuration: pulumi.interpolate`PT${lockSeconds}S`,
            maxDeliveryCount: request.maxDeliveries,
            defaultMessageTimeToLive: pulumi.interpolate`PT${request.retentionSeconds}S`,
            // What nobody took in time is gone, as on the other targets.
            deadLetteringOnMessageExpiration: false,
            enablePartitioning: false,
            maxSizeInMegabytes: production ? 5120 : 1024,
            ...(request.fifo
                ? {
                      requiresSession: true,
                      requiresDuplicateDetection: true,
                      duplicateDetectionHistoryTimeWindow: "PT5M",
                  }
                : {}),
        } satisfies QueueArgs,
        Queue,
        { replaceOnChanges: ["requiresSession", "requiresDuplicateDetection"] },
    );
    const query = pulumi.output(request.delaySeconds).apply((delaySeconds) => queryOf(request, delaySeconds));
    const address = pulumi.interpolate`amqps://${messaging.host}:${AMQPS_PORT}/${made.name}`;
    return {
        outputs: {
            url: pulumi.interpolate`${address}${query}`,
            deadLetterUrl: pulumi.interpolate`${address}/$deadletterqueue`,
        },
        handle: {
            location,
            resourceGroup: resourceGroupName,
            namespaceName: messaging.name,
            namespaceId: messaging.id,
            queueName: made.name,
            queueId: made.id,
            host: messaging.host,
            fifo: request.fifo,
            lockSeconds,
            query,
        },
        facts: { rules: new Set<string>() } satisfies FactsOf["Queue"],
    };
};

/** What the client has to do: hold messages back, open sessions. */
function queryOf({ fifo }: QueueRequest, delaySeconds: number): string {
    const query = new URLSearchParams();
    if (fifo) query.set("fifo", "true");
    if (delaySeconds > 0) query.set("delaySeconds", String(delaySeconds));
    return query.size === 0 ? "" : `?${query}`;
}
