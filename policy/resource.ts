import { type Fields, MALFORMED, UNKNOWN } from "./values.js";

export const PLATFORMS = ["intent", "aws", "azure", "kubernetes", "docker"] as const;
/** Where a rule looks: what a Twelvefold component was asked for, the resources of one provider, or images that a program builds. */
export type Platform = (typeof PLATFORMS)[number];

/** One resource as rules see it: plain data, with what is not known marked as such. */
export interface Resource {
    /** Without version or file: `kubernetes:apps:Deployment`, `aws:ecs:TaskDefinition`, `azure-native:app:ContainerApp`. */
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    readonly props: Fields;
    /** Whether the engine refuses to delete it. */
    readonly protect: boolean;
    readonly ignoreChanges: readonly string[];
    /** URNs of what it depends on; empty before the whole stack is seen. */
    readonly dependencies: readonly string[];
    /** Settings of its provider: default tags, for example. */
    readonly provider?: () => Fields;
}

/** All resources of a stack. */
export interface Stack {
    readonly resources: readonly Resource[];
}

const TOKEN = /^([^:]+):([^:/]*)(?:\/[^:]*)?:(.+)$/;

/** Every rule asks for the type of every resource; a program has few of them. */
const types = new Map<string, string>();

/** A type token without what differs between versions of a provider. */
export function typeOf(token: string): string {
    const known = types.get(token) ?? unversioned(token);
    types.set(token, known);
    return known;
}

function unversioned(token: string): string {
    const [, provider, module, name] = TOKEN.exec(token) ?? [];
    if (provider === undefined || name === undefined) return token;
    return `${provider.replace(/^azure-native_.*/, "azure-native")}:${module}:${name}`;
}

const PROVIDERS: Readonly<Record<string, Platform>> = {
    twelvefold: "intent",
    aws: "aws",
    "azure-native": "azure",
    kubernetes: "kubernetes",
    docker: "docker",
    "docker-build": "docker",
    awsx: "docker",
};

export function platformOf(type: string): Platform | undefined {
    const provider = type.slice(0, type.indexOf(":"));
    return Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined;
}

/** The stand-ins that the engine sends, by type, for what it does not know yet. They are part of its protocol. */
const UNKNOWNS = new Set([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
/** Marks an encrypted value in an exported state. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** @pulumi/policy wraps properties in proxies that throw at unknown values; this key leads around them. */
const PROXY_TARGET = "__getSpecialProxyTarget";
const DEEPEST = 64;

/** Copies properties as the engine sent them, with unknown and secret parts marked. */
export function plain(value: unknown): Fields {
    const target = (value as Fields | null | undefined)?.[PROXY_TARGET] ?? value;
    const copy = copyOf(target, 0);
    return typeof copy === "object" && copy !== null && !Array.isArray(copy) ? (copy as Fields) : {};
}

function copyOf(value: unknown, depth: number): unknown {
    if (typeof value === "string") return UNKNOWNS.has(value) ? UNKNOWN : value;
    if (typeof value !== "object" || value === null) return value;
    if (depth > DEEPEST) return MALFORMED;
    if (Array.isArray(value)) return value.map((entry) => copyOf(entry, depth + 1));
    if (SIGNATURE in value) return UNKNOWN;
    const copy: Record<string, unknown> = {};
    for (const [key, entry] of Object.entries(value)) copy[key] = copyOf(entry, depth + 1);
    return copy;
}

/** The name part of a URN. */
export function nameIn(urn: string): string {
    return urn.slice(urn.lastIndexOf("::") + 2);
}
