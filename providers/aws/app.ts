import * as pulumi from "@pulumi/pulumi";
import { commandOf } from "../command.js";
import type { AppRequest, Attachment, Builder, HealthRequest, Scope } from "../contract.js";
import { admit } from "./app-group.js";
import { CONTAINER, probeOf } from "./container.js";
import type { FactsOf } from "./facts.js";
import { field, ground, type LoadBalancerHandle, type TargetGroupHandle } from "./handles.js";
import { fullName, LIMITS } from "./names.js";
import { makeAlarms } from "./rollout-alarms.js";
import { makeRules } from "./route.js";
import { runOnce } from "./run-once.js";
import { scale } from "./scale.js";
import { makeService } from "./service.js";
import { connectionOf, Door, internalUrl, meshOf } from "./service-connect.js";
import { makeServing } from "./serving.js";
import { makeTargets, type Targets } from "./target-group.js";
import { taskMade } from "./task.js";
import { type MadeTask, makeTask, type TaskRequest } from "./task-definition.js";

/** An ECS service, and all that makes it safe to run, to reach and to replace. */
export const app: Builder<"App"> = (scope, request) => {
    const { port, routes } = request;
    const door = new Door(() => meshOf(scope));
    if (port !== undefined && (routes.length === 0 || scope.options.internal === true)) door.open();
    const task = makeTask(scope, taskRequest(scope, request, door));
    const balancers = [...new Set(routes.map(({ loadBalancer }) => loadBalancer))];
    const entrances = port === undefined ? [] : admit(scope, task.group, balancers, port);
    const targets = port === undefined ? [] : makeTargets(scope, request, balancers, port);
    const rules = makeRules(scope, routes, targets);
    const release = releaseOf(scope, request, task);
    const name = fullName(scope, LIMITS.family);
    const service = makeService(scope, {
        name,
        request,
        task,
        targets,
        rules,
        alarmNames: makeAlarms(scope, request, name, targets),
        connection: pulumi
            .all([door.namespace, [...task.bound.namespaces]])
            .apply(([own, called]) => connectionOf(scope.name, port, own, called)),
        dependsOn: [
            ...task.dependsOn,
            ...entrances,
            ...rules.map(({ rule }) => rule),
            ...task.bound.servers,
            ...(release === undefined ? [] : [release]),
        ],
    });
    if (request.autoscaler !== undefined) {
        const clusterName = ground(scope, "clusterName");
        scale(scope, { autoscaler: request.autoscaler, service, clusterName, targets: targets.map(measured) });
    }
    const serving = makeServing(scope, request, { name: service.name, taskDefinition: task.definition.arn }, service);
    const url = port === undefined ? "" : internalUrl(scope.name, port);
    const internal = door.namespace.apply((namespace) => (namespace === undefined ? "" : url));
    return {
        outputs: { url: urlOf(request, internal), internalUrl: internal, releaseId: task.releaseId },
        handle: {
            ...handleOf(scope, task, serving.served),
            serviceName: service.name,
            ...(port === undefined ? {} : { port }),
            internalUrl: internal,
            namespaceArn: door.namespace,
            rollout: request.rollout.strategy,
            targetGroups: targets.map((target) => targetGroupHandle(target, serving)),
            releaseId: task.releaseId,
        },
        facts: { port, routes, strategy: request.rollout.strategy, door } satisfies FactsOf["App"],
    };
};

function taskRequest(scope: Scope, request: AppRequest, door: Door): TaskRequest {
    const { port, routes } = request;
    const command = commandOf(request);
    const calls = Object.values(request.bindings).some(({ to }) => to.kind === "App");
    const { health } = request;
    const { containerProbe } = scope.options;
    const inside = port !== undefined && routes.length === 0 && containerProbe !== false;
    const ofWorker = port === undefined && (request.health as Partial<HealthRequest>).command !== undefined;
    const check: TaskRequest["check"] = inside
        ? { health, command: (known) => probeOf(port, known) }
        : ofWorker
          ? { health, command: (known) => ["CMD", ...(known.command ?? [])] }
          : undefined;
    return {
        ...request,
        ...(command === undefined ? {} : { command }),
        ...(check === undefined ? {} : { check }),
        proxied: calls ? true : door.namespace.apply((namespace) => namespace !== undefined),
    };
}

/** Once for each release, with the network, the rights and the secrets that the app will have. */
function releaseOf(scope: Scope, { release }: AppRequest, task: MadeTask): pulumi.Resource | undefined {
    if (release === undefined) return undefined;
    const { command, timeoutSeconds } = release;
    const run = { task: taskMade(scope, task), command, timeoutSeconds, retries: 0 };
    return runOnce(scope, "release", run, [...task.dependsOn, ...task.bound.servers]).resource;
}

function handleOf(scope: Scope, task: MadeTask, served: pulumi.Output<string>) {
    const { dependsOn: _, streamPrefix: __, releaseId: ___, ...fields } = taskMade(scope, task);
    return { ...fields, taskDefinitionArn: served, containerName: CONTAINER, vpcId: ground(scope, "vpcId") };
}

function measured({ balancer, main, alternate }: Targets) {
    const groups = [main.arnSuffix, ...(alternate === undefined ? [] : [alternate.arnSuffix])];
    return { loadBalancer: field<LoadBalancerHandle, "arnSuffix">(balancer, "arnSuffix"), groups };
}

/** Who sends the rest of its traffic there waits until the app serves. */
function targetGroupHandle({ balancer, main }: Targets, serving: pulumi.Resource): pulumi.Output<TargetGroupHandle> {
    const key = field<{ readonly key: string }, "key">(balancer, "key");
    return pulumi.all([key, main.arn, serving.urn]).apply(([loadBalancerKey, arn]) => ({ loadBalancerKey, arn }));
}

function urlOf({ routes }: AppRequest, internal: pulumi.Output<string>): pulumi.Output<string> {
    const [route] = routes;
    if (route === undefined) return internal;
    const path = route.path === "/" ? "" : route.path;
    const base: Attachment = route.loadBalancer;
    return field<LoadBalancerHandle, "baseUrl">(base, "baseUrl").apply((known) => {
        const url = route.host === undefined ? known : known.replace(/\/\/.*$/, `//${route.host}`);
        return `${url}${path}`;
    });
}
