/** Which rule looks at which type of resource. */
import { WORKLOAD_TYPES } from "./kinds/index.js";
import { nothingIn } from "./not-applicable.js";
import { type Platform, platformOf, typeOf } from "./resource.js";
import type { ResourceJudge, ResourceRule } from "./rule.js";

/** The types that a judge looks at: those that it names, else everything that runs containers. */
export function typesOf(judge: ResourceJudge, platform: Platform): readonly string[] {
    return judge.types ?? WORKLOAD_TYPES[platform];
}

/** Who judges resources of a type, or why nobody does. */
export type Look =
    | { readonly judge: ResourceJudge; readonly platform: Platform; readonly type: string }
    | { readonly judge?: never; readonly why: string };

/**
 * Answers for a rule from the type alone. Every rule is asked about every resource, and most look at few types: what none of
 * them looks at is not even read. A program has few types, so each is worked out once.
 */
export function looker(rule: ResourceRule): (token: string) => Look {
    const known = new Map<string, Look>();
    return (token) => {
        const look = known.get(token) ?? lookAt(rule, typeOf(token));
        known.set(token, look);
        return look;
    };
}

function lookAt(rule: ResourceRule, type: string): Look {
    const platform = platformOf(type);
    const judge = platform && rule.on[platform];
    if (platform === undefined || judge === undefined) return { why: `the rule does not know ${type}` };
    if (!typesOf(judge, platform).includes(type)) return { why: nothingIn(type) };
    return { judge, platform, type };
}
