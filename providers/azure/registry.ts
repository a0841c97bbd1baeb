import { getClientTokenOutput } from "@pulumi/azure-native/authorization";
import { Registry, type RegistryArgs } from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { once } from "../shared.js";
import { child } from "./child.js";
import { makeDiagnostics } from "./diagnostics.js";
import { ground, placeOf } from "./handles.js";
import { nameOf } from "./names.js";
import { grant } from "./roles.js";
import { tagsOf } from "./settings.js";

export interface BuiltRegistry {
    readonly server: pulumi.Output<string>;
    /** To be there before anything pulls. */
    readonly puller: pulumi.Resource;
}

/** The registry of a platform, made with its first build. */
export function registryOf(scope: Scope): BuiltRegistry {
    return once(scope, "registry", makeRegistry);
}

function makeRegistry(scope: Scope): BuiltRegistry {
    const production = scope.profile === "production";
    const registry = child(
        scope,
        "registry",
        {
            ...placeOf(scope),
            registryName: nameOf(scope, "registry"),
            sku: { name: production ? "Standard" : "Basic" },
            adminUserEnabled: false,
            anonymousPullEnabled: false,
            tags: tagsOf(scope),
        } satisfies RegistryArgs,
        Registry,
    );
    const puller = grant(scope, "puller", {
        role: "pullImages",
        subscriptionId: ground(scope, "subscriptionId"),
        principalId: ground(scope, "identityPrincipalId"),
        on: registry.id,
    });
    if (production) makeDiagnostics(scope, "registry-diagnostics", registry.id, auditOf(scope));
    return { server: registry.loginServer, puller };
}

/** The audit workspace of a platform in production. */
export function auditOf(scope: Scope): pulumi.Output<string> {
    return ground(scope, "auditWorkspaceId").apply((id) => id ?? "");
}

/** The user that a token of the registry is for. */
export const TOKEN_USER = "00000000-0000-0000-0000-000000000000";

/**
 * A password for pushing: the token of the provider in use, exchanged by the registry for one of its own. Without a token
 * whoever runs Pulumi is logged in already.
 */
export function pushPassword(scope: Scope, server: pulumi.Output<string>): pulumi.Output<string | undefined> {
    // A preview builds nothing, and so needs no password.
    if (pulumi.runtime.isDryRun()) return pulumi.output(undefined);
    const client = getClientTokenOutput({}, { parent: scope.component });
    return pulumi.secret(
        pulumi
            .all([server, client, ground(scope, "tenantId")])
            .apply(([server, { token }, tenant]) => (token ? exchange(server, token, tenant) : undefined)),
    );
}

async function exchange(server: string, token: string, tenant: string): Promise<string> {
    const response = await fetch(`https://${server}/oauth2/exchange`, {
        method: "POST",
        body: new URLSearchParams({ grant_type: "access_token", service: server, tenant, access_token: token }),
    });
    if (!response.ok) {
        throw new ProgramError(
            `The registry ${server} refused to log in (${response.status}); whoever runs Pulumi needs the role AcrPush or Contributor on it.`,
        );
    }
    return ((await response.json()) as { readonly refresh_token: string }).refresh_token;
}
