import {
    type LogGroup,
    LogMetricFilter,
    type LogMetricFilterArgs,
    MetricAlarm,
    type MetricAlarmArgs,
} from "@pulumi/aws/cloudwatch";
import { Topic, type TopicArgs, TopicSubscription, type TopicSubscriptionArgs } from "@pulumi/aws/sns";
import type * as pulumi from "@pulumi/pulumi";
import type { AlertRequest, LogSinkRequest, Scope } from "../contract.js";
import { fit, shortHash } from "../naming.js";
import { filterPattern, isRegex } from "./filter-pattern.js";
import { ground } from "./handles.js";
import { tagsOf } from "./tags.js";

/** CloudWatch Logs counts them for each log group. */
const MOST_REGEXES = 5;
const LONGEST_METRIC = 255;
const NAMESPACE = "Twelvefold";

/** One sentence for each alert that CloudWatch cannot have. */
export function alertProblems(alerts: LogSinkRequest["alerts"]): readonly string[] {
    if (!isPlain(alerts)) {
        return ["alerts is an Output; on aws each alert is a resource, so give them as a plain list."];
    }
    const regexes = alerts.filter(({ match }) => isRegex(match)).length;
    return [
        ...alerts.flatMap(({ match }, index) => {
            const found = filterPattern(match);
            return "problem" in found ? [`alerts[${index}].match is ${JSON.stringify(match)}. ${found.problem}`] : [];
        }),
        ...(regexes > MOST_REGEXES
            ? [`alerts has ${regexes} regular expressions; allowed on aws: ${MOST_REGEXES} for each log sink.`]
            : []),
    ];
}

function isPlain(alerts: LogSinkRequest["alerts"]): alerts is readonly AlertRequest[] {
    return Array.isArray(alerts);
}

/** A metric and an alarm for each alert, and a topic for each address. Gives the alarms' names by alert. */
export function makeAlerts(
    scope: Scope,
    group: LogGroup,
    alerts: LogSinkRequest["alerts"],
): Readonly<Record<string, pulumi.Output<string>>> {
    if (!isPlain(alerts)) return {};
    const topics = new Map<string, Topic>();
    return Object.fromEntries(
        alerts.map((alert) => [alert.name, makeAlarm(scope, group, alert, topicFor(scope, topics, alert.notify)).name]),
    );
}

function makeAlarm(scope: Scope, group: LogGroup, alert: AlertRequest, topic: Topic | undefined): MetricAlarm {
    const found = filterPattern(alert.match);
    if ("problem" in found) throw new Error(found.problem);
    const metric = fit([scope.project, scope.stack, scope.name, alert.name].join("/"), LONGEST_METRIC);
    const filter = scope.child(
        "metric",
        {
            logGroupName: group.name,
            pattern: found.pattern,
            metricTransformation: { name: metric, namespace: NAMESPACE, value: "1", defaultValue: "0" },
        },
        (name, args: LogMetricFilterArgs, opts) => new LogMetricFilter(name, args, opts),
        {},
        alert.name,
    );
    return scope.child(
        "alarm",
        {
            alarmDescription: `${alert.threshold} lines or more match ${alert.match} within ${alert.windowSeconds} seconds.`,
            namespace: NAMESPACE,
            metricName: filter.metricTransformation.name,
            statistic: "Sum",
            period: Math.ceil(alert.windowSeconds / 60) * 60,
            evaluationPeriods: 1,
            threshold: alert.threshold,
            comparisonOperator: "GreaterThanOrEqualToThreshold",
            treatMissingData: "notBreaching",
            alarmActions: topic === undefined ? [] : [topic.arn],
            tags: tagsOf(scope),
        },
        (name, args: MetricAlarmArgs, opts) => new MetricAlarm(name, args, opts),
        {},
        alert.name,
    );
}

/** Whoever is told of several alerts confirms one subscription. */
function topicFor(scope: Scope, topics: Map<string, Topic>, notify: string | undefined): Topic | undefined {
    if (notify === undefined || notify === "log") return undefined;
    const known = topics.get(notify);
    if (known !== undefined) return known;
    const suffix = shortHash(notify, 6);
    const topic = scope.child(
        "topic",
        // Under AWS' own key an alarm could not publish, so it is the platform's or none.
        { kmsMasterKeyId: ground(scope, "keyArn"), tags: tagsOf(scope) },
        (name, args: TopicArgs, opts) => new Topic(name, args, opts),
        {},
        suffix,
    );
    topics.set(notify, topic);
    scope.child(
        "subscription",
        { topic: topic.arn, protocol: protocolOf(notify), endpoint: notify },
        (name, args: TopicSubscriptionArgs, opts) => new TopicSubscription(name, args, opts),
        {},
        suffix,
    );
    return topic;
}

function protocolOf(notify: string): string {
    return /^https?(?=:)/.exec(notify)?.[0] ?? "email";
}
