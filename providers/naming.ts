import { createHash } from "node:crypto";

/** Names of components: short enough for every target's longest derived name, and legal on all of them. */
export const COMPONENT_NAME = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,29}$/;
export const COMPONENT_NAME_RULE =
    "a lower-case letter, then up to 29 lower-case letters, digits and single hyphens, not ending in a hyphen";

/** The first `length` hexadecimal digits of the sha256 of a text. */
export function shortHash(text: string, length: number): string {
    return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/**
 * A name that fits a limit: as it is when it is short enough, else cut, with four hexadecimal digits of its hash at the
 * end, so that two long names with one beginning stay apart.
 */
export function fit(name: string, limit: number): string {
    if (name.length <= limit) return name;
    const hash = shortHash(name, 4);
    if (limit <= hash.length) return hash.slice(0, limit);
    return `${name.slice(0, limit - hash.length - 1).replace(/-+$/, "")}-${hash}`;
}
