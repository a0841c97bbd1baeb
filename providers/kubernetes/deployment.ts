import { Deployment, type DeploymentArgs } from "@pulumi/kubernetes/apps/v1";
import type { input } from "@pulumi/kubernetes/types";
import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Scope } from "../contract.js";
import { within } from "./await.js";
import { ground } from "./handles.js";
import {
    type Component,
    type LabelInputs,
    objectLabels,
    podLabels,
    selectorLabels,
    workloadAnnotations,
} from "./labels.js";
import { type PodInputs, podTemplate } from "./pod.js";
import { firstReplicas } from "./scale.js";
import type { Probe, Timing } from "./timing.js";

export interface Workload {
    readonly component: Component;
    readonly request: AppRequest;
    readonly parts: PodInputs;
    readonly command?: pulumi.Input<readonly string[]>;
    readonly releaseId: pulumi.Output<string>;
    readonly timing: pulumi.Output<Timing>;
    /** Labels that tell the releases of a shifted app apart; empty where releases roll. */
    readonly releaseLabels: LabelInputs;
    readonly dependsOn: pulumi.Input<pulumi.Resource>[];
}

/** The processes of an app. Auto-named: what cannot be changed in place is made new beside the old. */
export function makeDeployment(scope: Scope, workload: Workload): Deployment {
    const { component, request, timing, releaseId } = workload;
    const selector = { ...selectorLabels(scope.name, component), ...workload.releaseLabels };
    const replicas = request.autoscaler === undefined ? request.replicas : firstReplicas(request.autoscaler);
    return scope.child(
        "app",
        {
            metadata: {
                namespace: ground(scope, "namespace"),
                labels: objectLabels(scope, component, releaseId),
                annotations: {
                    ...workloadAnnotations(scope),
                    ...within(timing.apply(({ awaitSeconds }) => awaitSeconds)),
                },
            },
            spec: {
                replicas,
                revisionHistoryLimit: 3,
                minReadySeconds: scope.profile === "production" ? 5 : 0,
                progressDeadlineSeconds: timing.apply(({ progressDeadlineSeconds }) => progressDeadlineSeconds),
                strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
                selector: { matchLabels: selector },
                template: podTemplate(workload.parts, {
                    labels: {
                        ...podLabels(scope, component),
                        "app.kubernetes.io/version": releaseId,
                        ...workload.releaseLabels,
                    },
                    restartPolicy: "Always",
                    ...(workload.command === undefined ? {} : { command: workload.command }),
                    graceSeconds: timing.apply(({ graceSeconds }) => graceSeconds),
                    spread: selectorLabels(scope.name, component),
                    container: containerOf(request, timing),
                }),
            },
        },
        (child, args: DeploymentArgs, opts) => new Deployment(child, args, opts),
        {
            dependsOn: workload.dependsOn,
            // The count is the autoscaler's from the first minute on.
            ...(request.autoscaler === undefined ? {} : { ignoreChanges: ["spec.replicas"] }),
        },
    );
}

/** Port, probes and the pause before SIGTERM. */
function containerOf(request: AppRequest, timing: pulumi.Output<Timing>): Partial<input.core.v1.Container> {
    const { port } = request;
    const known = pulumi.all([request.health, timing]);
    if (port === undefined) {
        const probe = known.apply(([{ command }, { liveness }]): input.core.v1.Probe | undefined =>
            command === undefined ? undefined : { exec: { command: [...command] }, ...liveness },
        );
        return { livenessProbe: probe as pulumi.Output<input.core.v1.Probe> };
    }
    const probe = (path: "readinessPath" | "livenessPath", which: "readiness" | "liveness" | "startup") =>
        known.apply(([health, numbers]) => httpProbe(health[path], numbers[which]));
    return {
        ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
        readinessProbe: probe("readinessPath", "readiness"),
        livenessProbe: probe("livenessPath", "liveness"),
        startupProbe: probe("livenessPath", "startup"),
        // The kubelet's own sleep: no shell in the image, and traffic ends before the process does.
        lifecycle: { preStop: { sleep: { seconds: timing.apply(({ drainSeconds }) => drainSeconds) } } },
    };
}

function httpProbe(path: string, numbers: Probe): input.core.v1.Probe {
    return { httpGet: { path, port: "http" }, ...numbers };
}
