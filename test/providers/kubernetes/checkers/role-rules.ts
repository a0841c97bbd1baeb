import type { ApiObject } from "../../../support/control-plane/objects.js";
import { object, type Rule } from "./rule.js";

interface PolicyRule {
    apiGroups: string[];
    resources: string[];
    verbs: string[];
}

const WORKLOADS = ["pods", "deployments", "statefulsets", "replicasets", "cronjobs", "jobs", "daemonsets"];

/** A role that may do any of the verbs with any of the resources. */
const grants = (resources: readonly string[], verbs: readonly string[]) => (role: ApiObject) =>
    rulesOf(role).some(
        (rule) =>
            rule.resources.some((resource) => resources.includes(resource)) &&
            rule.verbs.some((verb) => verbs.includes(verb)),
    );

const allowing =
    (...[resources, verbs]: readonly [resources: string[], verbs: string[]]) =>
    (role: ApiObject) =>
        void rulesOf(role).push({ apiGroups: [""], resources, verbs });

function rulesOf(role: ApiObject): PolicyRule[] {
    return role.rules as PolicyRule[];
}

/** kube-linter and polaris, on rights; the only Role that there is belongs to the Job of a canary or of blue and green. */
export const ROLE_RULES: readonly Rule[] = [
    object(
        "Role",
        ["kube-linter/access-to-secrets"],
        grants(["secrets", "*"], ["get", "list", "watch", "create", "delete", "*"]),
        allowing(["secrets"], ["get"]),
    ),
    object(
        "Role",
        ["kube-linter/access-to-create-pods"],
        grants([...WORKLOADS, "*"], ["create", "*"]),
        allowing(["pods"], ["create"]),
    ),
    object(
        "Role",
        ["polaris/rolePodExecAttach"],
        grants(["pods/exec", "pods/attach", "*"], ["get", "create", "*"]),
        allowing(["pods/exec"], ["create"]),
    ),
    object(
        "Role",
        ["kube-linter/wildcard-in-rules"],
        (role) => rulesOf(role).some((rule) => [rule.apiGroups, rule.resources, rule.verbs].flat().includes("*")),
        allowing(["services"], ["*"]),
    ),
    object(
        "RoleBinding",
        ["kube-linter/cluster-admin-role-binding", "polaris/rolebindingClusterAdminClusterRole"],
        ({ roleRef }) => (roleRef as { kind: string }).kind !== "Role",
        ({ roleRef }) => void Object.assign(roleRef as object, { kind: "ClusterRole", name: "cluster-admin" }),
    ),
];
