import type { Resource } from "../../resource.js";
import { at, type Fields, isOpaque, json, type Maybe, record } from "../../values.js";

/** The tags of a resource, with those that its provider adds to everything. */
export function tagsOf({ props, provider }: Resource): Maybe<Fields> {
    const own = record(at(props, "tags"));
    const added = record(at(json(at(provider?.(), "defaultTags")), "tags"));
    if (isOpaque(own)) return own;
    if (isOpaque(added)) return added;
    return own === undefined && added === undefined ? undefined : { ...added, ...own };
}
