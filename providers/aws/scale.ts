import type { Service } from "@pulumi/aws/ecs";
import type * as pulumi from "@pulumi/pulumi";
import type { Attachment, Scope } from "../contract.js";

/** What an app is scaled by, and on what. */
export interface Scaled {
    readonly autoscaler: Attachment<"Autoscaler">;
    readonly service: Service;
    readonly clusterName: pulumi.Input<string>;
    /** For each load balancer of the app: its ARN suffix, and those of its one or two target groups. */
    readonly targets: readonly {
        readonly loadBalancer: pulumi.Input<string>;
        readonly groups: readonly pulumi.Input<string>[];
    }[];
}

/** The number of tasks that an app starts with; later ones are the autoscaler's business. */
export function firstReplicas(_autoscaler: Attachment<"Autoscaler">): pulumi.Input<number> {
    throw new Error("not there yet");
}

/** The scalable target of an app's service, with its policies and schedules. */
export function scale(_scope: Scope, _scaled: Scaled): void {
    throw new Error("not there yet");
}
