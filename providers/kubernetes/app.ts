import * as pulumi from "@pulumi/pulumi";
import { commandOf } from "../command.js";
import type { AppRequest, Builder } from "../contract.js";
import { after } from "../handles.js";
import { makeAccount } from "./account.js";
import { makeAppPolicy } from "./app-policy.js";
import { bind } from "./bindings.js";
import { makeBudget } from "./budget.js";
import { makeDeployment } from "./deployment.js";
import { environmentOf, secretOf } from "./environment.js";
import type { FactsOf } from "./facts.js";
import { field, ground, type LoadBalancerHandle, recordOf } from "./handles.js";
import { imageOf } from "./image.js";
import { type Component, clientLabel, selectorLabels } from "./labels.js";
import { logLabels } from "./log-sink.js";
import { wearing } from "./network-policy.js";
import type { PodInputs } from "./pod.js";
import { releaseIdOf } from "./release-id.js";
import { resourcesOf } from "./resources.js";
import { runOnce } from "./run-once.js";
import { scale } from "./scale.js";
import { USER } from "./security.js";
import { DRAIN_SECONDS, timing } from "./timing.js";
import { makeTraffic, releaseLabelsOf } from "./traffic.js";

/** A Deployment and all that makes it safe to run, to reach and to replace. */
export const app: Builder<"App"> = (scope, request) => {
    const { name } = scope;
    const component: Component = request.port === undefined ? "worker" : "web";
    const namespace = ground(scope, "namespace");
    const bound = bind(scope, request.bindings);
    const label = clientLabel("App", name, scope);
    const account = makeAccount(scope, component);
    const policy = makeAppPolicy(scope, {
        component,
        ...(request.port === undefined ? {} : { port: request.port }),
        hasRoutes: request.routes.length > 0,
        clientLabel: label,
        egress: bound.egress,
        internet: scope.options.egress !== "bindings",
    });
    const entries = { ...request.secrets, ...bound.secretUrls };
    const secret = secretOf(scope, component, entries);
    const command = commandOf(request);
    const image = imageOf(scope, request.code);
    const releaseId = releaseIdOf(image, command, request, bound.urls, secret?.metadata.name);
    const asFiles = scope.options.secretsAs === "files";
    const parts: PodInputs = {
        name,
        image,
        env: environmentOf({
            plain: request.environment,
            more: {
                ...bound.urls,
                RELEASE_ID: releaseId,
                ...(request.port === undefined ? {} : { PORT: String(request.port) }),
            },
            secretNames: Object.keys(entries),
            ...(secret === undefined ? {} : { secret: secret.metadata.name }),
            asFiles,
        }),
        account,
        ca: ground(scope, "ca"),
        user: Number(scope.options.runAsUser ?? USER),
        size: pulumi
            .all([request.cpu, request.memoryMiB])
            .apply(([cpu, memoryMiB]) => resourcesOf(cpu, memoryMiB, scope.profile, scope.options.cpuLimit !== false)),
        labels: pulumi
            .all([wearing(bound.labels), logLabels(scope, request.logs)])
            .apply(([bindings, logs]) => ({ ...bindings, ...logs })),
        ...(asFiles && secret !== undefined
            ? {
                  secretFiles: secret.metadata.name.apply((name) => ({
                      secret: name,
                      names: Object.keys(entries).sort(),
                  })),
              }
            : {}),
    };
    const release =
        request.release &&
        runOnce(
            scope,
            "release",
            namespace,
            {
                component: "release",
                of: name,
                parts,
                command: request.release.command,
                timeoutSeconds: request.release.timeoutSeconds,
                retries: 0,
            },
            [policy],
        );
    const numbers = pulumi
        .all([request.health, request.stopTimeoutSeconds, recordOf(scope)])
        .apply(([health, stopTimeoutSeconds, { gateway }]) =>
            timing(health as Parameters<typeof timing>[0], stopTimeoutSeconds, gateway?.drainSeconds ?? DRAIN_SECONDS),
        );
    const deployment = makeDeployment(scope, {
        component,
        request,
        parts,
        ...(command === undefined ? {} : { command }),
        releaseId,
        timing: numbers,
        releaseLabels: releaseLabelsOf(request, releaseId),
        dependsOn: [policy, ...(release === undefined ? [] : [release])],
    });
    const service =
        request.port === undefined
            ? undefined
            : makeTraffic(scope, { request, deployment, releaseId, timing: numbers });
    const ready = service ?? deployment;
    makeBudget(scope, component, request);
    if (request.autoscaler !== undefined) {
        scale(scope, {
            autoscaler: request.autoscaler,
            component,
            // After a shift: until then it scales the release that serves.
            deployment: pulumi.all([deployment.metadata.name, ready.urn]).apply(([known]) => known),
            routes: request.routes,
        });
    }
    const internalUrl =
        service === undefined
            ? pulumi.output("")
            : pulumi.all([namespace, ready.urn]).apply(([ns]) => `http://${name}.${ns}.svc.cluster.local`);
    return {
        outputs: { url: urlOf(request, internalUrl), internalUrl, releaseId },
        handle: {
            cluster: ground(scope, "cluster"),
            namespace,
            internalUrl,
            deployment: deployment.metadata.name,
            releaseId,
            pod: parts,
            ...(service === undefined
                ? {}
                : {
                      service: after(ready, name),
                      port: request.port,
                      clientLabel: label,
                      podLabels: selectorLabels(name, component),
                  }),
        },
        facts: { routes: request.routes, ready } satisfies FactsOf["App"],
    };
};

function urlOf(request: AppRequest, internalUrl: pulumi.Output<string>): pulumi.Output<string> {
    const route = request.routes[0];
    if (route === undefined) return internalUrl;
    const path = route.path === "/" ? "" : route.path;
    return field<LoadBalancerHandle, "url">(route.loadBalancer, "url").apply((base) => {
        const url = route.host === undefined ? base : base.replace(/\/\/.*$/, `//${route.host}`);
        return `${url}${path}`;
    });
}
