import { RoleAssignment, type RoleAssignmentArgs } from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { guidOf } from "./names.js";

/** Built-in roles (learn.microsoft.com, role-based-access-control/built-in-roles). */
export const ROLES = {
    pullImages: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    readSecrets: "4633458b-17de-408a-b874-0445c86b69e6",
    ownQueueData: "090c5cfd-751d-490a-894a-3ce6f1109419",
} as const;

export interface Grant {
    readonly role: keyof typeof ROLES;
    readonly subscriptionId: pulumi.Input<string>;
    readonly principalId: pulumi.Input<string>;
    /** Id of the resource that it is on. */
    readonly on: pulumi.Input<string>;
}

/** One role on one resource for one identity. */
export function grant(scope: Scope, key: string, { role, subscriptionId, principalId, on }: Grant): RoleAssignment {
    return child(
        scope,
        key,
        {
            roleAssignmentName: guidOf(`${scope.project}/${scope.stack}/${scope.name}/${key}`),
            scope: on,
            principalId,
            // Without it Azure looks the principal up in a directory that may not know it yet.
            principalType: "ServicePrincipal",
            roleDefinitionId: pulumi.interpolate`/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role]}`,
        } satisfies RoleAssignmentArgs,
        RoleAssignment,
    );
}
