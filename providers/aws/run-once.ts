import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import type { Task } from "./task.js";

export interface Run {
    readonly task: Task;
    readonly command: pulumi.Input<readonly string[]>;
    readonly timeoutSeconds: pulumi.Input<number>;
    /** How often a failed run is tried again. */
    readonly retries: pulumi.Input<number>;
}

/** A resource that is a run of a command, once for each task definition; it fails when the command does. */
export interface RunOnce {
    readonly resource: pulumi.Resource;
    /** ARN of the task that ran. */
    readonly taskArn: pulumi.Output<string>;
}

export function runOnce(_scope: Scope, _key: string, _run: Run, _dependsOn: readonly pulumi.Resource[]): RunOnce {
    throw new Error("not there yet");
}
