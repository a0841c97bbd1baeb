import { ServiceAccount, type ServiceAccountArgs } from "@pulumi/kubernetes/core/v1";
import { Role, type RoleArgs, RoleBinding, type RoleBindingArgs } from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { ground, recordOf } from "./handles.js";
import { objectLabels, selectorLabels } from "./labels.js";
import { API_SERVER, type EgressRule, inNamespace, makePolicy, tcp } from "./network-policy.js";

export interface Rights {
    /** Name of the account, the role and all. */
    readonly name: string;
    readonly services: readonly string[];
    readonly routes: readonly string[];
    readonly deployment: pulumi.Input<string>;
}

/** An account that may do what a shift does, and nothing else. @returns what a pod with this account depends on */
export function makeRights(scope: Scope, rights: Rights): pulumi.Resource[] {
    const { name, services, routes, deployment } = rights;
    const metadata = { name, namespace: ground(scope, "namespace"), labels: objectLabels(scope, "shift") };
    const account = scope.child(
        "shift-account",
        { metadata, automountServiceAccountToken: false, imagePullSecrets: pullSecrets(scope) },
        (child, args: ServiceAccountArgs, opts) => new ServiceAccount(child, args, opts),
    );
    const change = ["get", "patch"];
    const role = scope.child(
        "shift-role",
        {
            metadata,
            rules: [
                { apiGroups: [""], resources: ["services"], resourceNames: [...services], verbs: change },
                {
                    apiGroups: ["gateway.networking.k8s.io"],
                    resources: ["httproutes"],
                    resourceNames: [...routes],
                    verbs: change,
                },
                {
                    apiGroups: ["apps"],
                    resources: ["deployments/scale"],
                    resourceNames: [deployment],
                    verbs: ["patch"],
                },
                // The names of the old release's are not known before it runs.
                { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list"] },
                { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
            ],
        },
        (child, args: RoleArgs, opts) => new Role(child, args, opts),
    );
    const binding = scope.child(
        "shift-binding",
        {
            metadata,
            subjects: [{ kind: "ServiceAccount", name, namespace: metadata.namespace }],
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
        },
        (child, args: RoleBindingArgs, opts) => new RoleBinding(child, args, opts),
        { dependsOn: [account, role] },
    );
    const policy = scope.child(
        "shift-policy",
        {
            metadata,
            spec: {
                podSelector: { matchLabels: { ...selectorLabels(scope.name, "shift") } },
                policyTypes: ["Ingress", "Egress"],
                ingress: [],
                egress: recordOf(scope).apply(({ prometheus }) => [
                    API_SERVER,
                    ...(prometheus === undefined ? [] : [to(new URL(prometheus.address))]),
                ]),
            },
        },
        makePolicy,
    );
    return [binding, policy];
}

function pullSecrets(scope: Scope): pulumi.Output<{ name: string }[]> {
    return ground(scope, "pull").apply((pull) => (pull === undefined ? [] : [{ name: pull }]));
}

/** A policy knows pods and their ports, an address only a Service: hence the namespace, or any host outside. */
function to({ hostname, port, protocol }: URL): EgressRule {
    const namespace = /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(hostname)?.[1];
    if (namespace !== undefined) return { to: [{ namespaceSelector: inNamespace(namespace) }] };
    return { ports: [tcp(Number(port) || (protocol === "https:" ? 443 : 80))] };
}
