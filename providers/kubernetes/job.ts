import { CronJob, type CronJobArgs } from "@pulumi/kubernetes/batch/v1";
import * as pulumi from "@pulumi/pulumi";
import type { Attachment, Builder, JobRequest, Scope } from "../contract.js";
import { makeAccount } from "./account.js";
import { makeAppPolicy } from "./app-policy.js";
import { environmentOf } from "./environment.js";
import { factsOf } from "./facts.js";
import { type AppHandle, field, ground } from "./handles.js";
import { imageOf } from "./image.js";
import { clientLabel, JOB_LABEL, objectLabels, workloadAnnotations } from "./labels.js";
import { logLabels } from "./log-sink.js";
import type { PodInputs, PodParts } from "./pod.js";
import { resourcesOf } from "./resources.js";
import { type Run, runOnce, runSpec } from "./run-once.js";
import { USER } from "./security.js";

/** A command by the clock, or once for each release: the app's own image, environment, secrets and rights. */
export const job: Builder<"Job"> = (scope, request) => {
    const { namespace, run } = runOf(scope, request);
    const dependsOn = "app" in request.runs ? servingOf(request.runs.app) : [];
    if (request.schedule === undefined) runOnce(scope, "job", namespace, run, dependsOn);
    else makeCronJob(scope, request, request.schedule, namespace, run, dependsOn);
    const selector = `${JOB_LABEL}=${scope.name}`;
    return {
        outputs: { lastRun: pulumi.interpolate`kubectl get pods --namespace ${namespace} --selector ${selector}` },
        handle: { cluster: ground(scope, "cluster"), namespace, job: scope.name },
    };
};

/** A job follows a release that serves. */
function servingOf(app: Attachment<"App">): pulumi.Resource[] {
    const ready = factsOf(app)?.ready;
    return ready === undefined ? [] : [ready];
}

function runOf(scope: Scope, request: JobRequest): { namespace: pulumi.Output<string>; run: Run } {
    const { runs, command, timeoutSeconds, retries } = request;
    const rest = { component: "job" as const, command, timeoutSeconds, retries };
    if ("code" in runs) {
        return {
            namespace: ground(scope, "namespace"),
            run: { ...rest, of: scope.name, parts: partsOf(scope, request) },
        };
    }
    const { app } = runs;
    // Where the app's Secret is, also when that is another stack's namespace.
    const namespace: pulumi.Output<string> = field<AppHandle, "namespace">(app, "namespace");
    return { namespace, run: { ...rest, of: app.name, parts: partsOfApp(scope, request, app) } };
}

function partsOfApp(scope: Scope, request: JobRequest, app: Attachment<"App">): PodInputs {
    const pod = field<AppHandle, "pod">(app, "pod");
    const ofPod = <K extends keyof PodParts>(name: K) =>
        (pod as unknown as { readonly [N in keyof PodParts]: pulumi.Output<PodParts[N]> })[name];
    const labels =
        request.logs === undefined
            ? ofPod("labels")
            : pulumi
                  .all([ofPod("labels"), logLabels(scope, request.logs)])
                  .apply(([own, logs]) => ({ ...own, ...logs }));
    return {
        name: scope.name,
        image: ofPod("image"),
        env: ofPod("env") as unknown as PodInputs["env"],
        account: ofPod("account"),
        ca: ofPod("ca"),
        user: ofPod("user"),
        size: ofPod("size"),
        labels,
        secretFiles: ofPod("secretFiles"),
    };
}

/** A job with code of its own: an account and a network policy of its own, and no secrets. */
function partsOf(scope: Scope, request: JobRequest): PodInputs {
    if (!("code" in request.runs)) throw new Error(`Job "${scope.name}" has no code of its own.`);
    const image = imageOf(scope, request.runs.code);
    const account = makeAccount(scope, "job");
    makeAppPolicy(scope, {
        component: "job",
        hasRoutes: false,
        clientLabel: clientLabel("Job", scope.name, scope),
        egress: [],
        internet: true,
    });
    return {
        name: scope.name,
        image,
        env: environmentOf({ plain: {}, more: {}, secretNames: [], asFiles: false }),
        account,
        ca: ground(scope, "ca"),
        user: USER,
        size: resourcesOf(0.25, 512, scope.profile),
        labels: logLabels(scope, request.logs),
    };
}

function makeCronJob(
    scope: Scope,
    request: JobRequest,
    schedule: string,
    namespace: pulumi.Output<string>,
    run: Run,
    dependsOn: pulumi.Resource[],
): void {
    const labels = objectLabels(scope, "job");
    scope.child(
        "job",
        {
            metadata: { name: scope.name, namespace, labels, annotations: workloadAnnotations(scope) },
            spec: {
                schedule: schedule.trim().split(/\s+/).join(" "),
                timeZone: request.timeZone === "UTC" ? "Etc/UTC" : request.timeZone,
                concurrencyPolicy: pulumi
                    .output(request.allowOverlap)
                    .apply((overlap): string => (overlap ? "Allow" : "Forbid")),
                startingDeadlineSeconds: 600,
                successfulJobsHistoryLimit: 3,
                failedJobsHistoryLimit: 3,
                jobTemplate: { metadata: { labels }, spec: runSpec(scope, run) },
            },
        },
        (child, args: CronJobArgs, opts) => new CronJob(child, args, opts),
        { dependsOn },
    );
}
