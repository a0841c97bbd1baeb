import { Secret, type SecretArgs } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword, type RandomPasswordArgs } from "@pulumi/random";
import type { Attachment, Scope } from "../contract.js";
import { shortHash } from "../naming.js";
import { waitFor } from "./await.js";
import { AMQPS_PORT } from "./broker.js";
import { field, namespaceOf, type QueueHandle } from "./handles.js";
import { objectLabels } from "./labels.js";
import { Manifest, type ManifestArgs } from "./manifest.js";
import { dnsName } from "./names.js";
import { CA_FILE } from "./pod.js";

/** What a broker user may do with its one queue. */
export type QueueRight = "send" | "receive" | "measure";

const READY_SECONDS = 300;

/**
 * A broker user with one right on one queue. It lives beside the broker, also when that belongs to another stack.
 *
 * @param id what tells this user from the component's others: the variable that gets the URL
 * @returns its URL, once it may be used
 */
export function brokerUser(
    scope: Scope,
    id: string,
    to: Attachment<"Queue">,
    right: QueueRight,
): pulumi.Output<string> {
    const hash = shortHash(`${scope.project}/${scope.stack}/${scope.name}/${id}`, 6);
    const name = `${dnsName(`${scope.name}-${id.toLowerCase().replaceAll("_", "-")}`, 200)}-${hash}`;
    const namespace = namespaceOf(scope, to);
    const labels = objectLabels(scope, "broker");
    const password = scope.child(
        "password",
        { length: 32, special: false },
        (child, args: RandomPasswordArgs, opts) => new RandomPassword(child, args, opts),
        {},
        id,
    );
    const credentials = scope.child(
        "credentials",
        {
            // Without the label the operator does not see the Secret.
            metadata: { name, namespace, labels: { ...labels, "rabbitmq.com/topology-operator": "true" } },
            type: "Opaque",
            stringData: { username: name, password: password.result },
        },
        (child, args: SecretArgs, opts) => new Secret(child, args, opts),
        {},
        id,
    );
    const manifest = (key: string, kind: string, spec: Readonly<Record<string, unknown>>) =>
        scope.child(
            key,
            {
                apiVersion: "rabbitmq.com/v1beta1",
                kind,
                metadata: { name, namespace, labels, annotations: waitFor("condition=Ready", READY_SECONDS) },
                spec: { ...spec, rabbitmqClusterReference: { name: field<QueueHandle, "broker">(to, "broker") } },
            },
            (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
            { dependsOn: credentials },
            id,
        );
    const user = manifest("user", "User", { importCredentialsSecret: { name } });
    const queue = field<QueueHandle, "queue">(to, "queue");
    const exchange = field<QueueHandle, "exchange">(to, "exchange");
    const permission = manifest("permission", "Permission", {
        vhost: "/",
        userReference: { name: user.urn.apply(() => name) },
        permissions: pulumi.all([queue, exchange]).apply(([queue, exchange]) => permissionsOf(right, queue, exchange)),
    });
    return pulumi.secret(
        pulumi
            .all([
                field<QueueHandle, "host">(to, "host"),
                password.result,
                queue,
                exchange,
                field<QueueHandle, "fifo">(to, "fifo"),
                permission.urn,
            ])
            .apply(([host, secret, queue, exchange, fifo]) =>
                urlOf(right, `${name}:${secret}@${host}:${AMQPS_PORT}`, { queue, exchange, fifo }),
            ),
    );
}

function permissionsOf(right: QueueRight, queue: string, exchange: string): Readonly<Record<string, string>> {
    const exactly = (name: string) => `^${name}$`;
    return {
        configure: "",
        write: right === "send" ? exactly(exchange) : "",
        read: right === "send" ? "" : exactly(queue),
    };
}

function urlOf(
    right: QueueRight,
    authority: string,
    { queue, exchange, fifo }: Pick<QueueHandle, "queue" | "exchange" | "fifo">,
): string {
    // KEDA speaks AMQP 0.9.1, where the path is the virtual host.
    if (right === "measure") return `amqps://${authority}/%2F`;
    // Sending to the queue itself would go through the default exchange, and so need a right on every queue.
    const address = right === "send" ? `exchanges/${exchange}/${exchange}` : `queues/${queue}`;
    return `amqps://${authority}/${address}?cacertfile=${CA_FILE}${fifo ? "&fifo=true" : ""}`;
}
