/** Turns what the engine sends into what rules see. */
import type { PolicyResource, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { plain, type Resource, type Stack, typeOf } from "./resource.js";

export function resourceOf(
    given: ResourceValidationArgs | PolicyResource,
    dependencies: readonly string[] = [],
): Resource {
    return {
        type: typeOf(given.type),
        name: given.name,
        urn: given.urn,
        props: plain(given.props),
        protect: given.opts.protect,
        ignoreChanges: given.opts.ignoreChanges,
        dependencies,
        provider: () => plain(given.provider?.props),
    };
}

export function stackOf(args: StackValidationArgs): Stack {
    return { resources: args.resources.map((resource) => resourceOf(resource, dependenciesOf(resource))) };
}

function dependenciesOf({ dependencies, propertyDependencies }: PolicyResource): readonly string[] {
    const all = [...dependencies, ...Object.values(propertyDependencies).flat()];
    return [...new Set(all.map(({ urn }) => urn))];
}

/**
 * Keeps what all rules read from one thing, until a rule comes to it for a second time: then the engine shows a new state
 * of it. The engine sends each rule a copy of its own.
 */
export class Readings<T> {
    private readonly kept = new Map<string, { readonly value: T; readonly readers: Set<string> }>();

    /** @param most how many things are kept at once, so that a large stack is not kept twice */
    constructor(private readonly most: number) {}

    get(key: string, reader: string, read: () => T): T {
        const found = this.kept.get(key);
        if (found && !found.readers.has(reader)) {
            found.readers.add(reader);
            return found.value;
        }
        const value = read();
        this.kept.delete(key);
        this.kept.set(key, { value, readers: new Set([reader]) });
        for (const oldest of this.kept.keys()) {
            if (this.kept.size <= this.most) break;
            this.kept.delete(oldest);
        }
        return value;
    }
}
