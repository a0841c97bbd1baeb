import type { Recorded } from "twelvefold/testing";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { isTrue } from "../../../support/control-plane/objects.js";
import type { Cluster } from "../../../support/node/index.js";
import { installCertManager } from "../../../support/node/operators/cert-manager.js";
import { installCloudNativePG, POSTGRES } from "../../../support/node/operators/cloudnativepg.js";
import { installGateway } from "../../../support/node/operators/gateway.js";
import { installMetrics } from "../../../support/node/operators/metrics.js";
import { installRabbitMQ } from "../../../support/node/operators/rabbitmq.js";
import { runPlatform } from "../../../support/stacks.js";
import { manifestsOf, stateOf } from "../manifests.js";

const AUTHORITY = { apiVersion: "v1", kind: "Secret", metadata: { name: "twelvefold-ca", namespace: "cert-manager" } };
const INSTALLED = ["certManager", "gateway", "cloudnativepg", "rabbitmq", "metricsServer"];

/**
 * Operators from their modules, because charts and manifests cannot be downloaded here; everything that stacks/platform
 * makes beside them, as it makes it.
 *
 * @returns the platform record that it wrote
 */
export async function makePlatform(cluster: Cluster, nodeImage: string): Promise<Record<string, unknown>> {
    await installCertManager(cluster);
    await installMetrics(cluster);
    await installCloudNativePG(cluster);
    await installRabbitMQ(cluster);
    await installGateway(cluster);
    // Who signs is known only once somebody can.
    const issuers = (await objects()).filter(({ apiVersion }) => apiVersion.startsWith("cert-manager.io/"));
    for (const object of issuers) await cluster.client.apply(object);
    for (const object of issuers) {
        await cluster.client.waitFor(object, "ready", (live) => isTrue(live, "Ready"));
    }
    const secret = await cluster.client.get(AUTHORITY);
    // Of log stores none can be had as a module; lines stay on the node.
    const logs = { classes: [{ retentionDays: 7, query: "kubectl logs --selector=twelvefold.dev/log-sink={sink}" }] };
    const all = await objects(secret?.data as object, {
        images: { node: nodeImage },
        registry: "registry.test",
        logs,
    });
    for (const object of all) {
        const kind = object.kind.replace(/Patch$/, "");
        await cluster.client.apply({ ...object, kind });
    }
    cluster.kubectl(["--namespace=rabbitmq-system", "rollout", "status", "deployment", "--timeout=120s"]);
    const record = all.find(({ metadata }) => metadata.name === "twelvefold-platform");
    return { metadata: record?.metadata, data: record?.data };
}

async function objects(authority?: object, record: object = {}): Promise<readonly ApiObject[]> {
    const config = {
        install: JSON.stringify(INSTALLED),
        postgres: JSON.stringify({ [POSTGRES.major]: POSTGRES.image }),
        record: JSON.stringify(record),
    };
    const named = stateOf("1");
    const state = (resource: Recorded) =>
        authority !== undefined && resource.type.endsWith(":Secret") && resource.id !== undefined
            ? { data: authority }
            : named(resource);
    // Releases of charts, and manifests by their address.
    const ofOthers = ["helm.sh/v3", "yaml/v2"];
    return manifestsOf(await runPlatform(config, state)).filter(({ apiVersion }) => !ofOthers.includes(apiVersion));
}
