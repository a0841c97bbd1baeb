import * as pulumi from "@pulumi/pulumi";
import type { Attachment, Builder, JobRequest, Scope } from "../contract.js";
import type { ContainerInputs, EnvInput } from "./container.js";
import { variablesOf } from "./environment-variables.js";
import { factsOf } from "./facts.js";
import { type AppHandle, field, ground, placeOf } from "./handles.js";
import { codeOf } from "./image.js";
import { type JobInputs, makeJob } from "./job-resource.js";
import { checkOverlap } from "./overlap.js";
import { releaseIdOf } from "./release-id.js";
import { ArmStep, type StepArgs } from "./resource/arm-resource.js";
import { CONSUMPTION, type Size } from "./size.js";
import { armTarget } from "./token.js";

/** A command by the clock, or once for each release: with the app's own image, variables, secrets and identity. */
export const job: Builder<"Job"> = (scope, request) => {
    const { runs, schedule } = request;
    const shared = "app" in runs ? ofApp(scope, request, runs.app) : ofCode(scope, request, runs.code);
    const timeoutSeconds = checkOverlap(scope, request);
    const runId = schedule === undefined ? runIdOf(shared) : undefined;
    const made = makeJob(scope, "job", {
        ...shared,
        ...(runId === undefined ? {} : { container: marked(shared.container, runId) }),
        place: placeOf(scope),
        timeoutSeconds,
        retries: request.retries,
        ...(schedule === undefined ? {} : { schedule }),
    });
    if (runId !== undefined) makeRun(scope, request, runId, made);
    const { location, resourceGroupName } = placeOf(scope);
    return {
        outputs: {
            lastRun: pulumi.interpolate`az containerapp job execution list --name ${made.name} --resource-group ${resourceGroupName} --output table`,
        },
        handle: { location, resourceGroup: resourceGroupName, jobName: made.name, jobId: made.id },
    };
};

type Shared = Omit<JobInputs, "place" | "timeoutSeconds" | "retries" | "schedule">;

/** What the app has, after its release serves. */
function ofApp(scope: Scope, { command }: JobRequest, app: Attachment<"App">): Shared {
    const of = <F extends keyof AppHandle>(name: F) => field<AppHandle, F>(app, name);
    const serving = factsOf(app)?.serving;
    return {
        environmentId: of("environmentId"),
        identityId: of("identityId"),
        registries: of("registries"),
        secretRefs: of("secretRefs"),
        workloadProfile: of("workloadProfile"),
        container: { name: scope.name, image: of("image"), command, env: of("env"), size: of("size") },
        dependsOn: serving === undefined ? [] : [serving],
    };
}

/** A job with code of its own: no variables, no secrets. */
function ofCode(scope: Scope, { command }: JobRequest, source: Parameters<typeof codeOf>[1]): Shared {
    const code = codeOf(scope, source);
    const size: Size = { cpu: 0.25, memory: "0.5Gi" };
    const container: ContainerInputs = {
        name: scope.name,
        image: code.image,
        command,
        env: variablesOf({}, {}, []),
        size,
    };
    return {
        environmentId: ground(scope, "environmentId"),
        identityId: ground(scope, "identityId"),
        registries: code.registries,
        secretRefs: [],
        workloadProfile: String(scope.options.workloadProfile ?? CONSUMPTION),
        container,
        dependsOn: code.dependsOn,
    };
}

/** Changes with each release of what runs. */
function runIdOf({ container }: Shared): pulumi.Output<string> {
    return releaseIdOf([container.image, container.command, pulumi.output(container.env)]);
}

/** A run says what it is for, so that an update that was killed does not start it again. */
function marked(container: ContainerInputs, runId: pulumi.Output<string>): ContainerInputs {
    const add = (env: readonly EnvInput[]) => [...env, { name: "RUN_ID", value: runId }];
    return { ...container, env: (container.env as pulumi.Output<EnvInput[]>).apply(add) };
}

/** Starts the job once for each release, and waits for its end. */
function makeRun(
    scope: Scope,
    request: JobRequest,
    releaseId: pulumi.Output<string>,
    made: pulumi.Resource & { readonly name: pulumi.Output<string> },
): void {
    const args: StepArgs<"AzureRun"> = {
        ...armTarget(scope),
        job: made.name,
        releaseId,
        timeoutSeconds: pulumi
            .all([request.timeoutSeconds, request.retries])
            .apply(([seconds, retries]) => seconds * (retries + 1)),
    };
    scope.child("run", args, (name, args, opts) => new ArmStep("AzureRun", name, args, opts), { dependsOn: [made] });
}
