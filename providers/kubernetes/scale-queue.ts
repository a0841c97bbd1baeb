import { Secret, type SecretArgs } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { AutoscalerRequest, Scope } from "../contract.js";
import { brokerUser } from "./broker-user.js";
import { field, ground, type QueueHandle, recordOf } from "./handles.js";
import { objectLabels } from "./labels.js";
import { Manifest, type ManifestArgs } from "./manifest.js";
import type { Trigger } from "./scale-triggers.js";

/** The trigger for waiting messages, with a login of its own that may only look. */
export function queueTrigger(
    scope: Scope,
    { queue, messages }: NonNullable<AutoscalerRequest["queueBacklogPerReplica"]>,
): pulumi.Output<Trigger> {
    const namespace = ground(scope, "namespace");
    const labels = objectLabels(scope, "broker");
    const secret = scope.child(
        "measure",
        {
            metadata: { namespace, labels },
            type: "Opaque",
            immutable: true,
            stringData: {
                host: brokerUser(scope, "measure", queue, "measure"),
                tls: "enable",
                ca: recordOf(scope).apply(({ ca }) => ca),
            },
        },
        (child, args: SecretArgs, opts) => new Secret(child, args, opts),
    );
    const name = `${scope.name}-queue`;
    const authentication = scope.child(
        "authentication",
        {
            apiVersion: "keda.sh/v1alpha1",
            kind: "TriggerAuthentication",
            metadata: { name, namespace, labels },
            spec: {
                secretTargetRef: ["host", "tls", "ca"].map((key) => ({
                    parameter: key,
                    name: secret.metadata.name,
                    key,
                })),
            },
        },
        (child, args: ManifestArgs, opts) => new Manifest(child, args, opts),
    );
    return pulumi.all([field<QueueHandle, "queue">(queue, "queue"), authentication.urn]).apply(
        ([queueName]): Trigger => ({
            type: "rabbitmq",
            metadata: { protocol: "amqp", queueName, mode: "QueueLength", value: String(messages) },
            authenticationRef: { name },
        }),
    );
}
