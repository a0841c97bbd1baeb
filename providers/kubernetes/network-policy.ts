import { NetworkPolicy, type NetworkPolicyArgs } from "@pulumi/kubernetes/networking/v1";
import type { input } from "@pulumi/kubernetes/types";
import * as pulumi from "@pulumi/pulumi";
import { type Labels, PROJECT_LABEL } from "./labels.js";

export type Peer = input.networking.v1.NetworkPolicyPeer;
export type IngressRule = input.networking.v1.NetworkPolicyIngressRule;
export type EgressRule = input.networking.v1.NetworkPolicyEgressRule;
type Port = pulumi.Input<number>;

export const makePolicy = (name: string, args: NetworkPolicyArgs, opts: pulumi.CustomResourceOptions): NetworkPolicy =>
    new NetworkPolicy(name, args, opts);

/** Pods that wear a label, in a namespace of any stack. */
export function wearers(label: string): Peer {
    return {
        podSelector: { matchLabels: { [label]: "true" } },
        namespaceSelector: { matchExpressions: [{ key: PROJECT_LABEL, operator: "Exists" }] },
    };
}

/** Pods with these labels in one namespace. */
export function podsOf(namespace: pulumi.Input<string>, labels: pulumi.Input<Labels>): Peer {
    return {
        podSelector: { matchLabels: labels as pulumi.Input<Record<string, string>> },
        namespaceSelector: inNamespace(namespace),
    };
}

export function inNamespace(name: pulumi.Input<string>): input.meta.v1.LabelSelector {
    return { matchLabels: { "kubernetes.io/metadata.name": name } };
}

export function fromPeers(peers: pulumi.Input<pulumi.Input<Peer>[]>, ...ports: Port[]): IngressRule {
    return { from: peers, ports: ports.map(tcp) };
}

export function toPeers(peers: pulumi.Input<pulumi.Input<Peer>[]>, ...ports: Port[]): EgressRule {
    return { to: peers, ports: ports.map(tcp) };
}

export function tcp(port: Port): input.networking.v1.NetworkPolicyPort {
    return { port, protocol: "TCP" };
}

/** Everything that is no private network, and not the metadata address. */
export const INTERNET: EgressRule = {
    to: [
        {
            ipBlock: {
                cidr: "0.0.0.0/0",
                except: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"],
            },
        },
        { ipBlock: { cidr: "::/0", except: ["fc00::/7", "fe80::/10"] } },
    ],
};

/** The API server, wherever it listens. */
export const API_SERVER: EgressRule = { ports: [tcp(443), tcp(6443)] };

/** Labels of things to attach to, worn by pods; a plain object where all are known. */
export function wearing(labels: readonly pulumi.Input<string>[]): pulumi.Input<Labels> {
    const record = (known: readonly string[]): Labels =>
        Object.fromEntries([...new Set(known)].sort().map((label) => [label, "true"]));
    const plain = labels.filter((label) => typeof label === "string");
    return plain.length === labels.length ? record(plain) : pulumi.all([...labels]).apply(record);
}
