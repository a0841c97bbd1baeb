import * as pulumi from "@pulumi/pulumi";
import type { AppRequest } from "../contract.js";
import { shortHash } from "../naming.js";

/** A release is code and configuration; the name of an immutable Secret stands for what is in it. */
export function releaseIdOf(
    image: pulumi.Output<string>,
    command: pulumi.Input<readonly string[]> | undefined,
    request: AppRequest,
    urls: Readonly<Record<string, pulumi.Output<string>>>,
    secret: pulumi.Output<string> | undefined,
): pulumi.Output<string> {
    return pulumi
        .all([image, command, request.environment, { ...urls }, secret])
        .apply(([image, command, environment, urls, secret]) => {
            const sorted = Object.entries({ ...environment, ...urls }).sort(([a], [b]) => (a < b ? -1 : 1));
            return shortHash(JSON.stringify([image, command ?? null, sorted, secret ?? null]), 12);
        });
}
