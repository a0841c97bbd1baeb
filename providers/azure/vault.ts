import { Secret, type SecretArgs, Vault, type VaultArgs } from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { ground } from "./handles.js";
import { nameOf } from "./names.js";
import { tagsOf } from "./settings.js";

export interface VaultInputs {
    readonly location: pulumi.Input<string>;
    readonly resourceGroupName: pulumi.Input<string>;
    readonly tenantId: pulumi.Input<string>;
}

/** In production nobody reaches it but the environment, through its private endpoint; ARM may write all the same. */
export function makeVault(scope: Scope, { tenantId, ...place }: VaultInputs): Vault {
    const production = scope.profile === "production";
    return child(
        scope,
        "vault",
        {
            ...place,
            vaultName: nameOf(scope, "vault"),
            properties: {
                tenantId,
                sku: { family: "A", name: "standard" },
                enableRbacAuthorization: true,
                enableSoftDelete: true,
                softDeleteRetentionInDays: production ? 90 : 7,
                // It cannot be false, only absent.
                ...(production ? { enablePurgeProtection: true } : {}),
                publicNetworkAccess: production ? "Disabled" : "Enabled",
                networkAcls: { bypass: "AzureServices", defaultAction: production ? "Deny" : "Allow" },
            },
            tags: tagsOf(scope),
        } satisfies VaultArgs,
        Vault,
        production ? { protect: true } : {},
    );
}

/**
 * A secret in the platform's vault. It stays when it is deleted here: ARM may write secrets but not delete them, and a
 * deleted name cannot be used again.
 *
 * @returns the address of this very version: another value is another address, and so another release
 */
export function makeSecret(
    scope: Scope,
    key: string,
    value: pulumi.Input<string>,
    contentType: string,
    suffix?: string,
): pulumi.Output<string> {
    const part = suffix === undefined ? key : `${key}-${suffix}`;
    const secret = child(
        scope,
        key,
        {
            resourceGroupName: ground(scope, "resourceGroup"),
            vaultName: ground(scope, "vaultName"),
            secretName: nameOf(scope, "secret", part),
            properties: { value: pulumi.secret(value), contentType },
            tags: tagsOf(scope),
        } satisfies SecretArgs,
        Secret,
        { retainOnDelete: true, ...(suffix === undefined ? {} : { suffix }) },
    );
    // What is secret is the value, which stands beside the address.
    return pulumi.unsecret(secret.properties.apply(({ secretUriWithVersion }) => secretUriWithVersion));
}
