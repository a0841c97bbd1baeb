import * as path from "node:path";
import { goSources } from "../../go-tools.js";
import type { Cluster } from "../index.js";
import { applyText, awaitDeployments, kustomized, programImage } from "./manifests.js";

const MODULE = ["sigs.k8s.io/metrics-server", "v0.9.0", "h1:nlqqZ2H0Xfko8eJC/1qaNVVT17hu4rxndkOi22KTZ4w="] as const;
const IMAGE = "registry.k8s.io/metrics-server/metrics-server:v0.9.0";

export async function installMetrics(cluster: Cluster): Promise<void> {
    const [name] = MODULE;
    await programImage(cluster, IMAGE, ["metrics-server", `${name}/cmd/metrics-server`], ["metrics-server"]);
    const base = path.join(await goSources(...MODULE), "manifests", "base");
    const text = kustomized(cluster, base, [
        ["gcr.io/k8s-staging-metrics-server/metrics-server:master", IMAGE],
        // The kubelet of this node signs its own certificate.
        [/( +)- --kubelet-use-node-status-port/g, "$1- --kubelet-use-node-status-port\n$1- --kubelet-insecure-tls"],
    ]);
    applyText(cluster, text);
    awaitDeployments(cluster, "kube-system");
}
