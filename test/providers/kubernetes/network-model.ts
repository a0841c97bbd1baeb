import type { Recorded } from "twelvefold/testing";
import type { Json } from "./programs.js";

/** Something that has an address: a pod, or a host outside. */
export interface Endpoint {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly namespace: string;
    readonly namespaceLabels: Readonly<Record<string, string>>;
    /** Address of a host outside of the cluster. */
    readonly address?: string;
}

interface Policy {
    readonly namespace: string;
    readonly spec: Json;
}

/** What NetworkPolicies mean: a pod that none selects is open; one that some select is open to what any of them lets. */
export class Network {
    private readonly policies: readonly Policy[];

    constructor(resources: readonly Recorded[]) {
        this.policies = resources
            .filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy")
            .map(({ inputs }) => ({
                namespace: String((inputs.metadata as Json).namespace),
                spec: inputs.spec as Json,
            }));
    }

    allows(from: Endpoint, to: Endpoint, port: number, protocol = "TCP"): boolean {
        return this.lets("Egress", from, to, port, protocol) && this.lets("Ingress", to, from, port, protocol);
    }

    private lets(
        direction: "Ingress" | "Egress",
        at: Endpoint,
        peer: Endpoint,
        port: number,
        protocol: string,
    ): boolean {
        if (at.address !== undefined) return true;
        const selecting = this.policies.filter(
            ({ namespace, spec }) =>
                namespace === at.namespace &&
                list(spec.policyTypes).some((type) => String(type) === direction) &&
                selects(spec.podSelector as Json, at.labels),
        );
        if (selecting.length === 0) return true;
        return selecting.some(({ namespace, spec }) =>
            list(direction === "Ingress" ? spec.ingress : spec.egress).some((rule) => {
                const peers = list(direction === "Ingress" ? rule.from : rule.to);
                const ports = list(rule.ports);
                return (
                    (peers.length === 0 || peers.some((one) => isPeer(one, peer, namespace))) &&
                    (ports.length === 0 || ports.some((one) => covers(one, port, protocol)))
                );
            }),
        );
    }
}

function list(value: Json | undefined): readonly Json[] {
    return (value ?? []) as unknown as readonly Json[];
}

function covers(one: Json, port: number, protocol: string): boolean {
    if (String(one.protocol ?? "TCP") !== protocol) return false;
    return port >= Number(one.port) && port <= Number(one.endPort ?? one.port);
}

function isPeer(peer: Json, endpoint: Endpoint, namespaceOfPolicy: string): boolean {
    if (peer.ipBlock !== undefined) {
        const block = peer.ipBlock as Json;
        const { address } = endpoint;
        if (address === undefined || address.includes(":") !== String(block.cidr).includes(":")) return false;
        return (
            inBlock(address, String(block.cidr)) && !list(block.except).some((cidr) => inBlock(address, String(cidr)))
        );
    }
    if (endpoint.address !== undefined) return false;
    const inNamespace =
        peer.namespaceSelector === undefined
            ? endpoint.namespace === namespaceOfPolicy
            : selects(peer.namespaceSelector as Json, endpoint.namespaceLabels);
    return inNamespace && (peer.podSelector === undefined || selects(peer.podSelector as Json, endpoint.labels));
}

function selects(selector: Json, labels: Readonly<Record<string, string>>): boolean {
    const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === String(value));
    const expressions = list(selector.matchExpressions).every((one) => {
        const value = labels[String(one.key)];
        if (String(one.operator) === "Exists") return value !== undefined;
        return value !== undefined && list(one.values).some((allowed) => String(allowed) === value);
    });
    return equal && expressions;
}

function inBlock(address: string, cidr: string): boolean {
    const [base = "", bits = "0"] = cidr.split("/");
    if (base.includes(":")) return bits === "0";
    const number = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = 2 ** (32 - Number(bits));
    return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}
