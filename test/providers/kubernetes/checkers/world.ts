/** Manifests as checks look at them: every pod that they lead to, and what belongs together. */
import type { output } from "@pulumi/kubernetes/types";
import type { ApiObject } from "../../../support/control-plane/objects.js";

/** Whatever a manifest leaves out. */
type Deep<T> = T extends readonly (infer U)[] ? Deep<U>[] : T extends object ? { [K in keyof T]?: Deep<T[K]> } : T;

export type Container = Deep<output.core.v1.Container>;
export type PodSpec = Deep<output.core.v1.PodSpec>;
export type Labels = Record<string, string | undefined>;

export interface Pod {
    /** The Deployment, Job or CronJob. */
    readonly owner: ApiObject;
    readonly labels: Labels;
    readonly spec: PodSpec;
    readonly container: Container;
}

interface Template {
    readonly metadata: { readonly labels: Labels };
    readonly spec: PodSpec;
}

/** What pods there will be; operators make more, which nobody sees here. */
export function podsOf(objects: readonly ApiObject[]): readonly Pod[] {
    return objects.flatMap((owner) => {
        const spec = (owner.kind === "CronJob" ? jobSpecOf(owner) : owner.spec) as { readonly template?: Template };
        const template = spec?.template;
        if (!["Deployment", "Job", "CronJob"].includes(owner.kind) || template === undefined) return [];
        const { spec: pod, metadata } = template;
        return (pod.containers ?? []).map((container) => ({ owner, labels: metadata.labels, spec: pod, container }));
    });
}

function jobSpecOf(cronJob: ApiObject): unknown {
    return (cronJob.spec as unknown as { readonly jobTemplate: { readonly spec: unknown } }).jobTemplate.spec;
}

export interface Selector {
    readonly matchLabels?: Labels;
    readonly matchExpressions?: readonly {
        readonly key: string;
        readonly operator: string;
        readonly values?: readonly string[];
    }[];
}

export function selects(selector: Selector | undefined, labels: Labels): boolean {
    const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
    return (
        Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
        matchExpressions.every(({ key, operator, values = [] }) => {
            const value = labels[key];
            if (operator === "Exists") return value !== undefined;
            if (operator === "In") return value !== undefined && values.includes(value);
            throw new Error(`No selector of ours has the operator ${operator}.`);
        })
    );
}

/** The spec of an object as a type of the SDK. */
export function specOf<T>(object: ApiObject): Deep<T> {
    return (object.spec ?? {}) as Deep<T>;
}
