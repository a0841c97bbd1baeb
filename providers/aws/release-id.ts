import * as pulumi from "@pulumi/pulumi";
import { shortHash } from "../naming.js";

/** A release is code and configuration; the version of a secret stands for what is in it. */
export function releaseIdOf(
    image: pulumi.Output<string>,
    command: pulumi.Input<readonly string[]> | undefined,
    environment: pulumi.Output<Readonly<Record<string, string>>>,
    secrets: pulumi.Output<Readonly<Record<string, string>>>,
): pulumi.Output<string> {
    return pulumi
        .all([image, command, environment, secrets])
        .apply(([image, command, environment, secrets]) =>
            shortHash(JSON.stringify([image, command ?? null, sorted(environment), sorted(secrets)]), 12),
        );
}

function sorted(record: Readonly<Record<string, string>>): readonly [string, string][] {
    return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
