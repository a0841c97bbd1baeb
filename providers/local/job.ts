import * as pulumi from "@pulumi/pulumi";
import type { Builder, JobRequest } from "../contract.js";
import { readHandle } from "../handles.js";
import { sinkOf } from "./app.js";
import type { AppHandle } from "./handles.js";
import { localChild } from "./platform.js";
import { sourceOf } from "./source.js";
import type { JobSpec } from "./spec.js";

/** A command that the supervisor runs by the clock, or once for each release of its app. */
export const job: Builder<"Job"> = (scope, request) => {
    const { command, timeoutSeconds, retries, allowOverlap } = request;
    const spec = pulumi
        .all([command, timeoutSeconds, retries, allowOverlap, codeOf(request), sinkOf(request.logs)])
        .apply(
            ([command, timeoutSeconds, retries, allowOverlap, code, logs]): JobSpec => ({
                ...code,
                environment: {},
                command,
                ...(request.schedule === undefined ? {} : { schedule: request.schedule }),
                timeZone: request.timeZone,
                timeoutSeconds,
                retries,
                allowOverlap,
                ...(logs === undefined ? {} : { logs }),
            }),
        );
    const made = localChild(scope, "job", "job", { spec });
    return { outputs: { lastRun: made.field("lastRun") }, handle: { home: made.home, job: made.objectName } };
};

function codeOf({ runs }: JobRequest): pulumi.Output<Pick<JobSpec, "app" | "source" | "releaseId">> {
    if ("app" in runs) {
        return readHandle<AppHandle>(runs.app, "local").apply(({ app, releaseId }) => ({ app, releaseId }));
    }
    const source = sourceOf(runs.code);
    return pulumi.output({ source, releaseId: source.digest.slice(0, 12) });
}
