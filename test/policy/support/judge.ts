/** Runs policies as the engine does, without it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Policies, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { type TwelveFactorArgs, twelveFactorPolicies } from "#dist/policy/index.js";
import type { Resource } from "#dist/policy/resource.js";
import { type Opaque, UNKNOWN } from "#dist/policy/values.js";

export interface Judged {
    readonly violations: readonly { readonly message: string; readonly urn?: string | undefined }[];
    /** Why the rule said nothing; absent where it passed or failed. */
    readonly notApplicable?: string;
}

class NotApplicable extends Error {}

const NEVER = (reason?: string): never => {
    throw new NotApplicable(reason ?? "");
};

/** Policies of a pack by name. */
export function packOf(args: TwelveFactorArgs): ReadonlyMap<string, Policies[number]> {
    return new Map(twelveFactorPolicies(args).map((policy) => [policy.name, policy]));
}

const OPTIONS = {
    protect: false,
    ignoreChanges: [] as string[],
    aliases: [],
    customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    additionalSecretOutputs: [],
};

/** A resource as the engine sends it: what is unknown is a text of the protocol. */
function sent(given: Resource) {
    return {
        type: given.type,
        name: given.name,
        urn: given.urn,
        props: withStandIns(given.props) as Record<string, unknown>,
        opts: { ...OPTIONS, protect: given.protect, ignoreChanges: [...given.ignoreChanges] },
        isType: () => false,
        asType: () => undefined,
    };
}

const STAND_IN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function withStandIns(value: unknown): unknown {
    if (value === (UNKNOWN as Opaque)) return STAND_IN;
    if (Array.isArray(value)) return value.map(withStandIns);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withStandIns(entry)]));
}

function run(work: (report: (message: string, urn?: string) => void) => unknown): Judged {
    const violations: { message: string; urn?: string | undefined }[] = [];
    try {
        work((message, urn) => violations.push({ message, urn }));
    } catch (error) {
        if (error instanceof NotApplicable) return { violations, notApplicable: error.message };
        throw error;
    }
    return { violations };
}

/** One rule on the first of these resources, or on all of them as a stack. */
export function judge(
    policy: Policies[number] | undefined,
    resources: readonly Resource[],
    config: object = {},
): Judged {
    const shared = {
        stackTags: new Map<string, string>(),
        getConfig: <T extends object>() => config as T,
        notApplicable: NEVER,
    };
    const [first] = resources;
    if (policy === undefined || first === undefined) throw new Error("There is nothing to judge.");
    const validate = (policy as ResourceValidationPolicy).validateResource;
    if (typeof validate === "function") {
        return run((report) => validate({ ...sent(first), ...shared }, report));
    }
    const all = resources.map((given) => ({ ...sent(given), dependencies: [] as never[], propertyDependencies: {} }));
    const linked = all.map((entry, index) => ({
        ...entry,
        dependencies: all.filter(({ urn }) => resources[index]?.dependencies.includes(urn)),
    }));
    return run((report) => (policy as StackValidationPolicy).validateStack({ resources: linked, ...shared }, report));
}

/** Runs with a file that `pulumi stack export` could have written. */
export function withExport<T>(resources: readonly Resource[], use: (file: string) => T): T {
    const folder = mkdtempSync("/tmp/tf-export-");
    try {
        const file = path.join(folder, "staging.json");
        const entries = resources.map(({ urn, type, props, dependencies }) => ({
            urn,
            type,
            inputs: props,
            outputs: {},
            dependencies,
        }));
        writeFileSync(file, JSON.stringify({ version: 3, deployment: { resources: entries } }));
        return use(file);
    } finally {
        rmSync(folder, { recursive: true });
    }
}
