/** What stack rules have in common. */
import { type Image, imageOf } from "./image.js";
import { workloadOf } from "./kinds/index.js";
import type { Container, Workload } from "./model.js";
import { type Platform, platformOf, type Resource, type Stack } from "./resource.js";
import type { Finding } from "./rule.js";
import { isKnown, isOpaque } from "./values.js";
import { opaque, type Verdict } from "./verdict.js";

/** A container and what it belongs to. */
export interface Running {
    readonly resource: Resource;
    readonly workload: Workload;
    readonly container: Container;
    /** Absent where it is not known, or not an image that exists. */
    readonly image: Image | undefined;
}

export function about(resource: Resource, verdict: Verdict): Finding {
    return { verdict, urn: resource.urn };
}

/** Resources of one of these types. */
export function ofType(stack: Stack, ...types: readonly string[]): readonly Resource[] {
    return stack.resources.filter(({ type }) => types.includes(type));
}

export function workloadsOn(stack: Stack, platform: Platform): readonly { resource: Resource; workload: Workload }[] {
    return stack.resources.flatMap((resource) => {
        const workload = platformOf(resource.type) === platform ? workloadOf(resource) : undefined;
        return workload === undefined ? [] : [{ resource, workload }];
    });
}

/** Every container of a platform that can be read, and a finding for each workload that cannot. */
export function running(
    stack: Stack,
    platform: Platform,
): { readonly containers: readonly Running[]; readonly hidden: readonly Finding[] } {
    const all = workloadsOn(stack, platform);
    return {
        containers: all.flatMap(({ resource, workload }) =>
            (isKnown(workload.containers) ? workload.containers : []).map((container) => ({
                resource,
                workload,
                container,
                image: isKnown(container.image) ? imageOf(container.image) : undefined,
            })),
        ),
        hidden: all.flatMap(({ resource, workload }) => {
            if (isOpaque(workload.containers))
                return [about(resource, opaque(workload.containers, `what ${resource.name} runs`))];
            return (workload.containers ?? [])
                .filter(({ image }) => isOpaque(image))
                .map(({ image, where }) => about(resource, opaque(image, `the image of ${where} of ${resource.name}`)));
        }),
    };
}

export function grouped<T>(
    entries: readonly T[],
    keyOf: (entry: T) => string | undefined,
): ReadonlyMap<string, readonly T[]> {
    const groups = new Map<string, T[]>();
    for (const entry of entries) {
        const key = keyOf(entry);
        if (key === undefined) continue;
        const group = groups.get(key);
        if (group) group.push(entry);
        else groups.set(key, [entry]);
    }
    return groups;
}
