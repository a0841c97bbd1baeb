import * as pulumi from "@pulumi/pulumi";
import { commandOf } from "../command.js";
import type { Attachment, JobRequest, Scope } from "../contract.js";
import { CONTAINER } from "./container.js";
import { type AppHandle, field, ground, type TaskHandle } from "./handles.js";
import { type MadeTask, makeTask } from "./task-definition.js";

type Outputs<T> = { readonly [F in keyof T]: pulumi.Output<T[F]> };

/** What a run needs, each field known as soon as it can be. */
export type Task = Outputs<TaskHandle> & {
    readonly releaseId: pulumi.Output<string>;
    /** Name of the App or Job whose log streams a run writes. */
    readonly streamPrefix: string;
    /** What a run waits for. */
    readonly dependsOn: readonly pulumi.Resource[];
};

/** The task that a Job runs: the one of its app, or one of its own code (roles, log group and definition are made here). */
export function taskOf(scope: Scope, request: JobRequest): Task {
    const { runs, command, logs } = request;
    if ("app" in runs) return taskOfApp(runs.app);
    const made = makeTask(scope, {
        code: runs.code,
        command: commandOf({ code: runs.code, process: "worker", command }) ?? command,
        cpu: 0.25,
        memoryMiB: 512,
        environment: {},
        secrets: {},
        bindings: {},
        stopTimeoutSeconds: 30,
        proxied: false,
        ...(logs === undefined ? {} : { logs }),
    });
    return taskMade(scope, made);
}

function taskOfApp(app: Attachment<"App">): Task {
    const get = <F extends keyof AppHandle & string>(name: F) => field<AppHandle, F>(app, name);
    return {
        region: get("region"),
        clusterArn: get("clusterArn"),
        clusterName: get("clusterName"),
        taskDefinitionArn: get("taskDefinitionArn"),
        taskFamilyArn: get("taskFamilyArn"),
        containerName: get("containerName"),
        taskRoleArn: get("taskRoleArn"),
        executionRoleArn: get("executionRoleArn"),
        securityGroupId: get("securityGroupId"),
        subnetIds: get("subnetIds"),
        logGroupName: get("logGroupName"),
        releaseId: get("releaseId"),
        streamPrefix: app.name,
        // The app's release serves, and whatever it needs is there.
        dependsOn: app.resource === undefined ? [] : [app.resource],
    };
}

/** A task of a component's own, before anything of it runs. */
export function taskMade(scope: Scope, made: MadeTask): Task {
    return {
        region: ground(scope, "region"),
        clusterArn: ground(scope, "clusterArn"),
        clusterName: ground(scope, "clusterName"),
        taskDefinitionArn: made.definition.arn,
        taskFamilyArn: made.definition.arnWithoutRevision,
        containerName: pulumi.output(CONTAINER),
        taskRoleArn: made.taskRoleArn,
        executionRoleArn: made.executionRoleArn,
        securityGroupId: made.group.id,
        subnetIds: ground(scope, "privateSubnetIds"),
        logGroupName: made.lines.name,
        releaseId: made.releaseId,
        streamPrefix: scope.name,
        dependsOn: made.dependsOn,
    };
}
