import * as path from "node:path";
import { goTools } from "../go-tools.js";

export interface Programs {
    readonly etcd: string;
    readonly apiServer: string;
    readonly controllerManager: string;
    readonly scheduler: string;
    readonly kwok: string;
}

const MINOR = 36;
export const KUBERNETES_VERSION = `v1.${MINOR}.3`;

/** The programs of a control plane, built where they are not in the cache: about five minutes on two cores. */
export async function controlPlanePrograms(): Promise<Programs> {
    const variables = "k8s.io/component-base/version";
    const kubernetes = await goTools({
        module: "kubernetes",
        packages: [
            "k8s.io/kubernetes/cmd/kube-apiserver",
            "k8s.io/kubernetes/cmd/kube-controller-manager",
            "k8s.io/kubernetes/cmd/kube-scheduler",
            "go.etcd.io/etcd/server/v3",
        ],
        linkerFlags: [
            `-X ${variables}.gitVersion=${KUBERNETES_VERSION}`,
            `-X ${variables}.gitMajor=1`,
            `-X ${variables}.gitMinor=${MINOR}`,
        ],
    });
    const kwok = await goTools({ module: "kwok", packages: ["sigs.k8s.io/kwok/cmd/kwok"] });
    return {
        // Go names a program after the last part of its package that is no version.
        etcd: path.join(kubernetes, "server"),
        apiServer: path.join(kubernetes, "kube-apiserver"),
        controllerManager: path.join(kubernetes, "kube-controller-manager"),
        scheduler: path.join(kubernetes, "kube-scheduler"),
        kwok: path.join(kwok, "kwok"),
    };
}
