import type { ExportedResource } from "../../format.js";
import { terraformName, terraformType } from "./names.js";

/** Where a value comes from, in the words of a plan's configuration. */
export type Expression = { readonly references: readonly string[] } | readonly Readonly<Record<string, Expression>>[];

/**
 * Finds out which resources a value comes from. An export knows what a resource depends on, and what stands in for a value
 * that only a deployment would know has the resource's name in it.
 */
export class References {
    /** Longest names first: `web-tg-front` before `web-tg`. */
    private readonly sources: readonly ExportedResource[];

    constructor(resource: ExportedResource, known: ReadonlyMap<string, ExportedResource>) {
        this.sources = resource.dependencies
            .flatMap((urn) => known.get(urn) ?? [])
            .sort((a, b) => b.name.length - a.name.length);
    }

    /** The addresses that a value has something of, and whether the whole value is unknown until there is one. */
    of(value: unknown): { readonly from: readonly string[]; readonly unknown: boolean } {
        const texts = typeof value === "string" ? [value] : Array.isArray(value) ? value : [];
        const found = texts.map((text) => (typeof text === "string" ? this.sourceOf(text) : undefined));
        const from = [...new Set(found.flatMap((source) => (source === undefined ? [] : address(source))))];
        // A document with an ARN in it is worth more to a reader than the word "unknown".
        const whole = texts.every((text, index) => found[index] !== undefined && !/[{\s]/.test(String(text)));
        return { from, unknown: texts.length > 0 && whole };
    }

    private sourceOf(text: string): ExportedResource | undefined {
        return this.sources.find(({ name }) => {
            const index = text.indexOf(name);
            return index >= 0 && isBoundary(text[index - 1]) && isBoundary(text[index + name.length]);
        });
    }
}

function isBoundary(character: string | undefined): boolean {
    return character === undefined || !/[A-Za-z0-9_]/.test(character);
}

/** An attribute that every resource has, with the resource itself, as in a plan of Terraform's. */
function address(resource: ExportedResource): readonly string[] {
    const own = addressOf(resource);
    return [`${own}.id`, own];
}

export function addressOf({ type, name }: ExportedResource): string {
    return `${terraformType(type)}.${terraformName(name)}`;
}
