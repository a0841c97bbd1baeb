import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Release } from "@pulumi/kubernetes/helm/v3";
import { ConfigFile } from "@pulumi/kubernetes/yaml/v2";
import type * as pulumi from "@pulumi/pulumi";
import { installLogs } from "./logs.js";
import { type Operator, type Settings, VERSIONS } from "./settings.js";

export const CERT_MANAGER_NAMESPACE = "cert-manager";
export const GATEWAY_NAMESPACE = "envoy-gateway-system";
export const RABBITMQ_NAMESPACE = "rabbitmq-system";
export const POSTGRES_CATALOG = "twelvefold";

type Installed = Partial<Record<Operator, pulumi.Resource>>;

/** Installs what was asked for. @returns what others wait for */
export function installOperators(settings: Settings): Installed {
    const installed: Installed = {};
    const install = (operator: Operator, make: () => pulumi.Resource) => {
        if (settings.install.includes(operator)) installed[operator] = make();
    };
    install("certManager", () =>
        chart("cert-manager", "cert-manager", `v${VERSIONS.certManager}`, {
            namespace: CERT_MANAGER_NAMESPACE,
            repo: "https://charts.jetstack.io",
            values: { crds: { enabled: true, keep: true } },
        }),
    );
    install("keda", () =>
        chart("keda", "keda", VERSIONS.keda, { namespace: "keda", repo: "https://kedacore.github.io/charts" }),
    );
    install("gateway", () => gateway(settings));
    install("metricsServer", () =>
        manifest(
            "metrics-server",
            `kubernetes-sigs/metrics-server/releases/download/v${VERSIONS.metricsServer}/components.yaml`,
        ),
    );
    install("cloudnativepg", () => cloudnativepg(settings));
    install("rabbitmq", () => rabbitmq(installed.certManager));
    install("logs", () => installLogs(settings.logClasses));
    return installed;
}

interface ChartOptions {
    readonly namespace: string;
    /** Absent for a chart in an OCI registry. */
    readonly repo?: string;
    readonly values?: Readonly<Record<string, unknown>>;
}

/** A Release and not a Chart: some charts make their certificates in Helm hooks, which a Chart leaves out. */
function chart(name: string, from: string, version: string, { namespace, repo, values = {} }: ChartOptions): Release {
    return new Release(name, {
        name,
        chart: from,
        version,
        namespace,
        createNamespace: true,
        ...(repo === undefined ? {} : { repositoryOpts: { repo } }),
        values,
        atomic: true,
        skipAwait: false,
        timeout: 600,
    });
}

function manifest(name: string, path: string, dependsOn: pulumi.Resource[] = []): ConfigFile {
    return new ConfigFile(name, { file: `https://github.com/${path}` }, { dependsOn });
}

/** Envoy Gateway, with the definitions of the Gateway API that it is made for. */
function gateway({ gatewayClass }: Settings): pulumi.Resource {
    const release = chart("envoy-gateway", "oci://docker.io/envoyproxy/gateway-helm", `v${VERSIONS.gateway}`, {
        namespace: GATEWAY_NAMESPACE,
    });
    return new CustomResource(
        "gateway-class",
        {
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "GatewayClass",
            metadata: { name: gatewayClass },
            spec: { controllerName: "gateway.envoyproxy.io/gatewayclass-controller" },
        },
        { dependsOn: [release] },
    );
}

function cloudnativepg({ postgres }: Settings): pulumi.Resource {
    const version = VERSIONS.cloudnativepg;
    const file = `cloudnative-pg/cloudnative-pg/releases/download/v${version}/cnpg-${version}.yaml`;
    const operator = manifest("cloudnative-pg", file);
    const images = Object.entries(postgres).map(([major, image]) => ({ major: Number(major), image }));
    return new CustomResource(
        "postgres-catalog",
        {
            apiVersion: "postgresql.cnpg.io/v1",
            kind: "ClusterImageCatalog",
            metadata: { name: POSTGRES_CATALOG },
            spec: { images },
        },
        { dependsOn: [operator] },
    );
}

/** RabbitMQ publishes manifests, no charts. */
function rabbitmq(certManager: pulumi.Resource | undefined): pulumi.Resource {
    // Both have webhooks, whose certificates cert-manager makes.
    const certificates = certManager === undefined ? [] : [certManager];
    const cluster = manifest(
        "rabbitmq-cluster-operator",
        `rabbitmq/cluster-operator/releases/download/v${VERSIONS.rabbitmq}/cluster-operator.yml`,
        certificates,
    );
    const topology = "messaging-topology-operator-with-certmanager.yaml";
    return manifest(
        "rabbitmq-topology-operator",
        `rabbitmq/messaging-topology-operator/releases/download/v${VERSIONS.rabbitmqTopology}/${topology}`,
        [cluster, ...certificates],
    );
}
