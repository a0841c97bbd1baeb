import { createHash } from "node:crypto";
import type { Recorded } from "./recording.js";

/** A cluster that has everything; `platformRecord` gives others. */
const RECORD = {
    schema: 1,
    cluster: "00000000-0000-0000-0000-000000000001",
    ca: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    dns: { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
    gateway: {
        className: "public",
        internalClassName: "internal",
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "envoy-gateway-system" } } }],
        drainSeconds: 5,
        implementation: "envoy-gateway",
    },
    certManager: { issuer: "twelvefold-internal", acmeIssuer: "twelvefold-acme" },
    cloudnativepg: { version: "1.30.0", catalog: "twelvefold", operatorNamespace: "cnpg-system" },
    rabbitmq: { version: "2.21.1", operatorNamespace: "rabbitmq-system" },
    keda: { version: "2.21.0", operatorNamespace: "keda" },
    metricsServer: { version: "0.9.0" },
    prometheus: {
        address: "http://prometheus.monitoring.svc.cluster.local:9090",
        errorPercent: 'errors{service="{service}",namespace="{namespace}"}',
        p99: 'p99{service="{service}",namespace="{namespace}"}',
        requestsPerSecond: 'requests{service="{service}",namespace="{namespace}"}',
    },
    logs: {
        classes: [
            { retentionDays: 7, query: "https://logs.example.com/7?sink={sink}&namespace={namespace}" },
            { retentionDays: 90, query: "https://logs.example.com/90?sink={sink}&namespace={namespace}" },
        ],
    },
    backup: { configuration: { destinationPath: "s3://backups", endpointURL: "https://s3.example.com" } },
    images: { node: `registry.example.com/node@sha256:${"a".repeat(64)}` },
    registry: "registry.example.com/apps",
};

/** The platform record of a cluster for tests, changed as given: `undefined` takes a part away. */
export function platformRecord(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    return {
        metadata: { namespace: "twelvefold-system", name: "twelvefold-platform" },
        data: { "record.json": JSON.stringify({ ...RECORD, ...changes }) },
    };
}

/** What a cluster and its tools answer, in a form that tests can rely on. */
export function kubernetesState({ type, name, id, inputs }: Recorded): Record<string, unknown> | undefined {
    if (type === "kubernetes:core/v1:ConfigMap" && id === "twelvefold-system/twelvefold-platform") {
        return platformRecord();
    }
    if (type === "docker:index/image:Image") {
        return { repoDigest: `${String(inputs.imageName).replace(/:[^/:]+$/, "")}@sha256:${sha256(name)}` };
    }
    if (type === "random:index/randomPassword:RandomPassword") return { result: sha256(name).slice(0, 32) };
    if (!type.startsWith("kubernetes:")) return undefined;
    const metadata = inputs.metadata as { readonly name?: string } | undefined;
    const named = { metadata: { ...metadata, name: metadata?.name ?? autoName(type, name) } };
    return type.endsWith(":Gateway") ? { ...named, status: { addresses: [{ value: "203.0.113.10" }] } } : named;
}

/** The name of an object that the provider names. */
export function autoName(type: string, name: string): string {
    return `${name}-${sha256(type + name).slice(0, 8)}`;
}

/** What a registry answers about the digest of a tag. */
export function kubernetesCall(token: string, args: Record<string, unknown>): Record<string, unknown> | undefined {
    if (token !== "docker:index/getRegistryImage:getRegistryImage") return undefined;
    return { ...args, sha256Digest: `sha256:${sha256(String(args.name))}` };
}

function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}
