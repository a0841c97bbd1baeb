import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Attachment, Builder, RouteRequest } from "../contract.js";
import { readHandle, readSecret } from "../handles.js";
import type { AppHandle, AutoscalerHandle, LoadBalancerHandle, LogSinkHandle } from "./handles.js";
import { localChild } from "./platform.js";
import type { Nested } from "./resource/local-object.js";
import { sourceOf } from "./source.js";
import {
    type AppSpec,
    type AutoscaleSpec,
    type HealthSpec,
    type RouteSpec,
    type Secrets,
    type SinkReference,
    sourceKey,
} from "./spec.js";

/** Processes of one type, kept running by the supervisor. */
export const app: Builder<"App"> = (scope, request) => {
    const autoscale = policyOf(request);
    const logs = sinkOf(request.logs);
    // Plain data with Outputs in it, rather than one Output of it all: that costs a third, and shows more at preview.
    const spec: Nested<AppSpec> = {
        source: sourceOf(request.code),
        process: request.process,
        ...(request.command === undefined ? {} : { command: request.command }),
        listens: request.port !== undefined,
        cpu: request.cpu,
        memoryMiB: request.memoryMiB,
        replicas: request.replicas,
        environment: environmentOf(request),
        ...(request.release === undefined ? {} : { release: request.release }),
        health: request.health as Nested<HealthSpec>,
        stopTimeoutSeconds: request.stopTimeoutSeconds,
        rollout: request.rollout,
        routes: request.routes.map(routeOf),
        ...(autoscale === undefined ? {} : { autoscale }),
        ...(logs === undefined ? {} : { logs }),
    };
    const made = localChild(scope, "app", "app", { spec, secrets: secretsOf(request) });
    const internalUrl = made.field("internalUrl");
    const releaseId = made.field("releaseId");
    return {
        outputs: { url: urlOf(request, internalUrl), internalUrl, releaseId },
        handle: { home: made.home, app: made.objectName, internalUrl, releaseId },
    };
};

/** Secrets, and the URLs of databases and queues, which hold passwords. */
function secretsOf(request: AppRequest): Nested<Secrets> {
    const urls = Object.entries(request.bindings).flatMap(([name, { to, right }]) => {
        if (to.kind === "App") return [];
        return [[name, readSecret(to, "local", to.kind === "Database" ? "url" : right)] as const];
    });
    return { ...request.secrets, ...Object.fromEntries(urls) };
}

function environmentOf(request: AppRequest): Nested<Readonly<Record<string, string>>> {
    const urls = Object.fromEntries(
        Object.entries(request.bindings).flatMap(([name, { to }]) =>
            to.kind === "App"
                ? [[name, readHandle<AppHandle>(to, "local").apply((handle) => handle.internalUrl)] as const]
                : [],
        ),
    );
    const { environment } = request;
    // An app's server obeys HOST by convention, so that a laptop's replicas are not open to its network.
    const complete = (known: typeof urls | Readonly<Record<string, string>>) => ({
        HOST: "127.0.0.1",
        ...known,
        ...urls,
    });
    return pulumi.Output.isInstance(environment) || environment instanceof Promise
        ? pulumi.output(environment).apply(complete)
        : complete(environment);
}

function routeOf(route: RouteRequest): pulumi.Output<RouteSpec> {
    const balancer = readHandle<LoadBalancerHandle>(route.loadBalancer, "local");
    const spec = (to: LoadBalancerHandle, rest?: AppHandle): RouteSpec => ({
        home: to.home,
        balancer: to.balancer,
        path: route.path,
        stripPrefix: route.stripPrefix,
        ...(route.host === undefined ? {} : { host: route.host }),
        ...(route.percent === undefined ? {} : { percent: route.percent }),
        ...(rest === undefined ? {} : { otherwise: sourceKey(rest.home, rest.app) }),
    });
    if (route.otherwise === undefined) return balancer.apply((to) => spec(to));
    const otherwise = readHandle<AppHandle>(route.otherwise, "local");
    return pulumi.all([balancer, otherwise]).apply(([to, rest]) => spec(to, rest));
}

function policyOf(request: AppRequest): pulumi.Output<AutoscaleSpec> | undefined {
    if (request.autoscaler === undefined) return undefined;
    return readHandle<AutoscalerHandle>(request.autoscaler, "local").apply((handle) => handle.policy);
}

/** The sink that takes the lines; undefined is the stack's default one. */
export function sinkOf(logs: Attachment<"LogSink"> | undefined): pulumi.Output<SinkReference> | undefined {
    if (logs === undefined) return undefined;
    return readHandle<LogSinkHandle>(logs, "local").apply(({ home, sink }) => ({ home, sink }));
}

function urlOf(request: AppRequest, internalUrl: pulumi.Output<string>): pulumi.Output<string> {
    const route = request.routes[0];
    if (route === undefined) return internalUrl;
    return readHandle<LoadBalancerHandle>(route.loadBalancer, "local").apply(
        ({ url }) => `${url}${route.path === "/" ? "" : route.path}`,
    );
}
