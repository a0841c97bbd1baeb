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

function runs(resource: Resource): string | undefined {
    const containers = workloadOf(resource)?.containers;
    if (!isKnown(containers)) return undefined;
    for (const { image } of containers) {
        const reference = isKnown(image) ? imageOf(image) : undefined;
        const found = reference === undefined ? undefined : backingImage(reference.repository);
        if (found !== undefined) return found;
    }
    return undefined;
}
