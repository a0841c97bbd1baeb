/**
 * Judges a stack as it was saved (`pulumi stack export`), without an engine: the same policies, given each resource's
 * inputs and the stack's states, as an update would give them.
 */
import type {
    Policies,
    PolicyResource,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationPolicy,
} from "@pulumi/policy";
import type { Profile } from "../rule.js";
import { Counter } from "./counter.js";
import type { Judgement, Violation } from "./report.js";

/** A resource as `pulumi stack export` writes it. */
export interface SavedResource {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly protect?: boolean;
    readonly parent?: string;
    readonly dependencies?: readonly string[];
    readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/** @throws Error when the document is not an exported stack */
export function savedResources(text: string): readonly SavedResource[] {
    let document: unknown;
    try {
        document = JSON.parse(text);
    } catch (error) {
        throw new Error(`The state is not JSON (${error instanceof Error ? error.message : error}). ${ALLOWED}`);
    }
    const { deployment } = (document ?? {}) as { deployment?: { resources?: readonly SavedResource[] } | null };
    if (typeof deployment !== "object" || deployment === null)
        throw new Error(`The state has no "deployment". ${ALLOWED}`);
    return (deployment.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:"));
}

const ALLOWED = "Allowed: what `pulumi stack export` prints.";

/** The profile that the stack's own components were made for; undefined for a stack without any. */
export function profileOf(resources: readonly SavedResource[]): Profile | undefined {
    for (const { type, inputs } of resources) {
        const profile = type.startsWith("twelvefold:") ? inputs?.profile : undefined;
        if (profile === "development" || profile === "production") return profile;
    }
    return undefined;
}

/** What the policies say about a stack. */
export function judgeSaved(policies: Policies, saved: readonly SavedResource[]): Judgement {
    const counter = new Counter();
    const violations: Violation[] = [];
    const stack = saved.map((resource) => policyResource(resource, resource.outputs ?? resource.inputs ?? {}));
    link(stack, saved);
    for (const policy of policies.filter(({ enforcementLevel }) => enforcementLevel !== "disabled")) {
        const ask = (urn: string | undefined, validate: (report: (message: string, urn?: string) => void) => void) => {
            const before = violations.length;
            const report = (message: string, about?: string) =>
                violations.push(violation(policy, message, about ?? urn));
            const applies = asked(() => validate(report));
            counter.add(policy.name, violations.length > before ? "failed" : applies ? "passed" : "notApplicable");
        };
        if ("validateStack" in policy) {
            ask(undefined, (report) => policy.validateStack({ ...given(policy), resources: stack }, report));
        } else if ("validateResource" in policy) {
            const { validateResource } = policy;
            const validate = Array.isArray(validateResource) ? validateResource : [validateResource];
            for (const resource of saved) {
                const args = { ...policyResource(resource, resource.inputs ?? {}), ...given(policy) };
                ask(resource.urn, (report) => {
                    for (const one of validate) one?.(args as unknown as ResourceValidationArgs, report);
                });
            }
        }
    }
    const [name, project] = saved[0]?.urn.replace("urn:pulumi:", "").split("::") ?? [];
    return { ...(project !== undefined && { stack: `${project}/${name}` }), counts: counter.counts, violations };
}

type Policy = ResourceValidationPolicy | StackValidationPolicy;

function violation({ name, enforcementLevel }: Policy, message: string, urn: string | undefined): Violation {
    const level = enforcementLevel === "mandatory" ? "mandatory" : "advisory";
    return { rule: name, ...(urn !== undefined && { urn }), message, level };
}

class NotApplicable extends Error {}

/** What both kinds of policies may ask: their settings, which outside of an engine are the defaults of their schema. */
function given({ configSchema }: Policy) {
    const settings = Object.entries(configSchema?.properties ?? {}).map(([name, schema]) => [name, schema.default]);
    return {
        getConfig: <T extends object>(): T => Object.fromEntries(settings) as T,
        notApplicable: (reason?: string): never => {
            throw new NotApplicable(reason);
        },
        stackTags: new Map<string, string>(),
    };
}

function asked(validate: () => void): boolean {
    try {
        validate();
        return true;
    } catch (error) {
        if (error instanceof NotApplicable) return false;
        throw error;
    }
}

function policyResource(saved: SavedResource, props: Readonly<Record<string, unknown>>): Mutable<PolicyResource> {
    return {
        type: saved.type,
        name: saved.urn.split("::").at(-1) ?? "",
        urn: saved.urn,
        props,
        opts: {
            protect: saved.protect ?? false,
            ignoreChanges: [],
            aliases: [],
            customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
            additionalSecretOutputs: [],
        },
        dependencies: [],
        propertyDependencies: {},
        isType: () => false,
        asType: () => undefined,
    };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function link(stack: readonly Mutable<PolicyResource>[], saved: readonly SavedResource[]): void {
    const byUrn = new Map(stack.map((resource) => [resource.urn, resource]));
    const found = (urns: readonly string[] = []) => urns.flatMap((urn) => byUrn.get(urn) ?? []);
    for (const [at, resource] of stack.entries()) {
        const { parent, dependencies, propertyDependencies = {} } = saved[at] as SavedResource;
        const above = parent === undefined ? undefined : byUrn.get(parent);
        if (above !== undefined) resource.parent = above;
        resource.dependencies = found(dependencies);
        resource.propertyDependencies = Object.fromEntries(
            Object.entries(propertyDependencies).map(([name, urns]) => [name, found(urns)]),
        );
    }
}
