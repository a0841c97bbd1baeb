import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { accountWith, deploymentOf } from "../basics.js";
import type { Cluster } from "../index.js";
import { applyText, awaitDeployments, moduleOf, programImage } from "./manifests.js";

const IMAGE = "twelvefold.test/cert-manager:1";
const NAME = "cert-manager";

/** cert-manager's controllers, without its webhook: test/support/go/cert-manager says why it is a program of ours. */
export async function installCertManager(cluster: Cluster): Promise<void> {
    const crds = path.join(await moduleOf("github.com/cert-manager/cert-manager"), "deploy", "crds");
    for (const file of readdirSync(crds).filter((name) => name.endsWith(".yaml"))) {
        applyText(cluster, readFileSync(path.join(crds, file), "utf8"));
    }
    await programImage(cluster, IMAGE, ["cert-manager", "."], ["cert-manager"]);
    const metadata = { name: NAME, namespace: NAME };
    for (const object of [
        { apiVersion: "v1", kind: "Namespace", metadata: { name: NAME } },
        ...accountWith("cluster-admin", metadata),
        deploymentOf(metadata, { app: NAME }, { containers: [{ name: NAME, image: IMAGE }] }),
    ]) {
        await cluster.client.apply(object);
    }
    awaitDeployments(cluster, NAME);
}
