import * as pulumi from "@pulumi/pulumi";
import { shortHash } from "../naming.js";

/**
 * A release is code, configuration, and what else makes a new revision: Azure starts one for another size or another
 * scale rule too, and whoever watches must know whose it is. A secret's address has its version in it.
 */
export function releaseIdOf(parts: readonly pulumi.Input<unknown>[]): pulumi.Output<string> {
    return pulumi.all([...parts]).apply((known) => shortHash(JSON.stringify(known, sorted), 12));
}

/** Objects are equal whatever the order of their keys. */
function sorted(_key: string, value: unknown): unknown {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value ?? null;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
