import { SECRET } from "../../format.js";
import type { References } from "./references.js";

type Bag = Readonly<Record<string, unknown>>;

/** What stands beside `properties` on the wire; the SDK has all in one. */
const ENVELOPE = ["location", "tags", "sku", "identity", "kind"];

/** Lists whose entries have their own `properties` on the wire. */
const WITH_PROPERTIES = [
    "subnets",
    "delegations",
    "securityRules",
    "privateLinkServiceConnections",
    "privateDnsZoneConfigs",
];

/** Inputs that say where a resource is, and are no part of it. */
const PLACE = ["resourceGroupName"];

/** Splits the SDK's flat inputs into what a template has: an envelope and properties. */
export function wireForm(inputs: Bag, leave: readonly string[]): { readonly envelope: Bag; readonly properties: Bag } {
    const gone = new Set([...leave, ...PLACE]);
    const entries = Object.entries(inputs).filter(([key]) => !gone.has(key));
    const envelope = Object.fromEntries(entries.filter(([key]) => ENVELOPE.includes(key)));
    const rest = Object.fromEntries(entries.filter(([key]) => !ENVELOPE.includes(key)));
    // Where the SDK has properties of its own, they are the wire's.
    const { properties, ...others } = rest;
    return { envelope, properties: nested({ ...(properties as Bag | undefined), ...others }) as Bag };
}

function nested(value: unknown, key = ""): unknown {
    if (Array.isArray(value)) {
        return value.map((entry) => (WITH_PROPERTIES.includes(key) ? withProperties(entry as Bag) : nested(entry)));
    }
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, nested(part, name)]));
}

function withProperties({ name, ...rest }: Bag): Bag {
    return { name, properties: nested(rest) };
}

/** Identities are a list for the SDK, and keys of an object on the wire. */
export function identityForm(identity: unknown): unknown {
    const { userAssignedIdentities, ...rest } = identity as { readonly userAssignedIdentities?: readonly string[] };
    if (userAssignedIdentities === undefined) return identity;
    return { ...rest, userAssignedIdentities: Object.fromEntries(userAssignedIdentities.map((id) => [id, {}])) };
}

/** The same value with ids as expressions, and secrets as the parameter that brings them. */
export function resolved(value: unknown, references: References, parameter: string): unknown {
    if (typeof value === "string") {
        return value === SECRET ? `[parameters('${parameter}')]` : references.in(value);
    }
    if (Array.isArray(value)) return value.map((entry) => resolved(entry, references, parameter));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
        Object.entries(value).map(([key, part]) => [references.in(key), resolved(part, references, parameter)]),
    );
}
