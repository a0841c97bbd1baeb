import type * as pulumi from "@pulumi/pulumi";
import type { JobRequest, Scope } from "../contract.js";
import type { TaskHandle } from "./handles.js";

/** What a run needs, each field known as soon as it can be. */
export type Task = { readonly [F in keyof TaskHandle]: pulumi.Output<TaskHandle[F]> } & {
    /** What a run waits for. */
    readonly dependsOn: readonly pulumi.Resource[];
};

/** The task that a Job runs: the one of its app, or one of its own code (roles, log group and definition are made here). */
export function taskOf(_scope: Scope, _request: JobRequest): Task {
    throw new Error("not there yet");
}
