import { MetricAlarm, type MetricAlarmArgs } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Scope } from "../contract.js";
import { mapped } from "../mapped.js";
import { child } from "./child.js";
import { field, ground, type LoadBalancerHandle, type LogSinkHandle } from "./handles.js";
import { errorMetrics, latencyMetrics, type MetricQuery, stuckMetrics } from "./rollout-metrics.js";
import { tagsOf } from "./tags.js";
import type { Targets } from "./target-group.js";

/** Answers with a server error that count as bad where nobody says otherwise, in percent. */
const ERROR_PERCENT = 5;

/** Names of the alarms on which ECS goes back. */
export function makeAlarms(
    scope: Scope,
    request: AppRequest,
    serviceName: string,
    targets: readonly Targets[],
): pulumi.Output<readonly string[]> {
    const { strategy, rollbackOn } = request.rollout;
    const shifts = strategy !== "rolling";
    const made: MetricAlarm[] = [];
    const alarm = (key: string, args: Partial<MetricAlarmArgs> & Pick<MetricAlarmArgs, "threshold">) =>
        made.push(
            child(scope, MetricAlarm, key, {
                comparisonOperator: "GreaterThanOrEqualToThreshold",
                evaluationPeriods: 1,
                treatMissingData: "notBreaching",
                tags: tagsOf(scope),
                ...args,
            }),
        );
    if (shifts) {
        // Only rolling updates have a circuit breaker.
        alarm("stuck", {
            alarmDescription: `Tasks of ${scope.name} do not start.`,
            metricQueries: ground(scope, "clusterName").apply((cluster) => [...stuckMetrics(cluster, serviceName)]),
            evaluationPeriods: mapped(request.health, ({ startupSeconds }) => Math.ceil(startupSeconds / 60) + 5),
            threshold: 1,
        });
    }
    const errorPercent = rollbackOn.errorPercent ?? (shifts ? ERROR_PERCENT : undefined);
    if (errorPercent !== undefined && targets.length > 0) {
        alarm("errors", {
            alarmDescription: `${scope.name} answers ${errorPercent} % of its requests with an error.`,
            metricQueries: queries(targets, errorMetrics),
            threshold: errorPercent,
        });
    }
    if (rollbackOn.p99Milliseconds !== undefined && targets.length > 0) {
        alarm("slow", {
            alarmDescription: `One in a hundred answers of ${scope.name} takes ${rollbackOn.p99Milliseconds} ms.`,
            metricQueries: queries(targets, latencyMetrics),
            threshold: rollbackOn.p99Milliseconds / 1000,
        });
    }
    return pulumi
        .all([pulumi.all(made.map(({ name }) => name)), named(request)])
        .apply(([own, others]) => [...own, ...others]);
}

/** Of each group on its own: the new release's errors must not drown in the old one's traffic. */
function queries(targets: readonly Targets[], metrics: typeof errorMetrics): pulumi.Output<MetricQuery[]> {
    const groups = targets.flatMap(({ balancer, main, alternate }) =>
        [main, alternate].flatMap((group) =>
            group === undefined
                ? []
                : [
                      pulumi
                          .all([field<LoadBalancerHandle, "arnSuffix">(balancer, "arnSuffix"), group.arnSuffix])
                          .apply(([loadBalancer, targetGroup]) => ({ loadBalancer, targetGroup })),
                  ],
        ),
    );
    return pulumi.all(groups).apply((known) => [...metrics(known)]);
}

/** Alerts of the app's log sink, and alarms that somebody else made. */
function named({ rollout, logs }: AppRequest): pulumi.Output<readonly string[]> {
    const names = rollout.rollbackOn.alarms;
    if (logs === undefined || names.length === 0) return pulumi.output([...names]);
    return field<LogSinkHandle, "alarms">(logs, "alarms").apply((known) => names.map((name) => known[name] ?? name));
}
