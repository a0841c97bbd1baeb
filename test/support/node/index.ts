/**
 * A real Kubernetes cluster of one node: control plane, kubelet, kube-proxy, containerd and runc, in a network of its own.
 * Containers run. It needs root, and a machine that may be thrown away: kubelet makes cgroups and never takes them away.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ApiClient } from "../control-plane/client.js";
import { startServers } from "../control-plane/index.js";
import { isTrue } from "../control-plane/objects.js";
import { controlPlanePrograms, KUBERNETES_VERSION } from "../control-plane/programs.js";
import { Servers } from "../control-plane/servers.js";
import { processesMentioning } from "../leftovers.js";
import { clusterBasics } from "./basics.js";
import { containerdConfig, kubeletConfig, NODE_NAME, podNetworkConfig, proxyConfig, socketOf } from "./configs.js";
import { makeClusterCredentials } from "./credentials.js";
import { Images } from "./images.js";
import { NODE, NodeNetwork } from "./network.js";
import { nodePrograms } from "./programs.js";
import { run } from "./shell.js";

export interface Cluster {
    readonly client: ApiClient;
    readonly images: Images;
    readonly folder: string;
    /** Runs kubectl. @returns its output */
    kubectl(args: readonly string[], input?: string): string;
    helm(args: readonly string[]): string;
    stop(): Promise<void>;
}

const READY_SECONDS = 120;

export async function startCluster(): Promise<Cluster> {
    const [programs, plane] = [await nodePrograms(KUBERNETES_VERSION), await controlPlanePrograms()];
    const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-node-"));
    const network = new NodeNetwork();
    const [plain, workers] = [new Servers(folder, network.prefix), new Servers(folder, network.prefix)];
    const ctr = path.join(programs.containerd, "ctr");
    const images = new Images(folder, [ctr, "-a", socketOf(folder), "-n", "k8s.io"]);
    const stop = async () => {
        await workers.stop();
        await images.killContainers();
        await plain.stop();
        killShims(folder);
        unmountAll(folder);
        network.down();
        rmSync(folder, { recursive: true, force: true });
    };
    try {
        network.up();
        const credentials = makeClusterCredentials(folder);
        const { caFile, caKeyFile, certFile, keyFile } = credentials;
        write(folder, "containerd.toml", containerdConfig(folder));
        write(folder, "cni/10-pods.conflist", podNetworkConfig(folder));
        plain.start("containerd", path.join(programs.containerd, "containerd"), [`--config=${folder}/containerd.toml`]);
        const { client, kubeconfig } = await startServers(plane, folder, plain, credentials, {
            address: NODE,
            apiServer: [
                `--advertise-address=${NODE}`,
                `--client-ca-file=${caFile}`,
                `--kubelet-client-certificate=${certFile}`,
                `--kubelet-client-key=${keyFile}`,
                "--kubelet-preferred-address-types=InternalIP",
                // Metrics come from API servers of others.
                `--requestheader-client-ca-file=${caFile}`,
                "--requestheader-allowed-names=kube-apiserver",
                "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                "--requestheader-group-headers=X-Remote-Group",
                "--requestheader-username-headers=X-Remote-User",
                `--proxy-client-cert-file=${certFile}`,
                `--proxy-client-key-file=${keyFile}`,
                "--enable-aggregator-routing=true",
            ],
            controllerManager: [`--cluster-signing-cert-file=${caFile}`, `--cluster-signing-key-file=${caKeyFile}`],
        });
        write(folder, "resolv.conf", "nameserver 127.0.0.1\n");
        write(folder, "kubelet.json", kubeletConfig(folder, credentials));
        write(folder, "proxy.json", proxyConfig(kubeconfig));
        workers.start("kubelet", programs.kubelet, [
            `--kubeconfig=${kubeconfig}`,
            `--config=${folder}/kubelet.json`,
            `--root-dir=${folder}/kubelet`,
            `--cert-dir=${folder}/kubelet-pki`,
            `--hostname-override=${NODE_NAME}`,
            `--node-ip=${NODE}`,
            "--node-labels=topology.kubernetes.io/zone=zone-a",
        ]);
        workers.start("kube-proxy", programs.kubeProxy, [`--config=${folder}/proxy.json`]);
        const isReady = async () =>
            isTrue(await client.get({ apiVersion: "v1", kind: "Node", metadata: { name: NODE_NAME } }), "Ready");
        await workers.until("the node is ready", isReady, READY_SECONDS);
        const kubectl = (args: readonly string[], input?: string) =>
            run(programs.kubectl, [`--kubeconfig=${kubeconfig}`, ...args], input);
        const cluster = {
            client,
            images,
            folder,
            kubectl,
            helm: (args: readonly string[]) => run(programs.helm, args),
            stop,
        };
        await clusterBasics(cluster);
        return cluster;
    } catch (error) {
        await stop();
        throw error;
    }
}

function write(folder: string, name: string, content: string | object): void {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
}

/** Shims outlive containerd, so that it may be updated; ours have its socket in their arguments. */
function killShims(folder: string): void {
    for (const { pid, command } of processesMentioning(socketOf(folder))) {
        if (command.includes("containerd-shim")) process.kill(pid, "SIGKILL");
    }
}

/** Pods' volumes, containers' root file systems and networks. */
function unmountAll(folder: string): void {
    const mounted = readFileSync("/proc/mounts", "utf8")
        .split("\n")
        .map((line) => line.split(" ")[1] ?? "")
        .filter((point) => point.startsWith(`${folder}/`));
    for (const point of mounted.reverse()) run("umount", ["--lazy", point]);
}
