import { LogGroup, type LogGroupArgs } from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { mapped } from "../mapped.js";
import { ground } from "./handles.js";
import { retentionFor } from "./retention.js";
import { tagsOf } from "./tags.js";

/** Inputs of a log group on the scope's platform. */
export function logGroupInputs(scope: Scope, retentionDays: pulumi.Input<number>): LogGroupArgs {
    return {
        retentionInDays: mapped(retentionDays, retentionFor),
        // The other class has no metric filters, so no alerts.
        logGroupClass: "STANDARD",
        kmsKeyId: ground(scope, "keyArn"),
        deletionProtectionEnabled: scope.profile === "production",
        skipDestroy: false,
        tags: tagsOf(scope),
    };
}

export function makeLogGroup(name: string, args: LogGroupArgs, opts: pulumi.CustomResourceOptions): LogGroup {
    return new LogGroup(name, args, opts);
}
