import * as pulumi from "@pulumi/pulumi";
import type { AutoscalerRequest, Builder } from "../contract.js";
import { readHandle } from "../handles.js";
import type { QueueHandle } from "./handles.js";
import type { AutoscaleSpec } from "./spec.js";

/** Plain data, until an app attaches: then the supervisor scales it by the rules of Kubernetes. */
export const autoscaler: Builder<"Autoscaler"> = (_scope, { queueBacklogPerReplica, scaleToZero: _, ...policy }) => ({
    outputs: {},
    handle: {
        policy: backlogOf(queueBacklogPerReplica).apply(
            (backlog): AutoscaleSpec => ({
                ...policy,
                ...(backlog === undefined ? {} : { queueBacklogPerReplica: backlog }),
            }),
        ),
    },
});

function backlogOf(
    asked: AutoscalerRequest["queueBacklogPerReplica"],
): pulumi.Output<AutoscaleSpec["queueBacklogPerReplica"]> {
    if (asked === undefined) return pulumi.output(undefined);
    return readHandle<QueueHandle>(asked.queue, "local").apply(({ home, queue }) => ({
        home,
        queue,
        messages: asked.messages,
    }));
}
