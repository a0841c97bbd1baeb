import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { factsOf } from "./facts.js";

/** Settings of the whole stack: `azure` of its Platform, or `twelvefold:azure` in its configuration. */
export interface TargetSettings {
    /** Region. Default: the provider's own. */
    readonly location?: string;
    /** Who answers for the stack; a tag of every resource. */
    readonly owner?: string;
    /** Commit that is deployed; a tag of every App and Job. */
    readonly commit?: string;
    /** Address of the source repository; a tag of every App and Job. */
    readonly repository?: string;
    /** Address space of the network, a /16. */
    readonly addressSpace?: string;
    /** Subnet of the environment, where the network exists already. */
    readonly appsSubnetId?: string;
    /** Subnet of the private endpoints, where the network exists already. */
    readonly endpointsSubnetId?: string;
    /** Ids of private DNS zones that are linked to the network already. */
    readonly privateZones?: { readonly postgres?: string; readonly vault?: string; readonly servicebus?: string };
    /** Dedicated workload profiles of the environment. */
    readonly workloadProfiles?: readonly {
        readonly name: string;
        readonly workloadProfileType: string;
        readonly minimumCount?: number;
        readonly maximumCount?: number;
    }[];
    /** Tier of Service Bus: Premium has private endpoints. */
    readonly premiumQueues?: boolean;
    /** Where the management API is; for sovereign clouds and tests. */
    readonly managementUrl?: string;
}

/** What holds for a component: what its platform says, which includes the stack's configuration. */
export function settingsOf(scope: Scope): TargetSettings {
    const { platform } = scope;
    if (platform === undefined) return scope.options;
    return factsOf(platform)?.settings ?? new pulumi.Config("twelvefold").getObject<TargetSettings>("azure") ?? {};
}

/** Tags of every resource. */
export function tagsOf(scope: Scope): Record<string, string> {
    const { owner } = settingsOf(scope);
    return {
        "twelvefold-project": scope.project,
        "twelvefold-stack": scope.stack,
        "twelvefold-component": scope.name,
        ...(owner === undefined ? {} : { owner }),
    };
}

/** Tags of what runs code: where the code came from (factor I). */
export function workloadTags(scope: Scope): Record<string, string> {
    const { repository, commit } = settingsOf(scope);
    return {
        ...tagsOf(scope),
        ...(repository === undefined ? {} : { repository }),
        ...(commit === undefined ? {} : { commit }),
    };
}
