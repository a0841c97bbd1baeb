import { QueryDefinition, type QueryDefinitionArgs } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { Builder } from "../contract.js";
import { ground } from "./handles.js";
import { makeAlerts } from "./log-alerts.js";
import { makeArchive } from "./log-archive.js";
import { logGroupInputs, makeLogGroup } from "./log-group.js";

/** Saved in CloudWatch Logs Insights for everybody who looks for the first time. */
const QUERIES = {
    errors:
        "fields @timestamp, @logStream, @message | filter @message like /(?i)(error|exception|fatal|panic)/ " +
        "| sort @timestamp desc | limit 200",
    slowest:
        "fields @timestamp, @logStream, @message, coalesce(durationMs, duration_ms, duration) as took " +
        "| filter ispresent(took) | sort took desc | limit 50",
};

/** A log group, what is asked of it, and who is told. */
export const logSink: Builder<"LogSink"> = (scope, request) => {
    const group = scope.child("group", logGroupInputs(scope, request.retentionDays), makeLogGroup);
    for (const [query, queryString] of Object.entries(QUERIES)) {
        scope.child(
            "query",
            {
                name: `${scope.project}/${scope.stack}/${scope.name}/${query}`,
                queryString,
                logGroupNames: [group.name],
            },
            (name, args: QueryDefinitionArgs, opts) => new QueryDefinition(name, args, opts),
            {},
            query,
        );
    }
    const alarms = makeAlerts(scope, group, request.alerts);
    if (request.archive !== undefined) makeArchive(scope, group, request.archive);
    const region = ground(scope, "region");
    return {
        outputs: {
            query: pulumi.interpolate`aws logs tail ${group.name} --since 1h --follow --region ${region}`,
        },
        handle: { region, logGroupName: group.name, logGroupArn: group.arn, keyArn: ground(scope, "keyArn"), alarms },
    };
};
