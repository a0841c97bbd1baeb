import * as pulumi from "@pulumi/pulumi";
import type { Builder, QueueRequest, Scope } from "../contract.js";
import { waitFor } from "./await.js";
import { AMQPS_PORT, type Broker, brokerOf } from "./broker.js";
import type { FactsOf } from "./facts.js";
import { ground } from "./handles.js";
import { objectLabels } from "./labels.js";
import { Manifest, type ManifestArgs } from "./manifest.js";

/** The consumer timeout is checked once a minute, so less has no meaning. */
const SHORTEST_CONSUMER_TIMEOUT_SECONDS = 60;
/** A queue that nobody empties refuses messages before it fills the broker's disk. */
const MAX_MESSAGES = 1_000_000;
const READY_SECONDS = 300;

/** A replicated quorum queue with dead letters, behind an exchange of its own that can be granted on its own. */
export const queue: Builder<"Queue"> = (scope, request) => {
    const broker = brokerOf(scope);
    const { name } = scope;
    const deletionPolicy = scope.profile === "production" ? "retain" : "delete";
    const ofQueue = { type: "quorum", durable: true, deletionPolicy, vhost: "/" };
    // Arguments cannot be changed later, so everything that can be is in the policy.
    const single = request.fifo ? { arguments: { "x-single-active-consumer": true } } : {};
    const main = topology(scope, broker, "queue", "Queue", name, { name, ...ofQueue, ...single });
    const dead = topology(scope, broker, "dead", "Queue", `${name}-dead`, { name: `${name}.dead`, ...ofQueue });
    const exchange = topology(scope, broker, "exchange", "Exchange", name, {
        name,
        type: "direct",
        durable: true,
        vhost: "/",
    });
    const bound = [main, exchange];
    const binding = topology(
        scope,
        broker,
        "binding",
        "Binding",
        name,
        { source: name, destination: name, destinationType: "queue", routingKey: name, vhost: "/" },
        bound,
    );
    const policy = topology(
        scope,
        broker,
        "policy",
        "Policy",
        name,
        {
            name,
            pattern: `^${name}$`,
            applyTo: "quorum_queues",
            vhost: "/",
            definition: definitionOf(name, request),
        },
        [main, dead],
    );
    const namespace = ground(scope, "namespace");
    const ready = pulumi.all([broker.host, binding.urn, policy.urn]).apply(([host]) => host);
    const order = request.fifo ? "?fifo=true" : "";
    const address = (queue: string) => pulumi.interpolate`amqps://${ready}:${AMQPS_PORT}/queues/${queue}${order}`;
    return {
        outputs: { url: address(name), deadLetterUrl: address(`${name}.dead`) },
        handle: {
            cluster: ground(scope, "cluster"),
            namespace,
            host: ready,
            port: AMQPS_PORT,
            broker: broker.ready,
            queue: name,
            exchange: name,
            fifo: request.fifo,
            clientLabel: broker.clientLabel,
            podLabels: broker.podLabels,
        },
        facts: { clientLabel: broker.clientLabel } satisfies FactsOf["Queue"],
    };
};

/** One object of the topology operator. */
function topology(
    scope: Scope,
    broker: Broker,
    key: string,
    kind: string,
    name: string,
    spec: Readonly<Record<string, unknown>>,
    dependsOn: pulumi.Resource[] = [],
): Manifest {
    return scope.child(
        key,
        {
            apiVersion: "rabbitmq.com/v1beta1",
            kind,
            metadata: {
                name,
                namespace: ground(scope, "namespace"),
                labels: objectLabels(scope, "broker"),
                annotations: waitFor("condition=Ready", READY_SECONDS),
            },
            spec: { ...spec, rabbitmqClusterReference: { name: broker.ready } },
        },
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
        { dependsOn },
    );
}

function definitionOf(name: string, request: QueueRequest): pulumi.Output<Readonly<Record<string, unknown>>> {
    return pulumi.all([request.maxDeliveries, request.retentionSeconds, request.visibilityTimeoutSeconds]).apply(
        ([maxDeliveries, retentionSeconds, visibilityTimeoutSeconds]): Readonly<Record<string, unknown>> => ({
            // It counts returns, and a message is delivered once more than it returns.
            "delivery-limit": maxDeliveries - 1,
            "dead-letter-exchange": "",
            "dead-letter-routing-key": `${name}.dead`,
            "dead-letter-strategy": "at-least-once",
            overflow: "reject-publish",
            "max-length": MAX_MESSAGES,
            "message-ttl": retentionSeconds * 1000,
            "consumer-timeout": Math.max(SHORTEST_CONSUMER_TIMEOUT_SECONDS, visibilityTimeoutSeconds) * 1000,
        }),
    );
}
