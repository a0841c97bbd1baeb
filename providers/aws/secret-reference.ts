import type * as pulumi from "@pulumi/pulumi";
import { interpolate } from "@pulumi/pulumi";
import type { Attachment } from "../contract.js";
import { type DatabaseHandle, field } from "./handles.js";

/** One value of a secret, as ECS fetches it when a task starts. */
export interface SecretReference {
    /** ARN, key and version: another value is another reference, and so a release. */
    readonly valueFrom: pulumi.Output<string>;
    readonly secretArn: pulumi.Output<string>;
    /** Key that it is encrypted with, unless it is AWS's. */
    readonly keyArn: pulumi.Output<string | undefined>;
}

/** ECS wants all four colons, also around the stage, which is left empty. */
export function valueFrom(
    secretArn: pulumi.Input<string>,
    key: pulumi.Input<string>,
    versionId: pulumi.Input<string>,
): pulumi.Output<string> {
    return interpolate`${secretArn}:${key}::${versionId}`;
}

/** The URL of a database. */
export function secretReference(database: Attachment): SecretReference {
    const get = <F extends keyof DatabaseHandle & string>(name: F) => field<DatabaseHandle, F>(database, name);
    const secretArn = get("secretArn");
    return {
        valueFrom: valueFrom(secretArn, get("urlKey"), get("secretVersionId")),
        secretArn,
        keyArn: get("keyArn"),
    };
}
