import type { ExportedResource } from "./format.js";

/**
 * Every resource after those that it depends on, and otherwise by rank and text: an order that does not change while the
 * program does not.
 */
export function inOrder(
    resources: readonly ExportedResource[],
    rank: (resource: ExportedResource) => number,
    text: (resource: ExportedResource) => string,
): readonly ExportedResource[] {
    const waiting = new Map(resources.map((resource) => [resource.urn, resource]));
    const sorted = resources
        .map((resource) => ({ resource, rank: rank(resource), text: text(resource) }))
        .sort((a, b) => a.rank - b.rank || compare(a.text, b.text))
        .map(({ resource }) => resource);
    const ordered: ExportedResource[] = [];
    while (waiting.size > 0) {
        const free = ({ urn, dependencies }: ExportedResource) =>
            waiting.has(urn) && !dependencies.some((other) => other !== urn && waiting.has(other));
        // A circle cannot be registered; the second choice keeps a wrong one from looping here.
        const next = sorted.find(free) ?? sorted.find(({ urn }) => waiting.has(urn));
        if (next === undefined) break;
        waiting.delete(next.urn);
        ordered.push(next);
    }
    return ordered;
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
