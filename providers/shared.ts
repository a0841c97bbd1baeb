import type { Attachment, Facts, Scope } from "./contract.js";
import { platformOf } from "./handles.js";

/** What a platform of this program lets others do: make children of its own. */
export interface PlatformFacts extends Facts {
    readonly scope: Scope;
    readonly shared: Map<string, unknown>;
}

/** Things of platforms that other stacks own, by the attachment that this program has of them. */
const imported = new WeakMap<Attachment, Map<string, unknown>>();

/**
 * Makes something once for all components on a platform, when the first of them needs it: as a child of the platform, or,
 * where the platform belongs to another stack, as a resource of this stack.
 */
export function once<T>(scope: Scope, key: string, make: (platform: Scope) => T): T {
    // A platform stands on itself.
    const platform = platformOf(scope);
    const facts = platform.facts as PlatformFacts | undefined;
    const known = facts?.shared ?? imported.get(platform) ?? new Map<string, unknown>();
    if (!facts) imported.set(platform, known);
    if (!known.has(key)) known.set(key, make(facts ? { ...facts.scope, platform } : foreign(scope, platform)));
    return known.get(key) as T;
}

/** No parent: which component comes first must not decide where a resource hangs. */
function foreign(scope: Scope, platform: Attachment<"Platform">): Scope {
    return {
        ...scope,
        name: platform.name,
        platform,
        options: {},
        child: (key, args, make, opts = {}, suffix) =>
            make(suffix === undefined ? `${platform.name}-${key}` : `${platform.name}-${key}-${suffix}`, args, opts),
    };
}
