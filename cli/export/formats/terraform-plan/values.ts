import { blockName, snakeCase } from "./names.js";
import type { Expression, References } from "./references.js";

/** Inputs whose keys are the user's own. */
const MAPS: ReadonlySet<string> = new Set([
    "customHeaders",
    "dimensions",
    "headers",
    "keepers",
    "options",
    "parameters",
    "tags",
    "tagsAll",
    "triggers",
    "variables",
]);

/** Values as Terraform plans them, and where those that are not known yet come from. */
export interface Planned {
    readonly values: Readonly<Record<string, unknown>>;
    readonly expressions: Readonly<Record<string, Expression>>;
}

/** Inputs of a resource or of a block in it. */
export function planned(inputs: Readonly<Record<string, unknown>>, references: References): Planned {
    const values: Record<string, unknown> = {};
    const expressions: Record<string, Expression> = {};
    for (const [key, value] of Object.entries(inputs)) {
        if (value === undefined || value === null) continue;
        const name = snakeCase(key);
        const blocks = blocksOf(key, value);
        if (blocks === undefined) {
            const found = references.of(value);
            if (found.from.length > 0) expressions[name] = { references: found.from };
            if (!found.unknown) values[name] = value;
            continue;
        }
        const inner = blocks.map((block) => planned(block, references));
        const block = Array.isArray(value) ? blockName(name) : name;
        values[block] = inner.map((one) => one.values);
        if (inner.some((one) => Object.keys(one.expressions).length > 0)) {
            expressions[block] = inner.map((one) => one.expressions);
        }
    }
    return { values, expressions };
}

/** A block is a list of objects in a plan, also where there can be one only. */
function blocksOf(key: string, value: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
    if (Array.isArray(value)) return value.length > 0 && value.every(isObject) ? value : undefined;
    return isObject(value) && !MAPS.has(key) ? [value] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
