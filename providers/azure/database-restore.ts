import { getBackupsAutomaticAndOnDemandOutput } from "@pulumi/azure-native/dbforpostgresql";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseRequest, Scope } from "../contract.js";
import { ground } from "./handles.js";
import { nameOf } from "./names.js";

/** Inputs of a server that starts from another one's backup. */
export interface Restore {
    readonly createMode: string;
    readonly sourceServerResourceId: pulumi.Input<string>;
    readonly pointInTimeUTC: pulumi.Input<string>;
}

/** Only when it is made: a later edit of these would make it anew. */
export const ONLY_AT_CREATION = ["createMode", "pointInTimeUTC", "sourceServerResourceId"];

export function restoreOf(scope: Scope, from: NonNullable<DatabaseRequest["restoreFrom"]>): Restore {
    const [server, backup] = "snapshot" in from ? splitSnapshot(scope, from.snapshot) : [from.database, undefined];
    return {
        createMode: "PointInTimeRestore",
        sourceServerResourceId: server.startsWith("/")
            ? server
            : pulumi.interpolate`/subscriptions/${ground(scope, "subscriptionId")}/resourceGroups/${ground(scope, "resourceGroup")}/providers/Microsoft.DBforPostgreSQL/flexibleServers/${server}`,
        pointInTimeUTC: backup === undefined ? timeOf(from) : completionOf(scope, server, backup),
    };
}

function timeOf(from: NonNullable<DatabaseRequest["restoreFrom"]>): string {
    return ("database" in from ? from.pointInTime : undefined) ?? new Date().toISOString();
}

/** `<server>/<backup>`, or a backup of the server that this component had before. */
function splitSnapshot(scope: Scope, snapshot: string): readonly [server: string, backup: string] {
    const at = snapshot.lastIndexOf("/");
    return at < 0 ? [nameOf(scope, "server"), snapshot] : [snapshot.slice(0, at), snapshot.slice(at + 1)];
}

function completionOf(scope: Scope, server: string, backupName: string): pulumi.Output<string> {
    const parts = /resourceGroups\/([^/]+)\/.*\/([^/]+)$/.exec(server);
    return getBackupsAutomaticAndOnDemandOutput(
        {
            resourceGroupName: parts?.[1] ?? ground(scope, "resourceGroup"),
            serverName: parts?.[2] ?? server,
            backupName,
        },
        { parent: scope.component },
    ).apply(({ completedTime }) => completedTime ?? "");
}
