import * as path from "node:path";
import { goTools } from "../go-tools.js";

/** The programs of a node, in the versions of test/support/go; containerd's runc, CNI plugins and nft are Debian's. */
export interface NodePrograms {
    readonly kubelet: string;
    readonly kubeProxy: string;
    readonly kubectl: string;
    readonly helm: string;
    /** containerd, its shim and ctr. */
    readonly containerd: string;
}

export async function nodePrograms(version: string): Promise<NodePrograms> {
    const kubernetes = await goTools({
        module: "kubernetes",
        packages: ["kubelet", "kube-proxy", "kubectl"].map((name) => `k8s.io/kubernetes/cmd/${name}`),
        linkerFlags: [`-X k8s.io/component-base/version.gitVersion=${version}`],
    });
    const helm = await goTools({ module: "helm", packages: ["helm.sh/helm/v3/cmd/helm"] });
    return {
        kubelet: path.join(kubernetes, "kubelet"),
        kubeProxy: path.join(kubernetes, "kube-proxy"),
        kubectl: path.join(kubernetes, "kubectl"),
        helm: path.join(helm, "helm"),
        containerd: await goTools({
            module: "containerd",
            packages: ["containerd", "containerd-shim-runc-v2", "ctr"].map(
                (name) => `github.com/containerd/containerd/v2/cmd/${name}`,
            ),
            // Of the ways to store layers, those that need libraries of C.
            tags: ["no_btrfs", "no_zfs"],
        }),
    };
}
