import type { Kind, TargetName, Transforms } from "twelvefold";
import type { Recording } from "twelvefold/testing";
import { KINDS } from "#dist/providers/contract.js";
import { loadTarget } from "#dist/providers/registry.js";

/** What a target's documentation calls the children of each component, held against those that it makes. */
export class DocumentedChildren {
    readonly #target: TargetName;
    readonly #children: Readonly<Record<Kind, Readonly<Record<string, unknown>>>>;
    readonly #seen = new Set<string>();

    constructor(target: TargetName) {
        this.#target = target;
        this.#children = loadTarget(target).children;
    }

    /** A transform for every child that is documented; it changes nothing. */
    noting = <K extends Kind>(kind: K): { transform: Transforms<K> } => {
        const note = (key: string) => (args: Record<string, unknown>, opts: object) => {
            this.#seen.add(`${kind}.${key}`);
            return { args: { ...args }, opts };
        };
        const notes = Object.fromEntries(Object.keys(this.#children[kind]).map((key) => [key, note(key)]));
        return { transform: { [this.#target]: notes } as Transforms<K> };
    };

    /** Those that no transform was asked for. */
    unseen(): string[] {
        const documented = KINDS.flatMap((kind) => Object.keys(this.#children[kind]).map((key) => `${kind}.${key}`));
        return documented.filter((key) => !this.#seen.has(key));
    }

    /** Children that were made, as "<component>: <child>": all, and those under no documented key. */
    made({ resources }: Recording): { all: string[]; undocumented: string[] } {
        const kinds = new Map(
            resources.filter(({ custom }) => !custom).map(({ name, type }) => [name, type.split(":").at(-1) as Kind]),
        );
        const all: string[] = [];
        const undocumented: string[] = [];
        for (const { name, custom, id, parent } of resources) {
            if (!custom || id !== undefined || parent === undefined) continue;
            const child = name.slice(parent.length + 1);
            const keys = Object.keys(this.#children[kinds.get(parent) ?? "Platform"]);
            all.push(`${parent}: ${child}`);
            if (!keys.some((key) => child === key || child.startsWith(`${key}-`)))
                undocumented.push(`${parent}: ${child}`);
        }
        return { all, undocumented };
    }
}
