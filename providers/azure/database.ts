import { ManagementLockByScope, type ManagementLockByScopeArgs } from "@pulumi/azure-native/authorization";
import { Database, type DatabaseArgs, Server, type ServerArgs } from "@pulumi/azure-native/dbforpostgresql";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword, type RandomPasswordArgs } from "@pulumi/random";
import type { Builder, DatabaseRequest, Scope } from "../contract.js";
import { child } from "./child.js";
import { ONLY_AT_CREATION, restoreOf } from "./database-restore.js";
import { configure } from "./database-settings.js";
import { diskGiB, skuOf } from "./database-size.js";
import { makeDiagnostics } from "./diagnostics.js";
import { ground, placeOf } from "./handles.js";
import { databaseName, nameOf } from "./names.js";
import { makeEndpoint } from "./private-link.js";
import { auditOf } from "./registry.js";
import { tagsOf } from "./settings.js";
import { makeSecret } from "./vault.js";

const PORT = 5432;
/** The administrator's name, fixed for the life of a server. */
const LOGIN = "app";

/** A PostgreSQL Flexible Server without a public address. */
export const database: Builder<"Database"> = (scope, request) => {
    const place = placeOf(scope);
    const password = scope.child(
        "password",
        { length: 32, special: false },
        (name, args: RandomPasswordArgs, opts) => new RandomPassword(name, args, opts),
    );
    const server = makeServer(scope, request, password.result);
    const { resourceGroupName } = place;
    const name = databaseName(scope.name);
    const made = child(
        scope,
        "database",
        {
            resourceGroupName,
            serverName: server.name,
            databaseName: name,
            charset: "UTF8",
            collation: "en_US.utf8",
        } satisfies DatabaseArgs,
        Database,
        protection(request),
    );
    const endpoint = makeEndpoint(scope, "postgres", "", {
        ...place,
        subnetId: ground(scope, "endpointsSubnetId"),
        serviceId: server.id,
        zoneId: ground(scope, "zones").apply(({ postgres }) => postgres),
    });
    const last = configure(scope, request, { resourceGroupName, serverName: server.name, dependsOn: [made] });
    if (request.deletionProtection) {
        child(
            scope,
            "lock",
            {
                lockName: nameOf(scope, "part", "lock"),
                scope: server.id,
                level: "CanNotDelete",
                notes: "deletionProtection",
            } satisfies ManagementLockByScopeArgs,
            ManagementLockByScope,
            // A locked server's parts cannot be deleted either, so it comes last and goes first.
            { dependsOn: [made, ...last] },
        );
    }
    if (scope.profile === "production") makeDiagnostics(scope, "diagnostics", server.id, auditOf(scope));
    const host = pulumi.all([server.fullyQualifiedDomainName, made.id, endpoint.id]).apply(([host]) => host);
    const url = pulumi.secret(
        pulumi.interpolate`postgresql://${LOGIN}:${password.result}@${host}:${PORT}/${name}?sslmode=require`,
    );
    const urlSecretUri = makeSecret(scope, "url", url, "text/uri");
    return {
        outputs: {
            host,
            port: host.apply(() => PORT),
            name: host.apply(() => name),
            username: host.apply(() => LOGIN),
            url,
        },
        handle: {
            location: place.location,
            resourceGroup: resourceGroupName,
            networkId: ground(scope, "networkId"),
            serverId: server.id,
            serverName: server.name,
            host,
            port: PORT,
            name,
            username: LOGIN,
            urlSecretUri,
        },
    };
};

/** Nothing deletes it by mistake, here or in the portal. */
function protection({ deletionProtection }: DatabaseRequest): pulumi.CustomResourceOptions {
    return deletionProtection ? { protect: true } : {};
}

function makeServer(scope: Scope, request: DatabaseRequest, password: pulumi.Output<string>): Server {
    const production = scope.profile === "production";
    const restore = request.restoreFrom === undefined ? undefined : restoreOf(scope, request.restoreFrom);
    const part = restore === undefined ? "server" : `server-${JSON.stringify(request.restoreFrom)}`;
    return child(
        scope,
        "server",
        {
            ...placeOf(scope),
            serverName: nameOf(scope, "server", part),
            version: request.version,
            administratorLogin: LOGIN,
            administratorLoginPassword: pulumi.secret(password),
            sku: pulumi
                .all([request.size, request.highlyAvailable])
                .apply(([size, highlyAvailable]) => skuOf(size, highlyAvailable)),
            storage: {
                storageSizeGB: pulumi.output(request.storageGiB).apply(diskGiB),
                autoGrow: "Enabled",
            },
            backup: {
                backupRetentionDays: pulumi.output(request.backupRetentionDays).apply((days) => Math.max(7, days)),
                geoRedundantBackup: production ? "Enabled" : "Disabled",
            },
            // No zones: after a failover the two have changed places, and any update would fail.
            highAvailability: {
                mode: pulumi
                    .output(request.highlyAvailable)
                    .apply((asked): string => (asked ? "ZoneRedundant" : "Disabled")),
            },
            network: { publicNetworkAccess: "Disabled" },
            authConfig: { passwordAuth: "Enabled", activeDirectoryAuth: "Disabled" },
            ...(restore ?? { createMode: scope.options.upgrade === true ? "Update" : "Default" }),
            tags: tagsOf(scope),
        } satisfies ServerArgs,
        Server,
        {
            ...protection(request),
            ...(restore === undefined ? {} : { ignoreChanges: ONLY_AT_CREATION }),
            customTimeouts: { create: "60m", update: "60m", delete: "30m" },
        },
    );
}
