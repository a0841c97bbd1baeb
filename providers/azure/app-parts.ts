import * as pulumi from "@pulumi/pulumi";
import { commandOf } from "../command.js";
import type { AppRequest, HealthRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { type AppScale, appScale } from "./app-scale.js";
import { bind } from "./bindings.js";
import type { ContainerInputs, SecretInput } from "./container.js";
import { secretRefsOf, variablesOf } from "./environment-variables.js";
import { field, ground, type LoadBalancerHandle } from "./handles.js";
import { type Code, codeOf } from "./image.js";
import { probesOf } from "./probes.js";
import { releaseIdOf } from "./release-id.js";
import { CONSUMPTION, isRounded, type Size, sizeOf } from "./size.js";
import { makeSecret } from "./vault.js";

/** What an app, its release command and its jobs have in common. */
export interface AppParts {
    readonly code: Code;
    readonly container: ContainerInputs;
    readonly secretRefs: readonly SecretInput[];
    readonly scale: AppScale;
    readonly releaseId: pulumi.Output<string>;
    readonly identityId: pulumi.Output<string>;
    readonly workloadProfile: string;
}

export function partsOf(scope: Scope, request: AppRequest): AppParts {
    const { port } = request;
    const bound = bind(scope, request.bindings);
    const own = Object.entries(request.secrets).map(
        ([name, value]) => [name, makeSecret(scope, "secret", value, "text/plain", name)] as const,
    );
    const uris = { ...Object.fromEntries(own), ...bound.secretUris };
    const secretRefs = secretRefsOf(uris);
    const code = codeOf(scope, request.code);
    const command = commandOf(request);
    const workloadProfile = String(scope.options.workloadProfile ?? CONSUMPTION);
    const size = appSize(scope, request, workloadProfile);
    const scale = appScale(scope, request);
    const more = { ...bound.urls, ...frontDoorId(request) };
    const health = pulumi.output(request.health) as unknown as pulumi.Output<HealthRequest>;
    const probes = port === undefined ? undefined : health.apply((known) => [...probesOf(known, port)]);
    const releaseId = releaseIdOf([
        code.image,
        command,
        request.environment,
        pulumi.all(more),
        pulumi.output(secretRefs),
        size,
        scale.scale,
        probes,
        request.stopTimeoutSeconds,
    ]);
    const env = variablesOf(
        request.environment,
        { ...more, RELEASE_ID: releaseId, ...(port === undefined ? {} : { PORT: String(port) }) },
        Object.keys(uris),
    );
    return {
        code,
        container: {
            name: scope.name,
            image: code.image,
            ...(command === undefined ? {} : { command }),
            env,
            size,
            ...(probes === undefined ? {} : { probes }),
        },
        secretRefs,
        scale,
        releaseId,
        identityId: ground(scope, "identityId"),
        workloadProfile,
    };
}

/** What an app compares the header X-Azure-FDID with, since nothing in front of it does. */
function frontDoorId({ routes }: AppRequest): Readonly<Record<string, pulumi.Output<string>>> {
    const [first] = routes;
    if (first === undefined) return {};
    return { FRONT_DOOR_ID: field<LoadBalancerHandle, "frontDoorId">(first.loadBalancer, "frontDoorId") };
}

function appSize(scope: Scope, request: AppRequest, profile: string): pulumi.Output<Size> {
    return pulumi.all([request.cpu, request.memoryMiB]).apply(([cpu, memoryMiB]) => {
        const size = sizeOf(cpu, memoryMiB, profile);
        if ("problem" in size) throw new ProgramError(`App "${scope.name}": ${size.problem}`);
        if (isRounded(size, cpu, memoryMiB)) {
            pulumi.log.info(
                `${cpu} vCPU and ${memoryMiB} MiB become ${size.cpu} vCPU and ${size.memory} on Azure.`,
                scope.component,
            );
        }
        return size;
    });
}
