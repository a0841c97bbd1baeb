/**
 * Where lines of apps are kept: a store for each retention class, and an agent on each node that reads what containers
 * print and takes each line to the store of the pod's class. Agent and stores belong to the cluster: the agent reads files
 * of the node, which no namespace of apps allows, and no agent takes an address from a label.
 */
import { DaemonSet, StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, Namespace, Service, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { ClusterRole, ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { PlatformRecord } from "twelvefold/kubernetes";
import { pinned } from "./images.js";
import { agentConfig } from "./log-agent.js";
import { type LogClass, VERSIONS } from "./settings.js";

const LOGS_NAMESPACE = "twelvefold-logs";
const STORE_PORT = 9428;
const AGENT = { app: "log-agent" };
const AGENT_HEALTH_PORT = 13133;
/** Where the agent keeps how far it has read, on the node. */
const AGENT_STATE = "/var/lib/twelvefold-log-agent";

/** @returns what others wait for */
export function installLogs(classes: readonly LogClass[]): pulumi.Resource {
    const namespace = new Namespace("logs", {
        metadata: {
            name: LOGS_NAMESPACE,
            // The agent mounts folders of the node.
            labels: { "pod-security.kubernetes.io/enforce": "privileged" },
        },
    });
    const store = pinned(`docker.io/victoriametrics/victoria-logs:v${VERSIONS.logStore}`);
    const agent = pinned(`docker.io/otel/opentelemetry-collector-contrib:${VERSIONS.logAgent}`);
    const stores = classes.map((one) => makeStore(one, store, namespace));
    return makeAgent(classes, agent, [namespace, ...stores]);
}

/** The part of the platform record that is about logs. */
export function logsRecord(classes: readonly LogClass[]): NonNullable<PlatformRecord["logs"]> {
    return {
        classes: classes.map(({ retentionDays }) => ({
            retentionDays,
            // LogsQL; the address is that of the cluster: kubectl port-forward, or a gateway in front of it.
            query:
                `${storeUrl(retentionDays)}/select/vmui/#/?query=` +
                `${encodeURIComponent('"k8s.namespace.name":="')}{namespace}${encodeURIComponent('" "twelvefold.sink":="')}{sink}${encodeURIComponent('"')}`,
        })),
    };
}

const storeName = (retentionDays: number) => `store-${retentionDays}d`;
const storeUrl = (retentionDays: number) => `http://${storeName(retentionDays)}.${LOGS_NAMESPACE}.svc:${STORE_PORT}`;

function makeStore(
    { retentionDays, gib }: LogClass,
    image: pulumi.Input<string>,
    namespace: Namespace,
): pulumi.Resource {
    const name = storeName(retentionDays);
    const labels = { app: name };
    const metadata = { name, namespace: namespace.metadata.name, labels };
    const service = new Service(`logs-${name}`, {
        metadata,
        spec: { selector: labels, ports: [{ name: "http", port: STORE_PORT, targetPort: "http" }] },
    });
    new NetworkPolicy(`logs-${name}`, {
        metadata,
        spec: {
            podSelector: { matchLabels: labels },
            policyTypes: ["Ingress"],
            ingress: [
                { from: [{ podSelector: { matchLabels: AGENT } }], ports: [{ port: STORE_PORT, protocol: "TCP" }] },
            ],
        },
    });
    return new StatefulSet(
        `logs-${name}`,
        {
            metadata,
            spec: {
                serviceName: name,
                replicas: 1,
                selector: { matchLabels: labels },
                template: {
                    metadata: { labels },
                    spec: {
                        automountServiceAccountToken: false,
                        enableServiceLinks: false,
                        securityContext: {
                            runAsNonRoot: true,
                            runAsUser: 1000,
                            runAsGroup: 1000,
                            fsGroup: 1000,
                            seccompProfile: { type: "RuntimeDefault" },
                        },
                        containers: [
                            {
                                name: "store",
                                image,
                                args: [
                                    "-storageDataPath=/storage",
                                    `-httpListenAddr=:${STORE_PORT}`,
                                    `-retentionPeriod=${retentionDays}d`,
                                    // Full is worse than forgetful: the oldest lines go when nine tenths are used.
                                    `-retention.maxDiskSpaceUsageBytes=${Math.floor(gib * 0.9 * 1024)}MiB`,
                                ],
                                ports: [{ name: "http", containerPort: STORE_PORT }],
                                readinessProbe: { httpGet: { path: "/health", port: "http" } },
                                livenessProbe: { httpGet: { path: "/health", port: "http" }, failureThreshold: 10 },
                                resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
                                securityContext: {
                                    allowPrivilegeEscalation: false,
                                    readOnlyRootFilesystem: true,
                                    capabilities: { drop: ["ALL"] },
                                },
                                volumeMounts: [{ name: "storage", mountPath: "/storage" }],
                            },
                        ],
                    },
                },
                volumeClaimTemplates: [
                    {
                        metadata: { name: "storage" },
                        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${gib}Gi` } } },
                    },
                ],
            },
        },
        { dependsOn: [service] },
    );
}

function makeAgent(
    classes: readonly LogClass[],
    image: pulumi.Input<string>,
    dependsOn: pulumi.Resource[],
): pulumi.Resource {
    const metadata = { name: "log-agent", namespace: LOGS_NAMESPACE, labels: AGENT };
    const account = new ServiceAccount("log-agent", { metadata }, { dependsOn });
    const role = new ClusterRole("log-agent", {
        metadata: { name: "twelvefold-log-agent" },
        rules: [
            { apiGroups: [""], resources: ["pods", "namespaces"], verbs: ["get", "list", "watch"] },
            { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list", "watch"] },
        ],
    });
    const binding = new ClusterRoleBinding("log-agent", {
        metadata: { name: "twelvefold-log-agent" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: metadata.name, namespace: LOGS_NAMESPACE }],
    });
    const stores = classes.map(({ retentionDays }) => ({ retentionDays, url: storeUrl(retentionDays) }));
    const config = agentConfig(stores, {
        namespace: LOGS_NAMESPACE,
        state: AGENT_STATE,
        healthPort: AGENT_HEALTH_PORT,
    });
    // Without a fixed name each change is another map, and so a rollout.
    const map = new ConfigMap(
        "log-agent",
        { metadata: { namespace: LOGS_NAMESPACE }, data: { "config.json": JSON.stringify(config) } },
        { dependsOn },
    );
    return new DaemonSet(
        "log-agent",
        {
            metadata,
            spec: {
                selector: { matchLabels: AGENT },
                template: {
                    metadata: { labels: AGENT },
                    spec: {
                        serviceAccountName: metadata.name,
                        enableServiceLinks: false,
                        // Every node prints.
                        tolerations: [{ operator: "Exists" }],
                        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
                        containers: [
                            {
                                name: "agent",
                                image,
                                args: ["--config=/etc/agent/config.json"],
                                env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
                                ports: [{ name: "health", containerPort: AGENT_HEALTH_PORT }],
                                readinessProbe: { httpGet: { path: "/", port: "health" } },
                                livenessProbe: { httpGet: { path: "/", port: "health" }, failureThreshold: 10 },
                                resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
                                securityContext: {
                                    // Files of containers belong to root.
                                    runAsUser: 0,
                                    allowPrivilegeEscalation: false,
                                    readOnlyRootFilesystem: true,
                                    capabilities: { drop: ["ALL"], add: ["DAC_READ_SEARCH"] },
                                },
                                volumeMounts: [
                                    { name: "config", mountPath: "/etc/agent", readOnly: true },
                                    { name: "pods", mountPath: "/var/log/pods", readOnly: true },
                                    { name: "state", mountPath: AGENT_STATE },
                                ],
                            },
                        ],
                        volumes: [
                            { name: "config", configMap: { name: map.metadata.name } },
                            { name: "pods", hostPath: { path: "/var/log/pods" } },
                            { name: "state", hostPath: { path: AGENT_STATE, type: "DirectoryOrCreate" } },
                        ],
                    },
                },
            },
        },
        { dependsOn: [account, binding] },
    );
}
