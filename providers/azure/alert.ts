import {
    ActionGroup,
    type ActionGroupArgs,
    ScheduledQueryRule,
    type ScheduledQueryRuleArgs,
} from "@pulumi/azure-native/monitor";
import type * as pulumi from "@pulumi/pulumi";
import type { AlertRequest, LogSinkRequest, Scope } from "../contract.js";
import { fit } from "../naming.js";
import { child } from "./child.js";
import { placeOf } from "./handles.js";
import { linesMatching, windowOf } from "./log-query.js";
import { LIMITS, nameOf } from "./names.js";
import { tagsOf } from "./settings.js";

/** The longest name that Azure shows in a text message. */
const SHORT_NAME = 12;
/** Of 0, critical, to 4, verbose. */
const WARNING = 2;

/** What is wrong with a list of alerts, if anything. */
export function alertProblems({ alerts }: LogSinkRequest): readonly string[] {
    if (isPlain(alerts)) return [];
    return ["alerts is an Output; on azure each alert is a resource, so give them as a plain list."];
}

export function isPlain(alerts: LogSinkRequest["alerts"]): alerts is readonly AlertRequest[] {
    return Array.isArray(alerts);
}

/** The name of the rule of an alert, which an app's rollout can watch. */
export function alertRuleName(owner: Pick<Scope, "project" | "stack" | "name">, alert: string): string {
    return fit(`${nameOf(owner, "part", `alert-${alert}`)}-${alert}`, LIMITS.alert);
}

/** A rule that counts matching lines, and whom it tells. */
export function makeAlert(scope: Scope, alert: AlertRequest, workspaceId: pulumi.Input<string>): ScheduledQueryRule {
    const { name, match, threshold, windowSeconds, notify } = alert;
    const actions = notify === undefined || notify === "log" ? [] : [makeActions(scope, name, notify).id];
    return child(
        scope,
        "alert",
        {
            ...placeOf(scope),
            ruleName: alertRuleName(scope, name),
            displayName: name,
            kind: "LogAlert",
            enabled: true,
            severity: WARNING,
            scopes: [workspaceId],
            ...windowOf(windowSeconds),
            criteria: {
                allOf: [
                    {
                        query: linesMatching(match),
                        timeAggregation: "Count",
                        // The SDK's enumeration holds the words of another API.
                        operator: "GreaterThanOrEqual",
                        threshold,
                        failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
                    },
                ],
            },
            autoMitigate: true,
            // The tables are empty until the first line.
            skipQueryValidation: true,
            actions: { actionGroups: actions },
            tags: tagsOf(scope),
        } satisfies ScheduledQueryRuleArgs,
        ScheduledQueryRule,
        { suffix: name },
    );
}

function makeActions(scope: Scope, alert: string, notify: string): ActionGroup {
    const receivers = notify.includes("@")
        ? { emailReceivers: [{ name: alert, emailAddress: notify, useCommonAlertSchema: true }] }
        : { webhookReceivers: [{ name: alert, serviceUri: notify, useCommonAlertSchema: true }] };
    return child(
        scope,
        "action",
        {
            resourceGroupName: placeOf(scope).resourceGroupName,
            actionGroupName: alertRuleName(scope, `action-${alert}`),
            groupShortName: fit(alert, SHORT_NAME),
            location: "Global",
            enabled: true,
            ...receivers,
            tags: tagsOf(scope),
        } satisfies ActionGroupArgs,
        ActionGroup,
        { suffix: alert },
    );
}
