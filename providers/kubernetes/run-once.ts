import { Job, type JobArgs } from "@pulumi/kubernetes/batch/v1";
import type { input } from "@pulumi/kubernetes/types";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { REPLACE_UNREADY, within } from "./await.js";
import { type Component, JOB_LABEL, objectLabels, podLabels, workloadAnnotations } from "./labels.js";
import { type PodInputs, type PodOptions, podTemplate } from "./pod.js";

export interface Run {
    readonly component: Component;
    /** Name of the component whose code runs. */
    readonly of: string;
    readonly parts: PodInputs;
    readonly command?: pulumi.Input<readonly string[]>;
    readonly timeoutSeconds: pulumi.Input<number>;
    readonly retries: pulumi.Input<number>;
    readonly volumes?: NonNullable<PodOptions["volumes"]>;
}

/** Labels of the pods of a run: the app's name, so that the app's NetworkPolicy covers them, but no Service selects them. */
export function runLabels(scope: Scope, { component, of }: Pick<Run, "component" | "of">): Record<string, string> {
    return {
        ...podLabels({ ...scope, name: of }, component),
        ...(component === "job" ? { [JOB_LABEL]: scope.name } : {}),
    };
}

/** The `spec` of a run that ends; what it prints stays readable after a failure. */
export function runSpec(scope: Scope, run: Run): input.batch.v1.JobSpec {
    return {
        backoffLimit: run.retries,
        activeDeadlineSeconds: run.timeoutSeconds,
        template: podTemplate(run.parts, {
            labels: runLabels(scope, run),
            restartPolicy: "Never",
            ...(run.command === undefined ? {} : { command: run.command }),
            ...(run.volumes === undefined ? {} : { volumes: run.volumes }),
        }),
    };
}

/**
 * Runs a command once for each release, and waits for its end. No `ttlSecondsAfterFinished`: with one, `refresh` forgets
 * the Job, and the next `up` runs it again.
 */
export function runOnce(
    scope: Scope,
    key: string,
    namespace: pulumi.Input<string>,
    run: Run,
    dependsOn: pulumi.Input<pulumi.Resource>[],
): Job {
    const seconds = pulumi.output(run.timeoutSeconds).apply((timeout) => timeout + 60);
    return scope.child(
        key,
        {
            metadata: {
                namespace,
                labels: objectLabels(scope, run.component),
                annotations: { ...workloadAnnotations(scope), ...REPLACE_UNREADY, ...within(seconds) },
            },
            spec: runSpec(scope, run),
        },
        (child, args: JobArgs, opts) => new Job(child, args, opts),
        { dependsOn },
    );
}
