import * as path from "node:path";
import type { ClusterCredentials } from "./credentials.js";
import { NODE, PODS } from "./network.js";

export const NODE_NAME = "node-1";
export const PAUSE_IMAGE = "twelvefold.test/pause:1";
export const DNS_SERVICE = "10.96.0.10";

export const socketOf = (folder: string) => path.join(folder, "containerd.sock");

/** All state is in the folder of the test; runc and the network plugins are Debian's. */
export function containerdConfig(folder: string): string {
    return `version = 3
root = "${folder}/containerd/root"
state = "${folder}/containerd/state"
[grpc]
address = "${socketOf(folder)}"
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "${PAUSE_IMAGE}"
[plugins."io.containerd.cri.v1.runtime"]
disable_apparmor = true
# A virtual machine may withhold the right to lower it.
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["/usr/lib/cni"]
conf_dir = "${folder}/cni"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
SystemdCgroup = false
`;
}

/** One bridge for all pods. */
export function podNetworkConfig(folder: string): object {
    const ipam = {
        type: "host-local",
        dataDir: `${folder}/addresses`,
        ranges: [[{ subnet: PODS }]],
        routes: [{ dst: "0.0.0.0/0" }],
    };
    const bridge = { type: "bridge", bridge: "pods0", isGateway: true, hairpinMode: true, ipam };
    return {
        cniVersion: "1.0.0",
        name: "pods",
        plugins: [bridge, { type: "portmap", capabilities: { portMappings: true } }],
    };
}

export function kubeletConfig(folder: string, { caFile }: ClusterCredentials): object {
    return {
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        address: NODE,
        authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: caFile } },
        authorization: { mode: "Webhook" },
        cgroupDriver: "cgroupfs",
        failCgroupV1: false,
        failSwapOn: false,
        clusterDNS: [DNS_SERVICE],
        clusterDomain: "cluster.local",
        containerRuntimeEndpoint: `unix://${socketOf(folder)}`,
        resolvConf: `${folder}/resolv.conf`,
        podLogsDir: `${folder}/pod-logs`,
        volumePluginDir: `${folder}/volume-plugins`,
        enforceNodeAllocatable: [],
        // What a test needs of a disk is little; images that go would have to be imported again.
        imageGCHighThresholdPercent: 100,
        evictionHard: { "memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
    };
}

export function proxyConfig(kubeconfig: string): object {
    return {
        apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
        kind: "KubeProxyConfiguration",
        bindAddress: NODE,
        healthzBindAddress: "127.0.0.1:10256",
        metricsBindAddress: "127.0.0.1:10249",
        clientConnection: { kubeconfig },
        mode: "nftables",
        clusterCIDR: PODS,
        hostnameOverride: NODE_NAME,
        conntrack: { maxPerCore: 0 },
    };
}
