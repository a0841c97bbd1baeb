import * as path from "node:path";
import { debian, usersLayer } from "../debian.js";
import type { Cluster } from "../index.js";
import { applyText, awaitDeployments, kustomized, moduleOf, programImage } from "./manifests.js";

const CLUSTER_OPERATOR = "ghcr.io/rabbitmq/cluster-operator";
const TOPOLOGY_OPERATOR = "ghcr.io/rabbitmq/messaging-topology-operator";
const VERSION = "of-this-test";
/** What the cluster operator starts where a cluster names no image. */
const BROKER = "docker.io/library/rabbitmq:4.2.6-management";
/** As the operator runs it. */
const BROKER_USER = 999;

/** Both operators; the broker is Debian's. */
export async function installRabbitMQ(cluster: Cluster): Promise<void> {
    const operators = [
        ["rabbitmq-cluster", CLUSTER_OPERATOR, "github.com/rabbitmq/cluster-operator/v2"],
        ["rabbitmq-topology", TOPOLOGY_OPERATOR, "github.com/rabbitmq/messaging-topology-operator"],
    ] as const;
    for (const [name, image, module] of operators) {
        await programImage(cluster, `${image}:${VERSION}`, [name, `${module}/cmd`], ["manager"]);
        const config = path.join(await moduleOf(module), "config", "installation");
        applyText(cluster, kustomized(cluster, config, [[`${image}:latest`, `${image}:${VERSION}`]]));
    }
    const root = await debian("forky", ["rabbitmq-server"]);
    await cluster.images.load([
        {
            name: BROKER,
            layers: [
                root,
                usersLayer(cluster.images, root, { rabbitmq: BROKER_USER }, [
                    "var/lib/rabbitmq",
                    "var/log/rabbitmq",
                    "etc/rabbitmq",
                ]),
            ],
            config: {
                Entrypoint: ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
                Env: [
                    "PATH=/usr/lib/rabbitmq/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                    "RABBITMQ_LOGS=-",
                    "HOME=/var/lib/rabbitmq",
                    "LANG=C.UTF-8",
                ],
            },
        },
    ]);
    awaitDeployments(cluster, "rabbitmq-system");
}
