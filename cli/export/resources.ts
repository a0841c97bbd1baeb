import * as pulumi from "@pulumi/pulumi";
import { type ExportedResource, SECRET } from "./format.js";

/** The parts of a registration that an export is made of. */
export interface Registration {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    readonly parent: string;
    readonly dependencies: readonly string[];
    /** Inputs as they go to the engine: secrets and references in Pulumi's wrappers. */
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** The root that Pulumi hangs every program on; no resource of the program's own. */
const STACK = "pulumi:pulumi:Stack";

/** What was registered, without the stack itself and without a secret. */
export function exported(registrations: readonly Registration[]): readonly ExportedResource[] {
    return registrations
        .filter(({ type }) => type !== STACK)
        .map(({ type, name, urn, parent, dependencies, inputs }) => {
            const secretInputs: string[] = [];
            return {
                type,
                name,
                urn: withoutStack(urn),
                ...(parent === "" || parent.includes(`::${STACK}::`) ? {} : { parent: withoutStack(parent) }),
                inputs: opened(inputs, "", secretInputs) as Record<string, unknown>,
                secretInputs,
                dependencies: dependencies.map(withoutStack),
            };
        });
}

/** The engine leaves the root out of the types in a URN; mocks do not. */
function withoutStack(urn: string): string {
    return urn.replace(`::${STACK}$`, "::");
}

function opened(value: unknown, path: string, secrets: string[]): unknown {
    if (Array.isArray(value)) return value.map((item, index) => opened(item, `${path}[${index}]`, secrets));
    if (typeof value !== "object" || value === null) return value;
    if (pulumi.runtime.isRpcSecret(value)) {
        secrets.push(path);
        return hidden(pulumi.runtime.unwrapRpcSecret(value));
    }
    const entries = Object.entries(value as Record<string, unknown>);
    // A reference to a resource, in Pulumi's wrapper.
    const fields = new Map(entries);
    if (fields.has(pulumi.runtime.specialSigKey) && fields.has("urn")) return withoutStack(String(fields.get("urn")));
    return Object.fromEntries(
        entries
            .filter(([key]) => key !== pulumi.runtime.specialSigKey)
            .map(([key, item]) => [key, opened(item, joined(path, key), secrets)]),
    );
}

/** Keeps the form of a secret: a map of secrets still has its keys. */
function hidden(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(hidden);
    if (typeof value !== "object" || value === null) return value === null ? value : SECRET;
    return Object.fromEntries(
        Object.entries(value)
            .filter(([key]) => key !== pulumi.runtime.specialSigKey)
            .map(([key, item]) => [key, hidden(item)]),
    );
}

function joined(path: string, key: string): string {
    if (!/^[A-Za-z_]\w*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path === "" ? key : `${path}.${key}`;
}
