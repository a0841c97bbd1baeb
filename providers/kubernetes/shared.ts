import type * as pulumi from "@pulumi/pulumi";
import type { Attachment, Scope } from "../contract.js";
import { factsOf } from "./facts.js";

/** Things of platforms that other stacks own, by the attachment that this program has of them. */
const imported = new WeakMap<Attachment, Map<string, unknown>>();

/**
 * Makes something once for all components on a platform, when the first of them needs it: as a child of the platform, or,
 * where the platform belongs to another stack, as a resource of this stack.
 */
export function once<T>(scope: Scope, key: string, make: (child: SharedChild) => T): T {
    const { platform } = scope;
    if (!platform) throw new Error(`"${scope.name}" has no platform to stand on.`);
    const facts = factsOf(platform);
    const known = facts?.shared ?? imported.get(platform) ?? new Map<string, unknown>();
    if (!facts) imported.set(platform, known);
    if (!known.has(key)) known.set(key, make(facts ? childOf(facts.scope) : ofStack(platform.name)));
    return known.get(key) as T;
}

/** Like `scope.child`, with a suffix for what comes in numbers. */
export type SharedChild = <A extends object, R extends pulumi.Resource>(
    key: string,
    args: A,
    make: (name: string, args: A, opts: pulumi.CustomResourceOptions) => R,
    opts?: pulumi.CustomResourceOptions & { readonly suffix?: string },
) => R;

function childOf(platform: Scope): SharedChild {
    return (key, args, make, { suffix, ...opts } = {}) => platform.child(key, args, make, opts, suffix);
}

/** No parent: which component comes first must not decide where a resource hangs. */
function ofStack(platform: string): SharedChild {
    return (key, args, make, { suffix, ...opts } = {}) =>
        make(suffix === undefined ? `${platform}-${key}` : `${platform}-${key}-${suffix}`, args, opts);
}
