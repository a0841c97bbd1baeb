import { Service, type ServiceArgs } from "@pulumi/aws/ecs";
import type * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Scope } from "../contract.js";
import { mapped } from "../mapped.js";
import { child } from "./child.js";
import { CONTAINER } from "./container.js";
import { ground } from "./handles.js";
import { infrastructureRole } from "./infrastructure-role.js";
import { bakeSecondsOf, strategyOf } from "./rollout.js";
import type { makeRules } from "./route.js";
import { firstReplicas } from "./scale.js";
import type { Connection } from "./service-connect.js";
import { settingsOf } from "./settings.js";
import { tagsOf } from "./tags.js";
import type { Targets } from "./target-group.js";
import type { MadeTask } from "./task-definition.js";

export interface ServiceParts {
    readonly name: string;
    readonly request: AppRequest;
    readonly task: MadeTask;
    readonly targets: readonly Targets[];
    readonly rules: ReturnType<typeof makeRules>;
    readonly alarmNames: pulumi.Output<readonly string[]>;
    readonly connection: pulumi.Output<Connection>;
    readonly dependsOn: readonly pulumi.Resource[];
}

/** Time that ECS may take beyond what was asked for. */
const PATIENCE_SECONDS = 20 * 60;

/** How long an update of an app may take. */
export function rolloutSeconds({ rollout, health }: AppRequest): pulumi.Input<number> {
    return mapped(health, ({ startupSeconds }) => PATIENCE_SECONDS + startupSeconds + bakeSecondsOf(rollout));
}

/** What keeps the tasks of an app running, and replaces them. */
export function makeService(scope: Scope, parts: ServiceParts): Service {
    const { request, task, targets, alarmNames } = parts;
    const rolling = request.rollout.strategy === "rolling";
    const startup = mapped(request.health, ({ startupSeconds }) => startupSeconds);
    const args: ServiceArgs = {
        // Alarms measure it by its name before it is there.
        name: parts.name,
        cluster: ground(scope, "clusterArn"),
        taskDefinition: task.definition.arn,
        desiredCount: request.autoscaler === undefined ? request.replicas : firstReplicas(request.autoscaler),
        networkConfiguration: {
            subnets: ground(scope, "privateSubnetIds").apply((ids) => [...ids]),
            securityGroups: [task.group.id],
            assignPublicIp: false,
        },
        capacityProviderStrategies: [{ capacityProvider: capacityOf(scope, request), weight: 1 }],
        ...(targets.length > 0
            ? { loadBalancers: loadBalancersOf(scope, parts), healthCheckGracePeriodSeconds: startup }
            : {}),
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        ...(rolling ? { deploymentCircuitBreaker: { enable: true, rollback: true } } : {}),
        deploymentConfiguration: strategyOf(request.rollout) ?? { strategy: "ROLLING" },
        ...(watched(request) ? { alarms: alarmNames.apply((names) => alarms(names)) } : {}),
        ...(rolling ? { availabilityZoneRebalancing: "ENABLED" } : {}),
        serviceConnectConfiguration: parts.connection,
        enableExecuteCommand: false,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        waitForSteadyState: true,
        ...(scope.options.forceNewDeployment === true ? { forceNewDeployment: true } : {}),
        tags: tagsOf(scope),
    };
    return child(scope, Service, "service", args, {
        dependsOn: [...parts.dependsOn],
        deleteBeforeReplace: true,
        ...(request.autoscaler === undefined ? {} : { ignoreChanges: ["desiredCount"] }),
        customTimeouts: timeoutsOf(request),
    });
}

/** Whether anything but the circuit breaker makes ECS go back. */
function watched({ rollout: { strategy, rollbackOn } }: AppRequest): boolean {
    const { errorPercent, p99Milliseconds, alarms } = rollbackOn;
    return strategy !== "rolling" || errorPercent !== undefined || p99Milliseconds !== undefined || alarms.length > 0;
}

function alarms(names: readonly string[]) {
    return { enable: names.length > 0, rollback: names.length > 0, alarmNames: [...names] };
}

/** Interrupted tasks are not drained first, so that what serves users in production never runs on spare capacity. */
function capacityOf(scope: Scope, { routes }: AppRequest): string {
    const production = scope.profile === "production";
    const { spot = !production } = settingsOf(scope);
    return spot && !(production && routes.length > 0) ? "FARGATE_SPOT" : "FARGATE";
}

function loadBalancersOf(scope: Scope, { targets, rules, request }: ServiceParts) {
    return targets.map(({ balancer, main, alternate }) => {
        const rule = rules.find((made) => made.balancer === balancer)?.rule;
        const common = { targetGroupArn: main.arn, containerName: CONTAINER, containerPort: request.port ?? 0 };
        if (alternate === undefined || rule === undefined) return common;
        return {
            ...common,
            advancedConfiguration: {
                alternateTargetGroupArn: alternate.arn,
                productionListenerRule: rule.arn,
                roleArn: infrastructureRole(scope),
            },
        };
    });
}

/** These are for the engine and must be known at once, so that a computed `startupSeconds` does not count. */
function timeoutsOf({ rollout, health }: AppRequest): pulumi.CustomTimeouts {
    const { startupSeconds } = health as { readonly startupSeconds?: unknown };
    const startup = typeof startupSeconds === "number" ? startupSeconds : 0;
    const time = `${PATIENCE_SECONDS + startup + bakeSecondsOf(rollout)}s`;
    return { create: time, update: time };
}
