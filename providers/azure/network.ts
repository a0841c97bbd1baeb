import {
    NetworkSecurityGroup,
    type NetworkSecurityGroupArgs,
    VirtualNetwork,
    type VirtualNetworkArgs,
} from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { child } from "./child.js";
import { nameOf } from "./names.js";
import { settingsOf, tagsOf } from "./settings.js";

/** Where an environment and the private endpoints of its services are. */
export interface Network {
    readonly id: pulumi.Input<string>;
    readonly appsSubnetId: pulumi.Input<string>;
    readonly endpointsSubnetId: pulumi.Input<string>;
}

interface Place {
    readonly location: pulumi.Input<string>;
    readonly resourceGroupName: pulumi.Input<string>;
}

/** HTTPS (Key Vault), PostgreSQL, AMQP. */
const PORTS = ["443", "5432", "5671"];

/** A network that exists, with subnets called apps and endpoints unless the settings say otherwise. */
export function existingNetwork(scope: Scope, id: string): Network {
    const { appsSubnetId, endpointsSubnetId } = settingsOf(scope);
    return {
        id,
        appsSubnetId: appsSubnetId ?? `${id}/subnets/apps`,
        endpointsSubnetId: endpointsSubnetId ?? `${id}/subnets/endpoints`,
    };
}

/** One subnet for the environment, which wants it to itself, and one for private endpoints, which the other may reach. */
export function makeNetwork(scope: Scope, place: Place): Network {
    const prefixes = prefixesOf(scope);
    const group = child(
        scope,
        "endpoints-nsg",
        {
            ...place,
            networkSecurityGroupName: nameOf(scope, "network", "endpoints-nsg"),
            securityRules: [
                {
                    ...rule("apps", 100, "Allow"),
                    protocol: "Tcp",
                    sourceAddressPrefix: prefixes.apps,
                    destinationPortRanges: PORTS,
                },
                {
                    ...rule("rest", 4000, "Deny"),
                    protocol: "*",
                    sourceAddressPrefix: "VirtualNetwork",
                    destinationPortRange: "*",
                },
            ],
            tags: tagsOf(scope),
        } satisfies NetworkSecurityGroupArgs,
        NetworkSecurityGroup,
    );
    const network = child(
        scope,
        "network",
        {
            ...place,
            virtualNetworkName: nameOf(scope, "network"),
            addressSpace: { addressPrefixes: [prefixes.all] },
            // Inline: subnets as resources of their own block each other.
            subnets: [
                {
                    name: "apps",
                    addressPrefix: prefixes.apps,
                    delegations: [{ name: "environment", serviceName: "Microsoft.App/environments" }],
                },
                {
                    name: "endpoints",
                    addressPrefix: prefixes.endpoints,
                    privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled",
                    networkSecurityGroup: { id: group.id },
                },
            ],
            tags: tagsOf(scope),
        } satisfies VirtualNetworkArgs,
        VirtualNetwork,
    );
    return {
        id: network.id,
        appsSubnetId: pulumi.interpolate`${network.id}/subnets/apps`,
        endpointsSubnetId: pulumi.interpolate`${network.id}/subnets/endpoints`,
    };
}

function rule(name: string, priority: number, access: "Allow" | "Deny") {
    return {
        name,
        priority,
        access,
        direction: "Inbound",
        sourcePortRange: "*",
        destinationAddressPrefix: "*",
    };
}

/** @throws ProgramError when the address space is not a /16 */
function prefixesOf(scope: Scope): { readonly all: string; readonly apps: string; readonly endpoints: string } {
    const all = settingsOf(scope).addressSpace ?? "10.40.0.0/16";
    const start = /^(\d{1,3}\.\d{1,3})\.0\.0\/16$/.exec(all)?.[1];
    if (start !== undefined) return { all, apps: `${start}.0.0/23`, endpoints: `${start}.2.0/24` };
    throw new ProgramError(
        `Platform "${scope.name}": azure.addressSpace is "${all}"; allowed: a /16, for example "10.40.0.0/16".`,
    );
}
