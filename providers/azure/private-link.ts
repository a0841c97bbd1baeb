import {
    PrivateDnsZoneGroup,
    type PrivateDnsZoneGroupArgs,
    PrivateEndpoint,
    type PrivateEndpointArgs,
} from "@pulumi/azure-native/network";
import {
    PrivateZone,
    type PrivateZoneArgs,
    VirtualNetworkLink,
    type VirtualNetworkLinkArgs,
} from "@pulumi/azure-native/privatedns";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { nameOf } from "./names.js";
import { tagsOf } from "./settings.js";

/** Services behind private endpoints: their DNS zone, and what they call their group. */
export const PRIVATE = {
    postgres: { zone: "privatelink.postgres.database.azure.com", group: "postgresqlServer" },
    vault: { zone: "privatelink.vaultcore.azure.net", group: "vault" },
    servicebus: { zone: "privatelink.servicebus.windows.net", group: "namespace" },
} as const;

export type PrivateService = keyof typeof PRIVATE;

export interface ZoneInputs {
    readonly resourceGroupName: pulumi.Input<string>;
    readonly networkId: pulumi.Input<string>;
}

/** A zone that the network resolves. A network links one zone of a name, so zones belong to the platform. */
export function makeZone(scope: Scope, service: PrivateService, { resourceGroupName, networkId }: ZoneInputs) {
    const zone = child(
        scope,
        `zone-${service}`,
        {
            resourceGroupName,
            privateZoneName: PRIVATE[service].zone,
            location: "Global",
            tags: tagsOf(scope),
        } satisfies PrivateZoneArgs,
        PrivateZone,
    );
    const link = child(
        scope,
        `zone-${service}-link`,
        {
            resourceGroupName,
            privateZoneName: zone.name,
            virtualNetworkLinkName: nameOf(scope, "part", `link-${service}`),
            location: "Global",
            registrationEnabled: false,
            virtualNetwork: { id: networkId },
            tags: tagsOf(scope),
        } satisfies VirtualNetworkLinkArgs,
        VirtualNetworkLink,
    );
    return { id: zone.id, link };
}

export interface EndpointInputs {
    readonly location: pulumi.Input<string>;
    readonly resourceGroupName: pulumi.Input<string>;
    readonly subnetId: pulumi.Input<string>;
    readonly serviceId: pulumi.Input<string>;
    readonly zoneId: pulumi.Input<string>;
}

/** The private address of a service, and its name in the zone. */
export function makeEndpoint(
    scope: Scope,
    service: PrivateService,
    prefix: string,
    { location, resourceGroupName, subnetId, serviceId, zoneId }: EndpointInputs,
): PrivateDnsZoneGroup {
    const name = nameOf(scope, "network", `${service}-endpoint`);
    const endpoint = child(
        scope,
        `${prefix}endpoint`,
        {
            location,
            resourceGroupName,
            privateEndpointName: name,
            subnet: { id: subnetId },
            privateLinkServiceConnections: [
                { name, privateLinkServiceId: serviceId, groupIds: [PRIVATE[service].group] },
            ],
            tags: tagsOf(scope),
        } satisfies PrivateEndpointArgs,
        PrivateEndpoint,
    );
    return child(
        scope,
        `${prefix}dns`,
        {
            resourceGroupName,
            privateEndpointName: endpoint.name,
            privateDnsZoneGroupName: "default",
            privateDnsZoneConfigs: [{ name: service, privateDnsZoneId: zoneId }],
        } satisfies PrivateDnsZoneGroupArgs,
        PrivateDnsZoneGroup,
    );
}
