import type { Resource } from "#dist/policy/resource.js";

/** What differs between resources that fail and those that pass, a line for each value: `- path: value`, `+ path: value`. */
export function difference(fail: readonly Resource[], pass: readonly Resource[]): string[] {
    const named = fail.length > 1 || pass.length > 1;
    const before = flat(fail, named);
    const after = flat(pass, named);
    const paths = [...new Set([...before.keys(), ...after.keys()])];
    const lines = paths.flatMap((path) => {
        const [old, now] = [before.get(path), after.get(path)];
        if (old === now) return [];
        return [
            ...(old === undefined ? [] : [`- ${path}: ${old}`]),
            ...(now === undefined ? [] : [`+ ${path}: ${now}`]),
        ];
    });
    return lines.map((line) => (line.length > 200 ? `${line.slice(0, 199)}…` : line));
}

function flat(resources: readonly Resource[], named: boolean): Map<string, string> {
    const values = new Map<string, string>();
    for (const { name, props, protect, dependencies } of resources) {
        const prefix = named ? `${name}.` : "";
        if (named) values.set(`${name}`, "declared");
        add(values, prefix, props);
        if (protect) values.set(`${prefix}(option) protect`, "true");
        if (dependencies.length > 0) {
            values.set(`${prefix}(option) dependsOn`, dependencies.map((urn) => urn.split("::").at(-1)).join(", "));
        }
    }
    return values;
}

function add(values: Map<string, string>, path: string, value: unknown): void {
    const parsed = typeof value === "string" && /^[[{]/.test(value) ? document(value) : value;
    if (typeof parsed !== "object" || parsed === null) {
        const shown = typeof parsed === "symbol" ? "(not known yet)" : JSON.stringify(parsed);
        values.set(path.replace(/\.$/, ""), shown);
    } else if (Array.isArray(parsed)) {
        for (const [at, entry] of parsed.entries()) add(values, `${path.replace(/\.$/, "")}[${at}].`, entry);
    } else {
        for (const [key, entry] of Object.entries(parsed)) add(values, `${path}${key}.`, entry);
    }
}

/** Containers of a task definition and policies are documents in a text. */
function document(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
