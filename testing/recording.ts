import type { Kind } from "../providers/contract.js";

/** One resource that a program asked for. */
export interface Recorded {
    /** Type token, for example `aws:ecs/service:Service`. */
    readonly type: string;
    /** Name of the resource; a child is `<component>-<key>`. */
    readonly name: string;
    /** False for components. */
    readonly custom: boolean;
    /** Inputs; of a component, its intent. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** Names of the inputs that are marked secret; `inputs` has them in clear. */
    readonly secretInputs: readonly string[];
    /** Name of the parent, unless it is the stack. */
    readonly parent?: string;
    /** Names of what it depends on. */
    readonly dependsOn?: readonly string[];
    /** Whether the resource option `protect` is set. */
    readonly protect?: boolean;
    /** Whether the resource option `retainOnDelete` is set. */
    readonly retainOnDelete?: boolean;
    /** The resource option `ignoreChanges`. */
    readonly ignoreChanges?: readonly string[];
    /** What it is read by, of a resource that is not made but read. */
    readonly id?: string;
}

/** Everything that a program asked for, in the order of asking. */
export class Recording<T = unknown> {
    constructor(
        /** All of them, components included. */
        readonly resources: readonly Recorded[],
        /** What the program returned. */
        readonly value: T,
    ) {}

    /** The components of one kind. */
    components(kind: Kind): readonly Recorded[] {
        return this.resources.filter((resource) => resource.type === `twelvefold:index:${kind}`);
    }

    /**
     * One component, by kind and name.
     *
     * @throws Error naming those that there are
     */
    component(kind: Kind, name: string): Recorded {
        return one(this.components(kind), (c) => c.name === name, `${kind} "${name}"`);
    }

    /**
     * One child of a component, by the component's name and the child's key.
     *
     * @throws Error naming those that there are
     */
    child(component: string, key: string): Recorded {
        const children = this.resources.filter((resource) => resource.parent === component);
        return one(children, (c) => c.name === `${component}-${key}`, `child "${key}" of "${component}"`);
    }

    /** Names of all resources that are not components, grouped under nothing: one `type name` a line, sorted. */
    list(): readonly string[] {
        return this.resources
            .filter((resource) => resource.custom)
            .map((resource) => `${resource.type} ${resource.name}`)
            .sort();
    }
}

function one(from: readonly Recorded[], matches: (r: Recorded) => boolean, what: string): Recorded {
    const found = from.filter(matches);
    if (found.length === 1 && found[0]) return found[0];
    const names = from.map((r) => r.name).join(", ") || "none";
    throw new Error(`There are ${found.length} of ${what}; there is: ${names}.`);
}
