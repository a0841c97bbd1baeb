import {
    Policy,
    type PolicyArgs,
    ScheduledAction,
    type ScheduledActionArgs,
    Target,
    type TargetArgs,
} from "@pulumi/aws/appautoscaling";
import type { Service } from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import type { Attachment, AutoscalerRequest, ScheduleRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { shortHash } from "../naming.js";
import { awsCron } from "./cron.js";
import { factsOf } from "./facts.js";
import { field, type QueueHandle } from "./handles.js";
import { backlogMetrics, requestMetrics } from "./scale-metrics.js";
import { tagsOf } from "./tags.js";

/** What an app is scaled by, and on what. */
export interface Scaled {
    readonly autoscaler: Attachment<"Autoscaler">;
    readonly service: Service;
    readonly clusterName: pulumi.Input<string>;
    /** For each load balancer of the app: its ARN suffix, and those of its one or two target groups. */
    readonly targets: readonly {
        readonly loadBalancer: pulumi.Input<string>;
        readonly groups: readonly pulumi.Input<string>[];
    }[];
}

type Following = PolicyArgs["targetTrackingScalingPolicyConfiguration"];

/** The number of tasks that an app starts with; later ones are the autoscaler's business. */
export function firstReplicas(autoscaler: Attachment<"Autoscaler">): pulumi.Input<number> {
    return ruleOf(autoscaler).minReplicas;
}

/** The scalable target of an app's service, with its policies and schedules. */
export function scale(scope: Scope, scaled: Scaled): void {
    const rule = ruleOf(scaled.autoscaler);
    const target = scope.child(
        "scale",
        {
            serviceNamespace: "ecs",
            scalableDimension: "ecs:service:DesiredCount",
            resourceId: pulumi.interpolate`service/${scaled.clusterName}/${scaled.service.name}`,
            minCapacity: rule.minReplicas,
            maxCapacity: rule.maxReplicas,
            tags: tagsOf(scope),
        },
        (name, args: TargetArgs, opts) => new Target(name, args, opts),
    );
    for (const [key, follows] of Object.entries(followed(scope, rule, scaled))) {
        if (follows !== undefined) makePolicy(scope, key, target, rule, follows);
    }
    for (const schedule of rule.schedules) makeSchedule(scope, target, schedule);
}

function ruleOf(autoscaler: Attachment<"Autoscaler">): AutoscalerRequest {
    const known = factsOf(autoscaler)?.request;
    if (known !== undefined) return known;
    throw new ProgramError(
        `Autoscaler "${autoscaler.name}" belongs to another stack, and what it measures decides which policies exist on ` +
            "aws. Declare the Autoscaler in the program of the app.",
    );
}

/** What each policy of a rule follows, by the key of its child. */
function followed(scope: Scope, rule: AutoscalerRequest, scaled: Scaled): Readonly<Record<string, Following>> {
    return {
        cpu: predefined("ECSServiceAverageCPUUtilization", rule.cpuPercent),
        memory: predefined("ECSServiceAverageMemoryUtilization", rule.memoryPercent),
        requests: requests(scope, rule, scaled),
        backlog: backlog(rule, scaled),
    };
}

function predefined(predefinedMetricType: string, targetValue: number | undefined): Following {
    if (targetValue === undefined) return undefined;
    return { targetValue, predefinedMetricSpecification: { predefinedMetricType } };
}

function requests(scope: Scope, rule: AutoscalerRequest, { autoscaler, targets }: Scaled): Following {
    const { requestsPerSecondPerReplica: perSecond } = rule;
    if (perSecond === undefined) return undefined;
    const [first, ...more] = targets;
    if (first === undefined) {
        throw new ProgramError(
            `App "${scope.name}" with Autoscaler "${autoscaler.name}": requestsPerSecondPerReplica. Requests are counted ` +
                "by load balancers; give the app a route, or scale on cpuPercent.",
        );
    }
    // CloudWatch counts by the minute.
    const targetValue = perSecond * 60;
    const [only, ...others] = first.groups;
    if (more.length === 0 && others.length === 0) {
        const resourceLabel = pulumi.interpolate`${first.loadBalancer}/${only}`;
        const predefinedMetricType = "ALBRequestCountPerTarget";
        return { targetValue, predefinedMetricSpecification: { predefinedMetricType, resourceLabel } };
    }
    const all = targets.flatMap(({ groups }) => [...groups]);
    const metrics = pulumi.all(all).apply((names) => requestMetrics(names));
    return { targetValue, customizedMetricSpecification: { metrics } };
}

function backlog(rule: AutoscalerRequest, { clusterName, service }: Scaled): Following {
    const { queueBacklogPerReplica: asked } = rule;
    if (asked === undefined) return undefined;
    const queue = field<QueueHandle, "name">(asked.queue, "name");
    const metrics = pulumi
        .all([queue, clusterName, service.name])
        .apply(([name, cluster, own]) => backlogMetrics(name, { clusterName: cluster, serviceName: own }));
    return { targetValue: asked.messages, customizedMetricSpecification: { metrics } };
}

function makePolicy(scope: Scope, key: string, target: Target, rule: AutoscalerRequest, follows: Following): void {
    scope.child(
        key,
        {
            policyType: "TargetTrackingScaling",
            ...boundTo(target),
            targetTrackingScalingPolicyConfiguration: pulumi.output(follows).apply((known) => ({
                targetValue: 0,
                ...known,
                scaleInCooldown: rule.scaleInCooldownSeconds,
                scaleOutCooldown: rule.scaleOutCooldownSeconds,
            })),
        },
        (name, args: PolicyArgs, opts) => new Policy(name, args, opts),
    );
}

function makeSchedule(scope: Scope, target: Target, entry: ScheduleRequest): void {
    const translated = awsCron(entry.cron);
    if ("problem" in translated) throw new Error(translated.problem);
    scope.child(
        "schedule",
        {
            ...boundTo(target),
            schedule: translated.cron,
            timezone: entry.timeZone,
            scalableTargetAction: { minCapacity: entry.minReplicas, maxCapacity: entry.maxReplicas },
        },
        (name, args: ScheduledActionArgs, opts) => new ScheduledAction(name, args, opts),
        {},
        // Not its place in the list: adding one must not touch the others.
        shortHash(`${entry.cron} ${entry.timeZone}`, 6),
    );
}

function boundTo({ resourceId, scalableDimension, serviceNamespace }: Target) {
    return { resourceId, scalableDimension, serviceNamespace };
}
