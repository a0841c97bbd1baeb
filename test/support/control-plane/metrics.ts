/** The metrics API, with numbers of a test's own: kwok's pods use nothing, and the autoscaler asks this API. */
import { readFileSync } from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { selfSignedCertificate } from "#dist/providers/local/proxy/certificate.js";
import type { ApiClient } from "./client.js";
import type { ControlPlane } from "./index.js";
import { type ApiObject, isTrue } from "./objects.js";

const GROUP = "metrics.k8s.io";
const VERSION = "v1beta1";
const SERVICE: ApiObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "metrics", namespace: "kube-system" },
    // The API server asks there itself; an address on loopback is not allowed as an endpoint.
    spec: { type: "ExternalName", externalName: "localhost" },
};

export interface Metrics {
    /** Milli-CPU that every container of every pod of a namespace uses. */
    use(namespace: string, milliCpu: number): void;
    stop(): Promise<void>;
}

/** Serves metrics.k8s.io beside the API server, as metrics-server does. */
export async function serveMetrics({ client, folder }: ControlPlane): Promise<Metrics> {
    const usage = new Map<string, number>();
    const { certFile, keyFile } = await selfSignedCertificate("127.0.0.1", folder);
    const options = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    const server = https.createServer(options, async (request, response) => {
        const url = new URL(request.url ?? "/", "https://localhost");
        const namespace = /\/namespaces\/([^/]+)\/pods$/.exec(url.pathname)?.[1];
        const body =
            namespace === undefined
                ? discovery()
                : await podMetrics(client, namespace, url.searchParams.get("labelSelector") ?? "", usage);
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    const { port } = server.address() as AddressInfo;
    const api: ApiObject = {
        apiVersion: "apiregistration.k8s.io/v1",
        kind: "APIService",
        metadata: { name: `${VERSION}.${GROUP}` },
        spec: {
            group: GROUP,
            version: VERSION,
            service: { name: "metrics", namespace: "kube-system", port },
            insecureSkipTLSVerify: true,
            groupPriorityMinimum: 100,
            versionPriority: 100,
        },
    };
    await client.apply(SERVICE);
    await client.apply(api);
    await client.waitFor(api, "available", (live) => isTrue(live, "Available"));
    return {
        use: (namespace, milliCpu) => void usage.set(namespace, milliCpu),
        stop: async () => {
            await client.delete(api);
            await client.delete(SERVICE);
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

function discovery(): object {
    const pods = { name: "pods", singularName: "", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] };
    return { kind: "APIResourceList", apiVersion: "v1", groupVersion: `${GROUP}/${VERSION}`, resources: [pods] };
}

async function podMetrics(
    client: ApiClient,
    namespace: string,
    labels: string,
    usage: ReadonlyMap<string, number>,
): Promise<object> {
    const pods = await client.list("v1", "Pod", namespace, labels);
    const cpu = `${usage.get(namespace) ?? 0}m`;
    const items = pods.map(({ metadata: { name }, spec }) => ({
        metadata: { name, namespace },
        // The autoscaler passes over what was measured before the pod was ready.
        timestamp: new Date(Date.now() + 5000).toISOString(),
        window: "1s",
        containers: (spec?.containers as readonly { readonly name: string }[]).map(({ name }) => ({
            name,
            usage: { cpu, memory: "64Mi" },
        })),
    }));
    return { kind: "PodMetricsList", apiVersion: `${GROUP}/${VERSION}`, metadata: {}, items };
}
