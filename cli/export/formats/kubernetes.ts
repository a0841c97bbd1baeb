import { stringify } from "yaml";
import { autoName } from "../../../testing/kubernetes-state.js";
import { type ExportedResource, type Format, SECRET } from "../format.js";
import { inOrder } from "../order.js";
import { ownResources } from "../own.js";

/** What others stand on comes first, what takes traffic last; the rest is in between. */
const FIRST = [
    "Namespace",
    "CustomResourceDefinition",
    "ResourceQuota",
    "LimitRange",
    "NetworkPolicy",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "ConfigMap",
    "Secret",
    "Certificate",
];
const LAST = [
    "Deployment",
    "StatefulSet",
    "Service",
    "Gateway",
    "HTTPRoute",
    "HorizontalPodAutoscaler",
    "ScaledObject",
];

interface KubernetesObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
    readonly [field: string]: unknown;
}

export const kubernetes: Format = {
    name: "kubernetes",
    description: "objects of the target kubernetes, as YAML documents",
    print(resources, program) {
        const wanted = { format: "kubernetes", target: "kubernetes", prefix: "kubernetes:" } as const;
        const own = new Set(ownResources(resources, wanted, program));
        const ordered = inOrder(resources, rank, ({ name, inputs }) => `${String(inputs.kind)} ${name}`);
        return ordered
            .filter((resource) => own.has(resource))
            .map(printed)
            .join("");
    },
};

function rank({ inputs }: ExportedResource): number {
    const kind = String(inputs.kind);
    const first = FIRST.indexOf(kind);
    if (first >= 0) return first;
    const last = LAST.indexOf(kind);
    return last >= 0 ? FIRST.length + 1 + last : FIRST.length;
}

/** One document, or a comment: a document of comments alone would be an empty one, which some readers refuse. */
function printed(resource: ExportedResource): string {
    const object = objectOf(resource);
    if (object === undefined)
        return `# ${resource.type} "${resource.name}" is no object of the API server: left out.\n`;
    if (object.kind === "Secret") return secretNote(object);
    const notes = resource.secretInputs.map((path) => `# ${path} is secret: put the value where ${SECRET} stands.\n`);
    // YAML 1.1 as Kubernetes reads it: there "on" and "0600" are no strings unless they are quoted.
    const text = stringify(object, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });
    return `---\n${notes.join("")}${text}`;
}

function objectOf({ type, name, inputs }: ExportedResource): KubernetesObject | undefined {
    const { apiVersion, kind, metadata, ...rest } = inputs;
    if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
    const given = (metadata ?? {}) as {
        readonly name?: string;
        readonly annotations?: Readonly<Record<string, string>>;
    };
    const { annotations, ...others } = given;
    const kept = Object.entries(annotations ?? {}).filter(([key]) => !key.startsWith("pulumi.com/"));
    return {
        apiVersion,
        kind,
        metadata: {
            name: given.name ?? autoName(type, name),
            ...others,
            ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
        },
        ...rest,
    };
}

/** A Secret has to exist, and what is in it stays where it is. */
function secretNote({ metadata, type, stringData, data }: KubernetesObject): string {
    const keys = Object.keys({ ...(data as object | undefined), ...(stringData as object | undefined) }).sort();
    const place = metadata.namespace === undefined ? "" : ` in the namespace ${metadata.namespace}`;
    return (
        `# The Secret ${metadata.name}${place} has to exist` +
        ` (type ${String(type ?? "Opaque")}), with: ${keys.join(", ")}.\n`
    );
}
