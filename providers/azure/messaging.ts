import { Namespace, type NamespaceArgs } from "@pulumi/azure-native/servicebus";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { once } from "../shared.js";
import { child } from "./child.js";
import { makeDiagnostics } from "./diagnostics.js";
import { ground, placeOf } from "./handles.js";
import { nameOf } from "./names.js";
import { makeEndpoint, makeZone } from "./private-link.js";
import { auditOf } from "./registry.js";
import { settingsOf, tagsOf } from "./settings.js";

export const AMQPS_PORT = 5671;

export interface Messaging {
    readonly name: pulumi.Output<string>;
    readonly id: pulumi.Output<string>;
    readonly host: pulumi.Output<string>;
}

/** The Service Bus namespace of a platform, made with its first queue. */
export function messagingOf(scope: Scope): Messaging {
    return once(scope, "messaging", makeNamespace);
}

function makeNamespace(scope: Scope): Messaging {
    const production = scope.profile === "production";
    const premium = settingsOf(scope).premiumQueues === true;
    const namespace = child(
        scope,
        "messaging",
        {
            ...placeOf(scope),
            namespaceName: nameOf(scope, "namespace"),
            sku: premium ? { name: "Premium", tier: "Premium", capacity: 1 } : { name: "Standard", tier: "Standard" },
            minimumTlsVersion: "1.2",
            // A binding is a URL with a key.
            disableLocalAuth: false,
            publicNetworkAccess: premium ? "Disabled" : "Enabled",
            tags: tagsOf(scope),
        } satisfies NamespaceArgs,
        Namespace,
        production ? { protect: true } : {},
    );
    if (premium) {
        const place = placeOf(scope);
        const given = settingsOf(scope).privateZones?.servicebus;
        const networkId = ground(scope, "networkId");
        makeEndpoint(scope, "servicebus", "messaging-", {
            ...place,
            subnetId: ground(scope, "endpointsSubnetId"),
            serviceId: namespace.id,
            zoneId:
                given ?? makeZone(scope, "servicebus", { resourceGroupName: place.resourceGroupName, networkId }).id,
        });
    }
    if (production) makeDiagnostics(scope, "messaging-diagnostics", namespace.id, auditOf(scope));
    return {
        name: namespace.name,
        id: namespace.id,
        host: pulumi.interpolate`${namespace.name}.servicebus.windows.net`,
    };
}
