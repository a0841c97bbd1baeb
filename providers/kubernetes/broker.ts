import type { NetworkPolicyArgs } from "@pulumi/kubernetes/networking/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { after } from "../handles.js";
import { shortHash } from "../naming.js";
import { once } from "../shared.js";
import { waitFor } from "./await.js";
import { certificate } from "./certificate.js";
import { isOwnPlatform } from "./facts.js";
import { ground, recordOf } from "./handles.js";
import { clientLabel, objectLabels } from "./labels.js";
import { Manifest, type ManifestArgs } from "./manifest.js";
import { API_SERVER, fromPeers, inNamespace, makePolicy, podsOf, wearers } from "./network-policy.js";
import { need } from "./record.js";

/** The one message broker of a stack. */
export interface Broker {
    /** Its name, once it is ready. */
    readonly ready: pulumi.Output<string>;
    readonly host: pulumi.Output<string>;
    readonly clientLabel: string;
    readonly podLabels: Readonly<Record<string, string>>;
}

export const AMQPS_PORT = 5671;
const READY_SECONDS = 900;

/** Queues are cheap and brokers are not, so all queues on one platform share a RabbitMQ; made with the first queue. */
export function brokerOf(scope: Scope): Broker {
    const own = isOwnPlatform(scope);
    // In the namespace of another stack there may be other brokers.
    const name = own ? "queues" : `queues-${shortHash(`${scope.project}/${scope.stack}`, 8)}`;
    const ofBroker: Scope = { ...scope, name };
    return once(scope, "broker", ({ child }) => {
        const namespace = ground(scope, "namespace");
        const label = clientLabel("Broker", name, scope);
        const labels = objectLabels(ofBroker, "broker");
        const certificateOfBroker = child(
            "broker-certificate",
            certificate(ofBroker, {
                name: `${name}-server`,
                namespace,
                hosts: namespace.apply((ns) => [
                    `${name}.${ns}.svc.cluster.local`,
                    `${name}.${ns}.svc`,
                    `*.${name}-nodes.${ns}.svc.cluster.local`,
                ]),
                component: "broker",
            }),
            (childName, args: ManifestArgs, opts) => new Manifest(childName, args, opts),
        );
        // Before the broker, and on destroy after it: without it the nodes reach nobody.
        const policy = child(
            "broker-policy",
            brokerPolicy(ofBroker, `Queue "${scope.name}"`, namespace, label),
            (childName, args: NetworkPolicyArgs, opts) => makePolicy(childName, args, opts),
        );
        const cluster = child(
            "broker",
            {
                apiVersion: "rabbitmq.com/v1beta1",
                kind: "RabbitmqCluster",
                metadata: {
                    name,
                    namespace,
                    labels,
                    annotations: waitFor("condition=AllReplicasReady", READY_SECONDS),
                },
                spec: recordOf(scope).apply((record) => {
                    need(record, "rabbitmq", `Queue "${scope.name}"`);
                    return clusterSpec(ofBroker, record.images?.rabbitmq, record.storageClass);
                }),
            },
            (childName, args: ManifestArgs, opts) => new Manifest(childName, args, opts),
            { dependsOn: [certificateOfBroker, policy] },
        );
        return {
            ready: after(cluster, name),
            host: namespace.apply((ns) => `${name}.${ns}.svc.cluster.local`),
            clientLabel: label,
            podLabels: { "app.kubernetes.io/name": name },
        };
    });
}

function clusterSpec(
    scope: Scope,
    image: string | undefined,
    storageClassName: string | undefined,
): Readonly<Record<string, unknown>> {
    const production = scope.profile === "production";
    const memory = production ? "2Gi" : "1Gi";
    const apart = {
        topologyKey: "kubernetes.io/hostname",
        labelSelector: { matchLabels: { "app.kubernetes.io/name": scope.name } },
    };
    return {
        replicas: production ? 3 : 1,
        ...(image === undefined ? {} : { image }),
        persistence: {
            storage: production ? "20Gi" : "5Gi",
            ...(storageClassName === undefined ? {} : { storageClassName }),
        },
        resources: {
            limits: { cpu: "1", memory },
            requests: { cpu: production ? "1" : "250m", memory },
        },
        // With a caSecretName the broker would ask every client for a certificate; ours have passwords.
        tls: { secretName: `${scope.name}-server`, disableNonTLSListeners: true },
        // The operator's own default is a week.
        terminationGracePeriodSeconds: production ? 300 : 60,
        delayStartSeconds: 5,
        rabbitmq: {
            additionalConfig: [
                "cluster_partition_handling = pause_minority",
                "default_queue_type = quorum",
                "disk_free_limit.absolute = 1GB",
                "vm_memory_high_watermark.relative = 0.6",
            ].join("\n"),
        },
        affinity: {
            podAntiAffinity: production
                ? { requiredDuringSchedulingIgnoredDuringExecution: [apart] }
                : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: apart }] },
        },
    };
}

function brokerPolicy(scope: Scope, who: string, namespace: pulumi.Output<string>, label: string): NetworkPolicyArgs {
    const nodes = podsOf(namespace, { "app.kubernetes.io/name": scope.name });
    const ranges = [
        { port: 6000, endPort: 6500, protocol: "TCP" },
        { port: 35672, endPort: 35682, protocol: "TCP" },
    ];
    const amongNodes = [...[4369, 25672].map((port) => ({ port, protocol: "TCP" })), ...ranges];
    const record = recordOf(scope);
    const operator = record.apply((known) => [
        { namespaceSelector: inNamespace(need(known, "rabbitmq", who).operatorNamespace) },
    ]);
    // KEDA reads the length of queues.
    const readers = record.apply(({ keda }) => [
        wearers(label),
        ...(keda?.operatorNamespace === undefined ? [] : [{ namespaceSelector: inNamespace(keda.operatorNamespace) }]),
    ]);
    return {
        metadata: { name: `${scope.name}-broker`, namespace, labels: objectLabels(scope, "broker") },
        spec: {
            podSelector: { matchLabels: { "app.kubernetes.io/name": scope.name } },
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                fromPeers(readers, AMQPS_PORT),
                { from: [nodes], ports: amongNodes },
                fromPeers(operator, 15671, 15672),
            ],
            egress: [{ to: [nodes], ports: amongNodes }, API_SERVER],
        },
    };
}
