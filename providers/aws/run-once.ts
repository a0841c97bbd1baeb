import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { DynamicResource } from "./resource/dynamic.js";
import type { RunInputs } from "./resource/inputs.js";
import { accessOf } from "./serving.js";
import type { Task } from "./task.js";

type Inputs<T> = { readonly [K in keyof T]: pulumi.Input<NonNullable<T[K]> | undefined> };

export interface Run {
    readonly task: Task;
    readonly command: pulumi.Input<readonly string[]>;
    readonly timeoutSeconds: pulumi.Input<number>;
    /** How often a failed run is tried again. */
    readonly retries: pulumi.Input<number>;
}

/** A resource that is a run of a command, once for each release; it fails when the command does. */
export interface RunOnce {
    readonly resource: pulumi.Resource;
    /** ARN of the task that ran. */
    readonly taskArn: pulumi.Output<string>;
}

/** A command that has run to its end in a task. */
export class TaskRun extends DynamicResource {
    readonly taskArn!: pulumi.Output<string>;

    constructor(name: string, args: Inputs<RunInputs>, opts: pulumi.CustomResourceOptions) {
        super({ type: "EcsRun", provider: "run" }, name, args, ["taskArn"], opts);
    }
}

export function runOnce(scope: Scope, key: string, run: Run, dependsOn: readonly pulumi.Resource[]): RunOnce {
    const { task, command, timeoutSeconds, retries } = run;
    const resource = scope.child(
        key,
        {
            ...accessOf(scope),
            owner: scope.name,
            cluster: task.clusterArn,
            taskDefinition: task.taskDefinitionArn,
            container: task.containerName,
            subnetIds: task.subnetIds,
            securityGroupId: task.securityGroupId,
            logGroup: task.logGroupName,
            streamPrefix: task.streamPrefix,
            command,
            releaseId: task.releaseId,
            timeoutSeconds,
            retries,
        },
        (name, args: Inputs<RunInputs>, opts) => new TaskRun(name, args, opts),
        { dependsOn: [...dependsOn] },
    );
    return { resource, taskArn: resource.taskArn };
}
