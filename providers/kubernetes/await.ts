import type * as pulumi from "@pulumi/pulumi";
import { mapped } from "../mapped.js";

type Annotations = Record<string, pulumi.Input<string>>;

/** Custom kinds are awaited only when an annotation says for what. */
export function waitFor(condition: string, timeoutSeconds: number): Annotations {
    return { "pulumi.com/waitFor": condition, ...within(timeoutSeconds) };
}

/** How long Pulumi waits; an annotation, because unlike `customTimeouts` it may be an Output. */
export function within(timeoutSeconds: pulumi.Input<number>): Annotations {
    return { "pulumi.com/timeoutSeconds": mapped(timeoutSeconds, String) };
}

/** A Service has endpoints when its Deployment is ready, and that is awaited already. */
export const SKIP_AWAIT: Annotations = { "pulumi.com/skipAwait": "true" };
/** A failed Job runs again with the next update instead of failing it with its old result. */
export const REPLACE_UNREADY: Annotations = { "pulumi.com/replaceUnready": "true" };
/** Another actor of ours writes to it too; without this the next change fails with a conflict of field managers. */
export const PATCH_FORCE: Annotations = { "pulumi.com/patchForce": "true" };
