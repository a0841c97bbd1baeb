import type { Scope } from "../contract.js";
import { settingsOf } from "./settings.js";

export type Tags = Record<string, string>;

/** Which subnets of a VPC are for load balancers and which for tasks: public or private. */
export const TIER_TAG = "twelvefold:tier";

/** Tags of every resource. The commit is not among them: each deploy would touch each resource. */
export function tagsOf(scope: Scope, more: Tags = {}): Tags {
    const { owner } = settingsOf(scope);
    return {
        "twelvefold:component": scope.name,
        "twelvefold:stack": `${scope.project}/${scope.stack}`,
        ...(owner === undefined ? {} : { "twelvefold:owner": tagValue(owner) }),
        ...more,
    };
}

/** Tags of what runs: where its code comes from. */
export function codeTags(scope: Scope): Tags {
    const { commit, repository } = settingsOf(scope);
    return {
        ...(commit === undefined ? {} : { "twelvefold:release": tagValue(commit) }),
        ...(repository === undefined ? {} : { "twelvefold:repository": tagValue(repository) }),
    };
}

/** A value that a tag may have. */
export function tagValue(text: string): string {
    return text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]+/gu, "-").slice(0, 256);
}
