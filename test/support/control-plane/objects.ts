/** Objects of the Kubernetes API, with the fields that the proof reads. */

export interface ApiObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: Metadata;
    readonly spec?: Spec;
    readonly status?: Status;
    readonly [field: string]: unknown;
}

export interface Metadata {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
}

/** What a spec has depends on the kind. */
export interface Spec {
    readonly replicas?: number;
    readonly nodeName?: string;
    readonly template?: { readonly metadata?: Metadata; readonly spec: PodSpec };
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
    readonly [field: string]: unknown;
}

export interface PodSpec {
    readonly containers: readonly {
        readonly name: string;
        readonly image: string;
        readonly [field: string]: unknown;
    }[];
    readonly [field: string]: unknown;
}

export interface Status {
    readonly conditions?: readonly Condition[];
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly desiredHealthy?: number;
    readonly [field: string]: unknown;
}

export interface Condition {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
}

/** Enough to find an object. */
export type Reference = Pick<ApiObject, "apiVersion" | "kind" | "metadata">;

export function condition(object: ApiObject | undefined, type: string): Condition | undefined {
    return object?.status?.conditions?.find((condition) => condition.type === type);
}

export function isTrue(object: ApiObject | undefined, type: string): boolean {
    return condition(object, type)?.status === "True";
}

/** One line for messages: kind, namespace, name. */
export function described({ kind, metadata }: Reference): string {
    return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}
