/**
 * What other stacks run. The engine hands a policy the resources of one stack, without its StackReferences; another stack is
 * seen in two ways: through the program, which exports what a StackReference shows it (`export const compareWith = { staging:
 * staging.requireOutput("intents") }`), and through a file that `pulumi stack export` wrote.
 */
import { readFileSync } from "node:fs";
import { nameIn, plain, type Resource, type Stack, typeOf } from "./resource.js";
import { ofType } from "./stack.js";
import { at, type Fields, isKnown, list, record } from "./values.js";

/** Another stack, by the name under which messages know it. */
export interface OtherStack extends Stack {
    readonly name: string;
    /** Whether all that it has is seen: a program sees what the other one exported. */
    readonly complete: boolean;
}

/** The setting of a rule that compares stacks. */
export const STACKS = {
    type: "strings",
    description:
        "Files that `pulumi stack export --stack <name> --file <file>` wrote, with absolute paths. Stacks whose intents the " +
        "program exports in `compareWith` need none.",
    default: [],
} as const;

export function otherStacks(stack: Stack, files: readonly string[]): readonly OtherStack[] {
    return [...shownByProgram(stack), ...files.map(exported)];
}

const read = new Map<string, OtherStack>();

/** @throws Error where the file is not an export: a comparison that was asked for is not skipped */
function exported(file: string): OtherStack {
    const known = read.get(file);
    if (known) return known;
    const state = parsed(file);
    const resources = list(at(state, "deployment", "resources"));
    if (!isKnown(resources)) {
        throw new Error(`${file} is no export of a stack; wanted: what pulumi stack export writes.`);
    }
    const all = resources.flatMap((entry) => resourceIn(entry));
    const [, name] = /^urn:pulumi:([^:]+)::/.exec(all[0]?.urn ?? "") ?? [];
    const other = { name: name ?? file, resources: all, complete: true };
    read.set(file, other);
    return other;
}

function parsed(file: string): unknown {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        throw new Error(`${file} cannot be read as the export of a stack: ${(error as Error).message}`);
    }
}

function resourceIn(entry: unknown): readonly Resource[] {
    const [urn, type] = [at(entry, "urn"), at(entry, "type")];
    if (typeof urn !== "string" || typeof type !== "string") return [];
    const inputs = plain(at(entry, "inputs"));
    return [
        {
            type: typeOf(type),
            name: nameIn(urn),
            urn,
            props: { ...inputs, ...plain(at(entry, "outputs")) },
            protect: at(entry, "protect") === true,
            ignoreChanges: [],
            dependencies: dependenciesOf(entry),
        },
    ];
}

function dependenciesOf(entry: unknown): readonly string[] {
    const listed = list(at(entry, "dependencies"));
    return isKnown(listed) ? listed.filter((urn) => typeof urn === "string") : [];
}

/** What the program exports to be compared with: intents of other stacks, by the name of each. */
const OUTPUT = "compareWith";

function shownByProgram(stack: Stack): readonly OtherStack[] {
    return ofType(stack, "pulumi:pulumi:Stack").flatMap(({ props }) => {
        const named = record(at(props, OUTPUT));
        if (!isKnown(named)) return [];
        return Object.entries(named).map(([name, outputs]) => ({
            name,
            resources: intentsIn(outputs, 0, ""),
            complete: false,
        }));
    });
}

function intentsIn(value: unknown, depth: number, name: string): readonly Resource[] {
    const fields = record(value);
    if (!isKnown(fields) || depth > 3) return [];
    if (isIntent(fields)) {
        const type = `twelvefold:index:${String(fields.kind)}`;
        return [{ type, name, urn: "", props: fields, protect: false, ignoreChanges: [], dependencies: [] }];
    }
    // Beside what else it exports of a component, a program says `intent` and not its name again.
    return Object.entries(fields).flatMap(([key, entry]) => intentsIn(entry, depth + 1, key === "intent" ? name : key));
}

function isIntent(fields: Fields): boolean {
    return typeof fields.kind === "string" && typeof fields.target === "string" && Array.isArray(fields.computed);
}
