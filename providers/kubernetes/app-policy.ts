import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { ground, recordOf } from "./handles.js";
import { type Component, objectLabels } from "./labels.js";
import { type EgressRule, INTERNET, makePolicy, type Peer, wearers } from "./network-policy.js";
import { need } from "./record.js";

export interface AppPolicy {
    readonly component: Component;
    readonly port?: number;
    readonly hasRoutes: boolean;
    readonly clientLabel: string;
    /** What the bindings open. */
    readonly egress: readonly EgressRule[];
    /** Whether it may call the internet. */
    readonly internet: boolean;
}

/** Who may call an app, and whom it and its jobs may call. */
export function makeAppPolicy(scope: Scope, policy: AppPolicy): pulumi.Resource {
    const { port } = policy;
    const peers = pulumi
        .output(policy.hasRoutes ? recordOf(scope) : undefined)
        .apply((record): Peer[] => [
            ...(record === undefined ? [] : need(record, "gateway", `App "${scope.name}"`).from),
            wearers(policy.clientLabel),
        ]);
    return scope.child(
        "policy",
        {
            metadata: {
                name: scope.name,
                namespace: ground(scope, "namespace"),
                labels: objectLabels(scope, policy.component),
            },
            spec: {
                podSelector: {
                    matchLabels: { "app.kubernetes.io/name": scope.name },
                    matchExpressions: [
                        {
                            key: "app.kubernetes.io/component",
                            operator: "In",
                            values: ["web", "worker", "release", "job"],
                        },
                    ],
                },
                policyTypes: ["Ingress", "Egress"],
                ingress: port === undefined ? [] : [{ from: peers, ports: [{ port, protocol: "TCP" }] }],
                egress: [...policy.egress, ...(policy.internet ? [INTERNET] : [])],
            },
        },
        makePolicy,
    );
}
