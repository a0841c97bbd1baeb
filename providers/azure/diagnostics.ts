import { DiagnosticSetting, type DiagnosticSettingArgs } from "@pulumi/azure-native/monitor";
import { Workspace, type WorkspaceArgs } from "@pulumi/azure-native/operationalinsights";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { nameOf } from "./names.js";
import { tagsOf } from "./settings.js";

/** A year: what auditors ask for. */
const AUDIT_DAYS = 365;

export function makeAuditWorkspace(
    scope: Scope,
    place: { readonly location: pulumi.Input<string>; readonly resourceGroupName: pulumi.Input<string> },
): Workspace {
    return child(
        scope,
        "audit",
        {
            ...place,
            workspaceName: nameOf(scope, "workspace", "audit"),
            sku: { name: "PerGB2018" },
            retentionInDays: AUDIT_DAYS,
            features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true },
            tags: tagsOf(scope),
        } satisfies WorkspaceArgs,
        Workspace,
    );
}

type Logs = readonly ({ readonly categoryGroup: string } | { readonly category: string })[];

/** Sends the logs of a resource to a workspace. */
export function makeDiagnostics(
    scope: Scope,
    key: string,
    resourceUri: pulumi.Input<string>,
    workspaceId: pulumi.Input<string>,
    logs: Logs = [{ categoryGroup: "allLogs" }],
    enabled: pulumi.Input<boolean> = true,
): DiagnosticSetting {
    return child(
        scope,
        key,
        {
            name: nameOf(scope, "part", key),
            resourceUri,
            workspaceId,
            logs: logs.map((which) => ({ ...which, enabled })),
            logAnalyticsDestinationType: "Dedicated",
        } satisfies DiagnosticSettingArgs,
        DiagnosticSetting,
    );
}
