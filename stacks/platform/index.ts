/**
 * What a cluster needs before twelvefold programs can run in it: one run per cluster, by whoever may install operators. It
 * ends with the platform record, a ConfigMap that tells those programs what there is (docs/kubernetes.md).
 */
import { ConfigMap, Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { PlatformRecord } from "twelvefold/kubernetes";
import { ACME_ISSUER, makeAcmeIssuer } from "./acme.js";
import { type Authority, ISSUER, makeAuthority } from "./authority.js";
import { trustAuthority } from "./broker-trust.js";
import { pinned } from "./images.js";
import { logsRecord } from "./logs.js";
import { GATEWAY_NAMESPACE, installOperators, POSTGRES_CATALOG, RABBITMQ_NAMESPACE } from "./operators.js";
import { type Operator, readSettings, VERSIONS } from "./settings.js";

const settings = readSettings();
const installed = installOperators(settings);
const authority: Authority | undefined = installed.certManager && makeAuthority(installed.certManager);
const acme = settings.acme && installed.certManager && makeAcmeIssuer(settings.acme, installed.certManager);

if (authority === undefined && settings.record.ca === undefined) {
    throw new Error(
        "Nobody issues internal certificates: add certManager to platform:install, or ca to platform:record.",
    );
}
const ca = pulumi.output(settings.record.ca ?? authority?.ca ?? "");
const trust = installed.rabbitmq && trustAuthority(ca, installed.rabbitmq);

/** What this program has installed, in the words of the record. */
const parts: { readonly [O in Operator]: PlatformRecord[O] } = {
    certManager: { issuer: ISSUER, ...(acme === undefined ? {} : { acmeIssuer: ACME_ISSUER }) },
    gateway: {
        className: settings.gatewayClass,
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": GATEWAY_NAMESPACE } } }],
        drainSeconds: 5,
        implementation: "envoy-gateway",
    },
    cloudnativepg: { version: VERSIONS.cloudnativepg, catalog: POSTGRES_CATALOG, operatorNamespace: "cnpg-system" },
    rabbitmq: { version: VERSIONS.rabbitmq, operatorNamespace: RABBITMQ_NAMESPACE },
    keda: { version: VERSIONS.keda, operatorNamespace: "keda" },
    metricsServer: { version: VERSIONS.metricsServer },
    logs: logsRecord(settings.logClasses),
};

const kubeSystem = Namespace.get("kube-system", "kube-system");
const record = pulumi
    .all([kubeSystem.metadata.uid, ca, pinned(settings.nodeImage)])
    .apply(([cluster, ca, node]): PlatformRecord => {
        const found: PlatformRecord = {
            schema: 1,
            cluster,
            ca,
            dns: { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
            images: { node },
            ...Object.fromEntries(settings.install.map((operator) => [operator, parts[operator]])),
        };
        return merged(found, settings.record);
    });

const namespace = new Namespace("namespace", { metadata: { name: "twelvefold-system" } });

// Last of all: where it is, everything that it names is.
new ConfigMap(
    "record",
    {
        metadata: { name: "twelvefold-platform", namespace: namespace.metadata.name },
        data: { "record.json": pulumi.jsonStringify(record) },
    },
    { dependsOn: [...Object.values(installed), authority?.resource, acme, trust].filter((one) => one !== undefined) },
);

export const platformRecord = record;

/** One level deep, so that a single field of a part can be set. */
function merged<T extends object>(base: T, over: Partial<T>): T {
    const result: Record<string, unknown> = { ...(base as Record<string, unknown>) };
    for (const [key, value] of Object.entries(over)) {
        const before = result[key];
        const both = isPlain(before) && isPlain(value);
        result[key] = both ? { ...before, ...value } : value;
    }
    return result as T;
}

function isPlain(value: unknown): value is object {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
