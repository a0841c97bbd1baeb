import { ContainerApp, type ContainerAppArgs } from "@pulumi/azure-native/app";
import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, Scope } from "../contract.js";
import type { AppParts } from "./app-parts.js";
import { child } from "./child.js";
import { containerOf, identityOf, secretsOf } from "./container.js";
import { ground, placeOf } from "./handles.js";
import { nameOf } from "./names.js";
import type { Rollout } from "./rollout.js";
import { workloadTags } from "./settings.js";

type Configuration = NonNullable<ContainerAppArgs["configuration"]>;
type Template = NonNullable<ContainerAppArgs["template"]>;
/** The SDK's lists are not readonly. */
type Mutable = { minReplicas: number; maxReplicas: number };

/** The parts of a Container App that change with its releases, as the awaited steps need them too. */
export interface AppShape {
    readonly identities: pulumi.Output<string>[];
    readonly identitySettings: { identity: pulumi.Input<string>; lifecycle: string }[];
    readonly secrets: ReturnType<typeof secretsOf>;
    readonly registries: pulumi.Output<{ server: string; identity: string }[]>;
    readonly template: Template;
}

export function shapeOf(scope: Scope, request: AppRequest, parts: AppParts): AppShape {
    const { scalerId } = parts.scale;
    const ours = identityOf({ platform: parts.identityId, ...(scalerId === undefined ? {} : { scaler: scalerId }) });
    const given = scope.options.identity as string | undefined;
    return {
        identities: [
            parts.identityId,
            ...(scalerId === undefined ? [] : [scalerId]),
            ...(given === undefined ? [] : [pulumi.output(given)]),
        ],
        identitySettings: [
            ...ours.identitySettings,
            ...(given === undefined ? [] : [{ identity: given, lifecycle: "Main" }]),
        ],
        secrets: secretsOf(parts.secretRefs, parts.identityId),
        registries: pulumi.output(parts.code.registries).apply((known) => [...known]),
        template: {
            containers: [containerOf(parts.container)],
            scale: parts.scale.scale as unknown as pulumi.Output<Mutable>,
            terminationGracePeriodSeconds: request.stopTimeoutSeconds,
        },
    };
}

export function makeContainerApp(
    scope: Scope,
    request: AppRequest,
    parts: AppParts,
    shape: AppShape,
    rollout: Rollout,
    dependsOn: readonly pulumi.Resource[],
): ContainerApp {
    const configuration: Configuration = {
        activeRevisionsMode: rollout.activeRevisionsMode,
        maxInactiveRevisions: 10,
        identitySettings: shape.identitySettings,
        registries: shape.registries,
        secrets: shape.secrets,
        ...(request.port === undefined
            ? {}
            : {
                  ingress: {
                      external: request.routes.length > 0,
                      targetPort: request.port,
                      transport: "auto",
                      allowInsecure: false,
                      ...(rollout.traffic === undefined ? {} : { traffic: [...rollout.traffic] }),
                  },
              }),
    };
    return child(
        scope,
        "app",
        {
            ...placeOf(scope),
            containerAppName: nameOf(scope, "app"),
            environmentId: ground(scope, "environmentId"),
            workloadProfileName: parts.workloadProfile,
            identity: { type: "UserAssigned", userAssignedIdentities: shape.identities },
            configuration,
            template: shape.template,
            tags: workloadTags(scope),
        } satisfies ContainerAppArgs,
        ContainerApp,
        { dependsOn: [...dependsOn] },
    );
}
