import { chmodSync, mkdirSync } from "node:fs";
import * as path from "node:path";
import { type ApiObject, isTrue, type PodSpec } from "../control-plane/objects.js";
import { goTools } from "../go-tools.js";
import { DNS_SERVICE, PAUSE_IMAGE } from "./configs.js";
import type { Cluster } from "./index.js";

const DNS_IMAGE = "twelvefold.test/coredns:1";
const VOLUMES = 8;

/** What every cluster has: names, disks, and the right of its own API server to ask kubelets. */
export async function clusterBasics({ client, images, folder }: Cluster): Promise<void> {
    const [pause, coredns] = [
        await goTools({ module: "pause", packages: ["."] }),
        await goTools({ module: "coredns", packages: ["github.com/coredns/coredns"] }),
    ];
    await images.load([
        {
            name: PAUSE_IMAGE,
            layers: [images.layer({ pause: path.join(pause, "pause") })],
            config: { Entrypoint: ["/pause"] },
        },
        {
            name: DNS_IMAGE,
            layers: [images.layer({ coredns: path.join(coredns, "coredns") })],
            config: { Entrypoint: ["/coredns"] },
        },
    ]);
    for (const object of [...rights(), ...dns(), ...storage(folder)]) await client.apply(object);
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "coredns", namespace: SYSTEM } };
    await client.waitFor(deployment, "available", (live) => isTrue(live, "Available"));
}

interface InNamespace {
    readonly name: string;
    readonly namespace: string;
}

const SYSTEM = "kube-system";
const RBAC = "rbac.authorization.k8s.io";

function mayDo(name: string, role: string, subject: object): ApiObject {
    return {
        apiVersion: `${RBAC}/v1`,
        kind: "ClusterRoleBinding",
        metadata: { name },
        roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
        subjects: [subject],
    };
}

/** An account of its own for a program, with the rights of a role. */
export function accountWith(role: string, metadata: InNamespace): readonly ApiObject[] {
    return [
        { apiVersion: "v1", kind: "ServiceAccount", metadata },
        mayDo(metadata.name, role, { kind: "ServiceAccount", ...metadata }),
    ];
}

/** One pod under the account of its name. */
export function deploymentOf(
    metadata: InNamespace,
    labels: Readonly<Record<string, string>>,
    pod: Pick<PodSpec, "containers"> & Readonly<Record<string, unknown>>,
): ApiObject {
    const template = { metadata: { name: "", labels }, spec: { serviceAccountName: metadata.name, ...pod } };
    const spec = { selector: { matchLabels: labels }, template };
    return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
}

function rights(): readonly ApiObject[] {
    return [
        mayDo("api-server-kubelet", "system:kubelet-api-admin", {
            kind: "User",
            apiGroup: RBAC,
            name: "kube-apiserver",
        }),
    ];
}

function dns(): readonly ApiObject[] {
    const metadata = { name: "coredns", namespace: SYSTEM };
    const labels = { "k8s-app": "kube-dns" };
    const zone = "kubernetes cluster.local in-addr.arpa ip6.arpa {\n pods insecure\n ttl 5\n }";
    const container = {
        name: "coredns",
        image: DNS_IMAGE,
        args: ["-conf", "/etc/coredns/Corefile"],
        volumeMounts: [{ name: "config", mountPath: "/etc/coredns" }],
        readinessProbe: { httpGet: { path: "/ready", port: 8181 } },
    };
    const ports = ["UDP", "TCP"].map((protocol) => ({ name: protocol.toLowerCase(), port: 53, protocol }));
    return [
        {
            apiVersion: `${RBAC}/v1`,
            kind: "ClusterRole",
            metadata: { name: "coredns" },
            rules: [
                { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
                { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
            ],
        },
        ...accountWith("coredns", metadata),
        { apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile: `.:53 {\n errors\n ready\n ${zone}\n}\n` } },
        deploymentOf(metadata, labels, {
            dnsPolicy: "Default",
            containers: [container],
            volumes: [{ name: "config", configMap: { name: "coredns" } }],
        }),
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "kube-dns", namespace: SYSTEM },
            spec: { clusterIP: DNS_SERVICE, selector: labels, ports },
        },
    ];
}

/** A few disks that are folders of the node. */
function storage(folder: string): readonly ApiObject[] {
    const storageClassName = "standard";
    const volumes = Array.from({ length: VOLUMES }, (_, index): ApiObject => {
        const at = path.join(folder, "volumes", String(index));
        mkdirSync(at, { recursive: true });
        chmodSync(at, 0o777);
        return {
            apiVersion: "v1",
            kind: "PersistentVolume",
            metadata: { name: `disk-${index}` },
            spec: {
                capacity: { storage: "100Gi" },
                accessModes: ["ReadWriteOnce"],
                persistentVolumeReclaimPolicy: "Retain",
                storageClassName,
                hostPath: { path: at },
            },
        };
    });
    const isDefault = { "storageclass.kubernetes.io/is-default-class": "true" };
    return [
        {
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            metadata: { name: storageClassName, annotations: isDefault },
            provisioner: "kubernetes.io/no-provisioner",
            volumeBindingMode: "WaitForFirstConsumer",
        },
        ...volumes,
    ];
}
