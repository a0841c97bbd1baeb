import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import { RABBITMQ_NAMESPACE } from "./operators.js";

const NAME = "twelvefold-ca";
const FILE = "ca.crt";

/**
 * Lets the topology operator trust the cluster's own authority. It talks to brokers over HTTPS, believes only what is in
 * its image, and takes no CA of a RabbitmqCluster: without this no queue would ever be made.
 *
 * @param ca PEM of the authority's certificate
 * @see https://www.rabbitmq.com/kubernetes/operator/tls-topology-operator
 */
export function trustAuthority(ca: pulumi.Input<string>, rabbitmq: pulumi.Resource): pulumi.Resource {
    const map = new ConfigMap(
        "rabbitmq-ca",
        { metadata: { name: NAME, namespace: RABBITMQ_NAMESPACE }, data: { [FILE]: ca } },
        { dependsOn: [rabbitmq] },
    );
    return new DeploymentPatch(
        "rabbitmq-topology-trust",
        {
            metadata: { name: "messaging-topology-operator", namespace: RABBITMQ_NAMESPACE },
            spec: {
                template: {
                    spec: {
                        volumes: [{ name: NAME, configMap: { name: map.metadata.name } }],
                        containers: [
                            {
                                name: "manager",
                                volumeMounts: [
                                    // Go reads every file of this folder.
                                    {
                                        name: NAME,
                                        mountPath: `/etc/ssl/certs/${NAME}.crt`,
                                        subPath: FILE,
                                        readOnly: true,
                                    },
                                ],
                            },
                        ],
                    },
                },
            },
        },
        { dependsOn: [rabbitmq] },
    );
}
