import {
    ConfigMap,
    type ConfigMapArgs,
    LimitRange,
    type LimitRangeArgs,
    Namespace,
    type NamespaceArgs,
    ResourceQuota,
    type ResourceQuotaArgs,
    Secret,
    type SecretArgs,
} from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { Builder, Scope } from "../contract.js";
import { after } from "../handles.js";
import type { FactsOf } from "./facts.js";
import { objectLabels, PREFIX, PROJECT_LABEL } from "./labels.js";
import { labelValue, namespaceName } from "./names.js";
import { inNamespace, makePolicy } from "./network-policy.js";
import { type PlatformRecord, readRecord } from "./record.js";
import { settingsOf } from "./settings.js";

/** A namespace of the restricted level, bounded, closed to everything that no binding opens. */
export const platform: Builder<"Platform"> = (scope, request) => {
    const record = readRecord(scope);
    const ours = request.network === undefined;
    const name = request.network ?? namespaceName(scope.project, scope.stack);
    const namespace = ours ? after(makeNamespace(scope, name), name) : pulumi.output(name);
    if (ours) bound(scope, namespace);
    close(scope, namespace, record, ours);
    const ca = scope.child(
        "ca",
        {
            metadata: { namespace, labels: objectLabels(scope, "platform") },
            data: { "ca.crt": record.apply(({ ca }) => ca) },
        },
        (child, args: ConfigMapArgs, opts) => new ConfigMap(child, args, opts),
    );
    const pull = pullSecret(scope, namespace);
    return {
        outputs: { name: namespace },
        handle: {
            cluster: record.apply(({ cluster }) => cluster),
            namespace,
            record,
            ca: ca.metadata.name,
            ...(pull === undefined ? {} : { pull: pull.metadata.name }),
        },
        facts: { scope, shared: new Map(), settings: scope.options } satisfies FactsOf["Platform"],
    };
};

function makeNamespace(scope: Scope, name: string): Namespace {
    const restricted = Object.fromEntries(
        ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]),
    );
    const labels = {
        ...objectLabels(scope, "platform"),
        ...restricted,
        "pod-security.kubernetes.io/enforce-version": "latest",
        [PROJECT_LABEL]: labelValue(scope.project),
        [`${PREFIX}/stack`]: labelValue(scope.stack),
    };
    return scope.child(
        "namespace",
        { metadata: { name, labels } },
        (child, args: NamespaceArgs, opts) => new Namespace(child, args, opts),
        { protect: scope.profile === "production" },
    );
}

/** A program that runs wild takes its own namespace, not the cluster. */
function bound(scope: Scope, namespace: pulumi.Output<string>): void {
    const metadata = { namespace, labels: objectLabels(scope, "platform") };
    const production = scope.profile === "production";
    const hard = {
        pods: production ? "200" : "50",
        "requests.cpu": production ? "40" : "8",
        "requests.memory": production ? "80Gi" : "16Gi",
        "limits.memory": production ? "120Gi" : "24Gi",
        "requests.storage": production ? "2Ti" : "200Gi",
        persistentvolumeclaims: production ? "50" : "20",
        // The gateway is the only way in.
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    };
    scope.child(
        "quota",
        { metadata, spec: { hard } },
        (child, args: ResourceQuotaArgs, opts) => new ResourceQuota(child, args, opts),
    );
    // For pods of operators: with a quota on limits, a pod that names none is refused.
    const container = {
        type: "Container",
        default: { cpu: "500m", memory: "512Mi" },
        defaultRequest: { cpu: "100m", memory: "256Mi" },
    };
    scope.child(
        "limits",
        { metadata, spec: { limits: [container] } },
        (child, args: LimitRangeArgs, opts) => new LimitRange(child, args, opts),
    );
}

/** Nothing gets in or out, but everybody may ask for names. In a namespace of others this holds for our pods only. */
function close(
    scope: Scope,
    namespace: pulumi.Output<string>,
    record: pulumi.Output<PlatformRecord>,
    ours: boolean,
): void {
    const labels = objectLabels(scope, "platform");
    const prefix = namespaceName(scope.project, scope.stack);
    const podSelector = ours ? {} : { matchLabels: { "app.kubernetes.io/managed-by": "twelvefold" } };
    scope.child(
        "deny",
        {
            metadata: { name: `${prefix}-deny`, namespace, labels },
            spec: { podSelector, policyTypes: ["Ingress", "Egress"] },
        },
        makePolicy,
    );
    const dns = record.apply(({ dns }) => [
        { namespaceSelector: inNamespace(dns.namespace), podSelector: { matchLabels: { ...dns.podLabels } } },
    ]);
    const ports = ["UDP", "TCP"].map((protocol) => ({ port: 53, protocol }));
    scope.child(
        "dns",
        {
            metadata: { name: `${prefix}-dns`, namespace, labels },
            spec: { podSelector, policyTypes: ["Egress"], egress: [{ to: dns, ports }] },
        },
        makePolicy,
    );
}

function pullSecret(scope: Scope, namespace: pulumi.Output<string>): Secret | undefined {
    const { registry } = settingsOf(scope);
    if (registry?.username === undefined || registry.password === undefined) return undefined;
    const { username, password } = registry;
    const host = registry.server.split("/")[0] ?? registry.server;
    const config = pulumi.secret(
        pulumi
            .all([username, password])
            .apply(([username, password]) => JSON.stringify({ auths: { [host]: { username, password } } })),
    );
    return scope.child(
        "pull",
        {
            metadata: { namespace, labels: objectLabels(scope, "platform") },
            type: "kubernetes.io/dockerconfigjson",
            immutable: true,
            stringData: { ".dockerconfigjson": config },
        },
        (child, args: SecretArgs, opts) => new Secret(child, args, opts),
    );
}
