import { TaskDefinition } from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import type { AppRequest, HealthRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { makeGroup } from "./app-group.js";
import { type Lines, linesOf } from "./app-logs.js";
import { makeExecutionRole, makeTaskRole } from "./app-roles.js";
import { makeSecrets } from "./app-secret.js";
import { type Bound, bind } from "./bindings.js";
import { child } from "./child.js";
import { type ContainerParts, containerDefinition } from "./container.js";
import { compact } from "./defined.js";
import { ground } from "./handles.js";
import { imageOf } from "./image.js";
import { fullName, LIMITS } from "./names.js";
import { releaseIdOf } from "./release-id.js";
import { codeTags, tagsOf } from "./tags.js";
import { TOO_LARGE, taskSize } from "./task-size.js";

/** What becomes a task: of an App, or of a Job with code of its own. */
export interface TaskRequest
    extends Pick<AppRequest, "code" | "cpu" | "memoryMiB" | "environment" | "secrets" | "bindings" | "logs" | "port"> {
    readonly command?: pulumi.Input<readonly string[]>;
    readonly stopTimeoutSeconds: pulumi.Input<number>;
    /** What ECS runs inside the container to learn how it is. */
    readonly check?: {
        readonly command: (health: HealthRequest) => readonly string[];
        readonly health: AppRequest["health"];
    };
    /** Whether ECS adds its proxy to each task. */
    readonly proxied: pulumi.Input<boolean>;
}

export interface MadeTask {
    readonly definition: TaskDefinition;
    readonly group: ReturnType<typeof makeGroup>["group"];
    readonly taskRoleArn: pulumi.Output<string>;
    readonly executionRoleArn: pulumi.Output<string>;
    readonly bound: Bound;
    readonly lines: Lines;
    readonly releaseId: pulumi.Output<string>;
    /** Without these a task does not start, or reaches nobody. */
    readonly dependsOn: readonly pulumi.Resource[];
}

/** Image, environment, secrets, rights and network of a task; nothing runs yet. */
export function makeTask(scope: Scope, request: TaskRequest): MadeTask {
    const { group, rules } = makeGroup(scope);
    const bound = bind(scope, request.bindings, group);
    const image = imageOf(scope, request.code);
    const lines = linesOf(scope, request.logs);
    const secrets = { ...makeSecrets(scope, request.secrets), ...bound.secrets };
    const references = Object.fromEntries(Object.entries(secrets).map(([name, { valueFrom }]) => [name, valueFrom]));
    const execution = makeExecutionRole(scope, {
        repositoryArn: image.repositoryArn,
        logGroupArn: lines.arn,
        secrets: Object.values(secrets),
    });
    const task = makeTaskRole(scope, bound.statements);
    const release = pulumi
        .all([image.reference, request.command, request.environment, bound.urls, references])
        .apply(([image, command, plain, urls, secrets]) => {
            const environment: Readonly<Record<string, string>> = { ...plain, ...urls };
            return { image, command, environment, secrets, id: releaseIdOf(image, command, environment, secrets) };
        });
    const { port } = request;
    const containerDefinitions = pulumi
        .all([release, request.stopTimeoutSeconds, request.check?.health, lines.name, ground(scope, "region")])
        .apply(([{ image, command, environment, secrets, id }, stopTimeoutSeconds, health, logGroup, region]) => {
            const { user } = scope.options;
            const parts = compact<ContainerParts>({
                name: scope.name,
                image,
                command,
                port,
                user: user === undefined ? undefined : String(user),
                environment: {
                    ...environment,
                    RELEASE_ID: id,
                    ...(port === undefined ? {} : { PORT: String(port) }),
                },
                secrets,
                stopTimeoutSeconds: stoppable(scope, stopTimeoutSeconds),
                check: request.check && health && { command: request.check.command(health), health },
                logGroup,
                region,
            });
            return JSON.stringify([containerDefinition(parts)]);
        });
    const size = sizeOf(scope, request);
    const definition = child(scope, TaskDefinition, "task-def", {
        family: fullName(scope, LIMITS.family),
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: size.apply(({ cpuUnits }) => String(cpuUnits)),
        memory: size.apply(({ memoryMiB }) => String(memoryMiB)),
        executionRoleArn: execution.role.arn,
        taskRoleArn: task.role.arn,
        runtimePlatform: { cpuArchitecture: image.architecture, operatingSystemFamily: "LINUX" },
        containerDefinitions,
        tags: tagsOf(scope, codeTags(scope)),
    });
    return {
        definition,
        group,
        taskRoleArn: task.role.arn,
        executionRoleArn: execution.role.arn,
        bound,
        lines,
        releaseId: release.apply(({ id }) => id),
        dependsOn: [execution.policy, ...(task.policy === undefined ? [] : [task.policy]), ...rules, ...bound.rules],
    };
}

/** What Fargate kills at, after SIGTERM. */
export const MAX_STOP_SECONDS = 120;
export const TOO_SLOW = `Fargate kills a container ${MAX_STOP_SECONDS} seconds after SIGTERM.`;

function stoppable(scope: Scope, seconds: number): number {
    if (seconds <= MAX_STOP_SECONDS) return seconds;
    throw new ProgramError(`App "${scope.name}": stopTimeoutSeconds is ${seconds}. ${TOO_SLOW}`);
}

function sizeOf(scope: Scope, { cpu, memoryMiB, proxied }: TaskRequest) {
    return pulumi.all([cpu, memoryMiB, proxied]).apply(([cpu, memory, proxied]) => {
        const size = taskSize(cpu, memory, proxied);
        if (size === undefined) {
            throw new ProgramError(`"${scope.name}": cpu is ${cpu} and memoryMiB is ${memory}. ${TOO_LARGE}`);
        }
        if (size.cpuUnits !== cpu * 1024 || size.memoryMiB !== memory) {
            const proxy = proxied ? " beside the proxy of Service Connect" : "";
            void pulumi.log.info(
                `${cpu} vCPU and ${memory} MiB${proxy} become ${size.cpuUnits / 1024} vCPU and ${size.memoryMiB} MiB, the next size of Fargate.`,
                scope.component,
            );
        }
        return size;
    });
}
