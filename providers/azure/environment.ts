import { ManagedEnvironment, type ManagedEnvironmentArgs } from "@pulumi/azure-native/app";
import * as pulumi from "@pulumi/pulumi";
import type { PlatformRequest, Scope } from "../contract.js";
import { child } from "./child.js";
import { nameOf } from "./names.js";
import { settingsOf, tagsOf } from "./settings.js";
import { CONSUMPTION } from "./size.js";

export interface EnvironmentInputs {
    readonly location: pulumi.Input<string>;
    readonly resourceGroupName: pulumi.Input<string>;
    readonly subnetId: pulumi.Input<string>;
    readonly zones: PlatformRequest["zones"];
    readonly dependsOn: pulumi.Resource[];
}

/** Where container apps and jobs run. Another network or other zones would be another one, with all apps made anew. */
export function makeEnvironment(scope: Scope, inputs: EnvironmentInputs): ManagedEnvironment {
    const { location, resourceGroupName, subnetId, zones, dependsOn } = inputs;
    const production = scope.profile === "production";
    const { workloadProfiles = [] } = settingsOf(scope);
    return child(
        scope,
        "environment",
        {
            location,
            resourceGroupName,
            environmentName: nameOf(scope, "environment"),
            workloadProfiles: [{ name: CONSUMPTION, workloadProfileType: CONSUMPTION }, ...workloadProfiles],
            vnetConfiguration: { infrastructureSubnetId: subnetId, internal: false },
            // No key of a workspace in the state, and a log sink can attach later.
            appLogsConfiguration: { destination: "azure-monitor" },
            zoneRedundant: pulumi.output(zones).apply((count) => spreads(count, production)),
            peerTrafficConfiguration: { encryption: { enabled: production } },
            peerAuthentication: { mtls: { enabled: production } },
            tags: tagsOf(scope),
        } satisfies ManagedEnvironmentArgs,
        ManagedEnvironment,
        {
            dependsOn,
            ...(production ? { protect: true } : {}),
            replaceOnChanges: ["vnetConfiguration", "zoneRedundant"],
        },
    );
}

/** Azure chooses the zones: all of them or none. Two is what nobody asked for in development. */
export function spreads(zones: number, production: boolean): boolean {
    return zones > (production ? 1 : 2);
}
