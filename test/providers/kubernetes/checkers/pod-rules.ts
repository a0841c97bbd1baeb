import { pod, type Rule, set } from "./rule.js";
import { type Labels, type Selector, selects } from "./world.js";

interface PolicySpec {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly unknown[];
    readonly egress?: readonly unknown[];
}

const SPREAD = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

/** kube-linter and polaris, on pods. */
export const POD_RULES: readonly Rule[] = [
    pod(
        ["kube-linter/host-network", "polaris/hostNetworkSet"],
        ({ hostNetwork }) => hostNetwork === true,
        (spec) => set(spec, "hostNetwork", true),
    ),
    pod(
        ["kube-linter/host-pid", "polaris/hostPIDSet"],
        ({ hostPID }) => hostPID === true,
        (spec) => set(spec, "hostPID", true),
    ),
    pod(
        ["kube-linter/host-ipc", "polaris/hostIPCSet"],
        ({ hostIPC }) => hostIPC === true,
        (spec) => set(spec, "hostIPC", true),
    ),
    pod(
        [
            "kube-linter/docker-sock",
            "kube-linter/sensitive-host-mounts",
            "kube-linter/writable-host-mount",
            "polaris/hostPathSet",
        ],
        ({ volumes = [] }) => volumes.some(({ hostPath }) => hostPath !== undefined),
        ({ volumes }) => volumes?.push({ name: "host", hostPath: { path: "/etc" } }),
    ),
    pod(
        ["kube-linter/unsafe-sysctls"],
        ({ securityContext }) => (securityContext?.sysctls ?? []).length > 0,
        ({ securityContext }) => set(securityContext, "sysctls", [{ name: "kernel.sem", value: "1" }]),
    ),
    pod(
        ["kube-linter/default-service-account"],
        ({ serviceAccountName = "default" }) => serviceAccountName === "default",
        (spec) => set(spec, "serviceAccountName", undefined),
    ),
    pod(
        ["kube-linter/deprecated-service-account-field"],
        ({ serviceAccount }) => serviceAccount !== undefined,
        (spec) => set(spec, "serviceAccount", "web"),
    ),
    pod(
        ["kube-linter/non-existent-service-account"],
        ({ serviceAccountName }, { owner }, objects) =>
            !objects.some(
                ({ kind, metadata }) =>
                    kind === "ServiceAccount" &&
                    metadata.name === serviceAccountName &&
                    metadata.namespace === owner.metadata.namespace,
            ),
        (spec) => set(spec, "serviceAccountName", "nobody"),
    ),
    pod(
        ["polaris/automountServiceAccountToken"],
        ({ automountServiceAccountToken }) => automountServiceAccountToken !== false,
        (spec) => set(spec, "automountServiceAccountToken", undefined),
    ),
    pod(
        ["kube-linter/dnsconfig-options"],
        ({ dnsConfig }) => !(dnsConfig?.options ?? []).some(({ name, value }) => name === "ndots" && value === "2"),
        (spec) => set(spec, "dnsConfig", undefined),
    ),
    pod(
        ["kube-linter/restart-policy"],
        ({ restartPolicy }) => !["Always", "OnFailure"].includes(restartPolicy ?? ""),
        (spec) => set(spec, "restartPolicy", undefined),
    ),
    pod(
        ["kube-linter/no-node-affinity"],
        ({ affinity }) => affinity?.nodeAffinity === undefined,
        (spec) => set(spec, "affinity", {}),
    ),
    pod(
        ["polaris/priorityClassNotSet"],
        ({ priorityClassName }) => priorityClassName === undefined,
        (spec) => set(spec, "priorityClassName", undefined),
    ),
    pod(
        ["polaris/topologySpreadConstraint"],
        ({ topologySpreadConstraints: constraints = [] }, { owner }) =>
            owner.kind === "Deployment" &&
            !SPREAD.every((key) => constraints.some(({ topologyKey }) => topologyKey === key)),
        (spec) => set(spec, "topologySpreadConstraints", undefined),
    ),
    pod(
        ["kube-linter/non-isolated-pod"],
        (_, { labels, owner }, objects) => !isolated(labels, owner.metadata.namespace, objects, () => true),
        (_, { owner }) => set(owner.metadata, "namespace", "elsewhere"),
    ),
    pod(
        ["polaris/missingNetworkPolicy"],
        (_, { labels, owner }, objects) =>
            !isolated(labels, owner.metadata.namespace, objects, ({ podSelector, policyTypes, ingress, egress }) => {
                const named = Object.keys(podSelector.matchLabels ?? {}).length > 0;
                const both = policyTypes.includes("Ingress") && policyTypes.includes("Egress");
                return named && both && (ingress ?? []).length > 0 && (egress ?? []).length > 0;
            }),
        (_, { labels }) => set(labels, "app.kubernetes.io/name", "other"),
    ),
];

function isolated(
    labels: Labels,
    namespace: string | undefined,
    objects: Parameters<Rule["failures"]>[0],
    counts: (policy: PolicySpec) => boolean,
): boolean {
    return objects.some(({ kind, metadata, spec }) => {
        if (kind !== "NetworkPolicy" || metadata.namespace !== namespace) return false;
        const policy = spec as unknown as PolicySpec;
        return selects(policy.podSelector, labels) && counts(policy);
    });
}
