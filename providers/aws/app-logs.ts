import type * as pulumi from "@pulumi/pulumi";
import type { Attachment, Scope } from "../contract.js";
import { once } from "../shared.js";
import { field, type LogSinkHandle } from "./handles.js";
import { logGroupInputs, makeLogGroup } from "./log-group.js";

/** Where lines go. */
export interface Lines {
    readonly name: pulumi.Output<string>;
    readonly arn: pulumi.Output<string>;
}

/** The log group of a sink, or the platform's own. */
export function linesOf(scope: Scope, logs: Attachment<"LogSink"> | undefined): Lines {
    if (logs !== undefined) {
        return {
            name: field<LogSinkHandle, "logGroupName">(logs, "logGroupName"),
            arn: field<LogSinkHandle, "logGroupArn">(logs, "logGroupArn"),
        };
    }
    return once(scope, "default-logs", (platform) => {
        const days = platform.profile === "production" ? 365 : 30;
        const { name, arn } = platform.child("default-logs", logGroupInputs(platform, days), makeLogGroup);
        return { name, arn };
    });
}
