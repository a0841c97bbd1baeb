import { UserAssignedIdentity, type UserAssignedIdentityArgs } from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Attachment, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { child } from "./child.js";
import { factsOf } from "./facts.js";
import { type AutoscalerHandle, field, ground, placeOf, type QueueHandle } from "./handles.js";
import { nameOf } from "./names.js";
import { grant } from "./roles.js";
import { type Backlog, fixedScale, type Policy, type Scale, scaleOf } from "./scale.js";
import { tagsOf } from "./settings.js";

export interface AppScale {
    readonly scale: pulumi.Output<Scale>;
    /** Identity that reads the length of a queue. */
    readonly scalerId?: pulumi.Output<string>;
    readonly dependsOn: readonly pulumi.Resource[];
}

/** How many replicas an app has; its scale rules are a part of it. */
export function appScale(scope: Scope, request: AppRequest): AppScale {
    const { autoscaler } = request;
    if (autoscaler === undefined) return { scale: pulumi.output(request.replicas).apply(fixedScale), dependsOn: [] };
    const known = factsOf(autoscaler)?.request;
    const of = <F extends keyof AutoscalerHandle>(name: F) => field<AutoscalerHandle, F>(autoscaler, name);
    const policy = of("policy").apply((policy) => {
        check(scope, request, autoscaler, policy, known !== undefined);
        return policy;
    });
    const backlog = known?.queueBacklogPerReplica;
    const scaler = backlog && makeScaler(scope, backlog);
    const scale = pulumi
        .all([policy, scaler?.backlog, of("cooldownSeconds")])
        .apply(([policy, backlog, cooldown]) => scaleOf(policy, backlog as Backlog | undefined, cooldown));
    return { scale, ...(scaler === undefined ? {} : { scalerId: scaler.id }), dependsOn: scaler?.dependsOn ?? [] };
}

/** @throws ProgramError for what the autoscaler and the app cannot be together */
function check(
    scope: Scope,
    { port }: AppRequest,
    autoscaler: Attachment<"Autoscaler">,
    policy: Policy,
    own: boolean,
): void {
    const who = `App "${scope.name}" with Autoscaler "${autoscaler.name}"`;
    if (policy.measuresQueue && !own) {
        throw new ProgramError(
            `${who}: it belongs to another stack and measures a queue, which needs an identity of this app's own. ` +
                "Declare the Autoscaler in this program.",
        );
    }
    if (policy.requestsPerSecondPerReplica !== undefined && port === undefined) {
        throw new ProgramError(
            `${who}: requestsPerSecondPerReplica, and without a port it gets no requests; give it one.`,
        );
    }
    const others = [policy.cpuPercent, policy.memoryPercent, policy.requestsPerSecondPerReplica];
    if (policy.schedules.length === 1 && !policy.measuresQueue && others.every((signal) => signal === undefined)) {
        throw new ProgramError(
            `${who}: its one schedule holds from its first time on for ever. Add the schedule that ends it, or set minReplicas.`,
        );
    }
}

/** Reading a queue's length takes the right to manage it, which the app itself must not have. */
function makeScaler(
    scope: Scope,
    { queue, messages }: { readonly queue: Attachment<"Queue">; readonly messages: number },
): { id: pulumi.Output<string>; backlog: pulumi.Output<Backlog>; dependsOn: readonly pulumi.Resource[] } {
    const of = <F extends keyof QueueHandle>(name: F) => field<QueueHandle, F>(queue, name);
    const identity = child(
        scope,
        "scaler",
        {
            ...placeOf(scope),
            resourceName: nameOf(scope, "identity", "scaler"),
            tags: tagsOf(scope),
        } satisfies UserAssignedIdentityArgs,
        UserAssignedIdentity,
    );
    const role = grant(scope, "scaler-role", {
        role: "ownQueueData",
        subscriptionId: ground(scope, "subscriptionId"),
        principalId: identity.principalId,
        on: of("queueId"),
    });
    const backlog = pulumi
        .all([of("namespaceName"), of("queueName"), identity.id])
        .apply(([namespace, queueName, identity]): Backlog => ({ namespace, queueName, messages, identity }));
    return { id: identity.id, backlog, dependsOn: [role] };
}
