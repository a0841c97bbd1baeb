import { Cluster, ClusterCapacityProviders } from "@pulumi/aws/ecs";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as pulumi from "@pulumi/pulumi";
import type { Builder, PlatformRequest, Scope } from "../contract.js";
import { child } from "./child.js";
import { findNetwork } from "./existing-network.js";
import type { FactsOf } from "./facts.js";
import { makeFlowLog } from "./flow-log.js";
import { keyOf, type Place } from "./key.js";
import { makeNetwork, type Network } from "./network.js";
import { settingsOf } from "./settings.js";
import { tagsOf } from "./tags.js";

/** A network, an ECS cluster, and what the first component that needs it asks for. */
export const platform: Builder<"Platform"> = (scope, request) => {
    const place = whereabouts(scope);
    const key = keyOf(scope, place);
    const network = networkOf(scope, request, place, key);
    const cluster = makeCluster(scope);
    return {
        outputs: { name: cluster.name },
        handle: {
            ...place,
            ...network,
            clusterArn: cluster.arn,
            clusterName: cluster.name,
            ...(key === undefined ? {} : { keyArn: key }),
        },
        facts: { scope, shared: new Map(), request, settings: settingsOf(scope) } satisfies FactsOf["Platform"],
    };
};

function whereabouts(scope: Scope): Place {
    const opts = { parent: scope.component };
    return {
        region: getRegionOutput({}, opts).region,
        accountId: getCallerIdentityOutput({}, opts).accountId,
        partition: getPartitionOutput({}, opts).partition,
    };
}

function networkOf(
    scope: Scope,
    request: PlatformRequest,
    { region, accountId }: Place,
    key: pulumi.Output<string> | undefined,
): Network {
    const vpcId = request.network ?? settingsOf(scope).vpcId;
    if (vpcId !== undefined) return findNetwork(scope, vpcId);
    const network = makeNetwork(scope, region, Number(request.zones));
    if (scope.profile === "production") makeFlowLog(scope, network.vpcId, accountId, key);
    return network;
}

function makeCluster(scope: Scope): { readonly arn: pulumi.Output<string>; readonly name: pulumi.Output<string> } {
    const insights = scope.profile === "production" ? "enhanced" : "enabled";
    const cluster = child(scope, Cluster, "cluster", {
        settings: [{ name: "containerInsights", value: insights }],
        tags: tagsOf(scope),
    });
    const capacity = child(scope, ClusterCapacityProviders, "capacity", {
        clusterName: cluster.name,
        capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    });
    // A provider in use cannot be taken away, so that whatever runs here must end before it does.
    return {
        arn: pulumi.all([cluster.arn, capacity.urn]).apply(([arn]) => arn),
        name: pulumi.all([cluster.name, capacity.urn]).apply(([name]) => name),
    };
}
