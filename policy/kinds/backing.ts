/** Backing services that a stack runs itself: how many copies of one there can be is its own affair. */
import { backingImage } from "../detect/backing.js";
import { imageOf } from "../image.js";
import type { Resource, Stack } from "../resource.js";
import { isKnown } from "../values.js";
import { workloadOf } from "./index.js";

/** Name of the backing service that a resource runs copies of; undefined where it runs an app, or nothing that is known. */
export function backingServiceOf(resource: Resource, stack: Stack): string | undefined {
    const own = runs(resource);
    if (own !== undefined || resource.type !== "aws:ecs:Service") return own;
    // What an ECS service runs is written in a resource of its own.
    for (const other of stack.resources) {
        const found = resource.dependencies.includes(other.urn) ? runs(other) : undefined;
        if (found !== undefined) return found;
    }
    return undefined;
}

/** Not so where an app runs beside it: then it is the app that is scaled, and that is a violation of its own. */
function runs(resource: Resource): string | undefined {
    const containers = workloadOf(resource)?.containers;
    if (!isKnown(containers)) return undefined;
    const found = containers
        .filter(({ initial }) => !initial)
        .map(({ image }) => backingImage((isKnown(image) ? imageOf(image)?.repository : undefined) ?? ""));
    return found.every((name) => name !== undefined) ? found[0] : undefined;
}
