import { getClientConfigOutput } from "@pulumi/azure-native/authorization";
import { UserAssignedIdentity, type UserAssignedIdentityArgs } from "@pulumi/azure-native/managedidentity";
import { ResourceGroup, type ResourceGroupArgs } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import type { Builder, Scope } from "../contract.js";
import { after } from "../handles.js";
import { child } from "./child.js";
import { makeAuditWorkspace, makeDiagnostics } from "./diagnostics.js";
import { makeEnvironment } from "./environment.js";
import type { FactsOf } from "./facts.js";
import { nameOf } from "./names.js";
import { existingNetwork, makeNetwork } from "./network.js";
import { makeEndpoint, makeZone } from "./private-link.js";
import { grant } from "./roles.js";
import { settingsOf, tagsOf } from "./settings.js";
import { makeVault } from "./vault.js";

/** A resource group with a network, an environment for containers, an identity, and a vault that only it reads. */
export const platform: Builder<"Platform"> = (scope, request) => {
    const production = scope.profile === "production";
    const client = getClientConfigOutput({ parent: scope.component });
    const place = makeGroup(scope);
    const network = request.network === undefined ? makeNetwork(scope, place) : existingNetwork(scope, request.network);
    const identity = child(
        scope,
        "identity",
        { ...place, resourceName: nameOf(scope, "identity"), tags: tagsOf(scope) } satisfies UserAssignedIdentityArgs,
        UserAssignedIdentity,
    );
    const vault = makeVault(scope, { ...place, tenantId: client.tenantId });
    // Long before the first app, because Azure takes minutes to spread a new right.
    const reader = grant(scope, "vault-reader", {
        role: "readSecrets",
        subscriptionId: client.subscriptionId,
        principalId: identity.principalId,
        on: vault.id,
    });
    const given = settingsOf(scope).privateZones ?? {};
    const zoneInputs = { resourceGroupName: place.resourceGroupName, networkId: network.id };
    const postgres = given.postgres === undefined ? makeZone(scope, "postgres", zoneInputs).id : given.postgres;
    const before: pulumi.Resource[] = [reader];
    const zones: Record<string, pulumi.Input<string>> = { postgres };
    if (production) {
        const made = given.vault === undefined ? makeZone(scope, "vault", zoneInputs) : undefined;
        const zoneId = made?.id ?? given.vault ?? "";
        zones.vault = zoneId;
        const endpoint = makeEndpoint(scope, "vault", "vault-", {
            ...place,
            subnetId: network.endpointsSubnetId,
            serviceId: vault.id,
            zoneId,
        });
        before.push(endpoint, ...(made === undefined ? [] : [made.link]));
    }
    const audit = production ? makeAuditWorkspace(scope, place) : undefined;
    if (audit) makeDiagnostics(scope, "vault-diagnostics", vault.id, audit.id);
    const environment = makeEnvironment(scope, {
        ...place,
        subnetId: network.appsSubnetId,
        zones: request.zones,
        dependsOn: before,
    });
    const name = place.resourceGroupName;
    return {
        outputs: { name },
        handle: {
            location: place.location,
            resourceGroup: name,
            subscriptionId: client.subscriptionId,
            tenantId: client.tenantId,
            networkId: network.id,
            environmentId: environment.id,
            environmentName: environment.name,
            defaultDomain: environment.defaultDomain,
            endpointsSubnetId: network.endpointsSubnetId,
            identityId: identity.id,
            identityPrincipalId: identity.principalId,
            vaultName: vault.name,
            vaultUri: vault.properties.apply(({ vaultUri }) => vaultUri),
            zones,
            ...(audit === undefined ? {} : { auditWorkspaceId: audit.id }),
        },
        facts: { scope, shared: new Map(), settings: scope.options } satisfies FactsOf["Platform"],
    };
};

interface Place {
    readonly location: pulumi.Output<string>;
    readonly resourceGroupName: pulumi.Output<string>;
}

function makeGroup(scope: Scope): Place {
    const asked = settingsOf(scope).location ?? new pulumi.Config("azure-native").get("location");
    const resourceGroupName = nameOf(scope, "group");
    const group = child(
        scope,
        "group",
        {
            resourceGroupName,
            ...(asked === undefined ? {} : { location: asked }),
            tags: tagsOf(scope),
        } satisfies ResourceGroupArgs,
        ResourceGroup,
    );
    return {
        location: asked === undefined ? group.location : pulumi.output(asked),
        resourceGroupName: after(group, resourceGroupName),
    };
}
