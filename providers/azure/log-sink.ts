import {
    SavedSearch,
    type SavedSearchArgs,
    Table,
    type TableArgs,
    Workspace,
    type WorkspaceArgs,
} from "@pulumi/azure-native/operationalinsights";
import * as pulumi from "@pulumi/pulumi";
import type { Builder, LogSinkRequest, Scope } from "../contract.js";
import { isPlain, makeAlert } from "./alert.js";
import { child } from "./child.js";
import { makeDiagnostics } from "./diagnostics.js";
import { ground, placeOf } from "./handles.js";
import { retentionOf, totalRetentionOf } from "./log-query.js";
import { nameOf } from "./names.js";
import { tagsOf } from "./settings.js";

/** Without `_CL`, since a diagnostic setting fills them. */
const TABLES = ["ContainerAppConsoleLogs", "ContainerAppSystemLogs"] as const;

/** A workspace that gets the lines of every app of the platform: Azure wires logs by environment, not by app. */
export const logSink: Builder<"LogSink"> = (scope, request) => {
    const place = placeOf(scope);
    const production = scope.profile === "production";
    const retentionDays = pulumi.output(request.retentionDays).apply(retentionOf);
    const environmentId = ground(scope, "environmentId");
    const workspace = child(
        scope,
        "workspace",
        {
            ...place,
            workspaceName: nameOf(scope, "workspace"),
            sku: { name: "PerGB2018" },
            retentionInDays: retentionDays,
            features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true },
            ...(production ? {} : { workspaceCapping: { dailyQuotaGb: 1 } }),
            tags: tagsOf(scope),
        } satisfies WorkspaceArgs,
        Workspace,
    );
    makeDiagnostics(
        scope,
        "wire",
        environmentId,
        workspace.id,
        TABLES.map((category) => ({ category })),
    );
    keepLonger(scope, request, workspace);
    makeSearches(scope, workspace);
    if (isPlain(request.alerts)) for (const alert of request.alerts) makeAlert(scope, alert, workspace.id);
    const command = workspace.customerId.apply(
        (id) =>
            `az monitor log-analytics query --workspace ${id} --analytics-query "${TABLES[0]} | top 100 by TimeGenerated"`,
    );
    return {
        outputs: { query: command },
        handle: {
            location: place.location,
            resourceGroup: place.resourceGroupName,
            workspaceId: workspace.id,
            customerId: workspace.customerId,
            environmentId,
            retentionDays,
        },
    };
};

/** Lines stay in the tables when they can be searched no more. */
function keepLonger(scope: Scope, request: LogSinkRequest, workspace: Workspace): void {
    const { archive } = request;
    if (archive === undefined) return;
    const days = pulumi.output(archive).apply(({ retentionDays }) => totalRetentionOf(retentionDays));
    for (const tableName of TABLES) {
        child(
            scope,
            "archive",
            {
                resourceGroupName: placeOf(scope).resourceGroupName,
                workspaceName: workspace.name,
                tableName,
                plan: "Analytics",
                totalRetentionInDays: days,
            } satisfies TableArgs,
            Table,
            { suffix: tableName === TABLES[0] ? "console" : "system" },
        );
    }
}

/** What somebody looks for first, ready in the portal. */
function makeSearches(scope: Scope, workspace: Workspace): void {
    child(
        scope,
        "search",
        {
            resourceGroupName: placeOf(scope).resourceGroupName,
            workspaceName: workspace.name,
            savedSearchId: nameOf(scope, "part", "search"),
            category: "twelvefold",
            displayName: `Lines of ${scope.project}/${scope.stack} by app`,
            query: `${TABLES[0]} | project TimeGenerated, ContainerAppName, RevisionName, Log | order by TimeGenerated desc`,
            version: 2,
        } satisfies SavedSearchArgs,
        SavedSearch,
    );
}
