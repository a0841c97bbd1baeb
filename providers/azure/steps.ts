import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, HealthRequest, Scope } from "../contract.js";
import type { AppParts } from "./app-parts.js";
import type { AppShape } from "./container-app.js";
import { ground, placeOf } from "./handles.js";
import { makeJob } from "./job-resource.js";
import { nameOf } from "./names.js";
import { ArmStep, type StepArgs } from "./resource/arm-resource.js";
import { type Rollout, shiftOf } from "./rollout.js";
import { armTarget } from "./token.js";

/** What happens before Pulumi's own update of an app: the release command, and the proof of a shifted release. */
export function makeRelease(
    scope: Scope,
    request: AppRequest,
    parts: AppParts,
    shape: AppShape,
    rollout: Rollout,
): pulumi.Resource | undefined {
    const { release } = request;
    if (release === undefined && !rollout.isDriven) return undefined;
    const dependsOn = [...parts.code.dependsOn, ...parts.scale.dependsOn];
    const { probes: _, ...container } = parts.container;
    const job =
        release &&
        makeJob(scope, "release-job", {
            place: placeOf(scope),
            environmentId: ground(scope, "environmentId"),
            identityId: parts.identityId,
            registries: parts.code.registries,
            secretRefs: parts.secretRefs,
            container: { ...container, command: release.command },
            workloadProfile: parts.workloadProfile,
            timeoutSeconds: release.timeoutSeconds,
            retries: 0,
            dependsOn,
        });
    const health = pulumi.output(request.health) as unknown as pulumi.Output<HealthRequest>;
    const args: StepArgs<"AzureRelease"> = {
        ...armTarget(scope),
        app: nameOf(scope, "app"),
        releaseId: parts.releaseId,
        startupSeconds: health.startupSeconds,
        stopTimeoutSeconds: request.stopTimeoutSeconds,
        ...(job === undefined || release === undefined
            ? {}
            : { command: { job: nameOf(scope, "app", "release-job"), timeoutSeconds: release.timeoutSeconds } }),
        ...(rollout.isDriven
            ? {
                  shift: shiftOf(scope, request),
                  desired: {
                      template: shape.template,
                      secrets: shape.secrets,
                      registries: shape.registries,
                      identities: shape.identities,
                      identitySettings: shape.identitySettings,
                  } as unknown as StepArgs<"AzureRelease">["desired"] & object,
              }
            : {}),
    };
    return scope.child("release", args, (name, args, opts) => new ArmStep("AzureRelease", name, args, opts), {
        dependsOn: job === undefined ? dependsOn : [job, ...dependsOn],
    });
}

/** What happens after it: the update waits until the declared release is the one that serves. */
export function makeServing(
    scope: Scope,
    request: AppRequest,
    parts: AppParts,
    rollout: Rollout,
    app: pulumi.Resource,
): ArmStep<"AzureServing"> {
    const health = pulumi.output(request.health) as unknown as pulumi.Output<HealthRequest>;
    const args: StepArgs<"AzureServing"> = {
        ...armTarget(scope),
        app: nameOf(scope, "app"),
        releaseId: parts.releaseId,
        startupSeconds: health.startupSeconds,
        takesBack: rollout.activeRevisionsMode === "Single",
    };
    return scope.child("serving", args, (name, args, opts) => new ArmStep("AzureServing", name, args, opts), {
        dependsOn: [app],
    });
}
