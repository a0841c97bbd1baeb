import type { output } from "@pulumi/kubernetes/types";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { object, type Rule, set } from "./rule.js";
import { podsOf, type Selector, selects, specOf } from "./world.js";

const deployment = (object: ApiObject) => specOf<output.apps.v1.DeploymentSpec>(object);
const scaler = (object: ApiObject) => specOf<output.autoscaling.v2.HorizontalPodAutoscalerSpec>(object);
const budget = (object: ApiObject) => specOf<output.policy.v1.PodDisruptionBudgetSpec>(object);

/** Whether a selector finds a pod of the object's namespace. */
function findsPod(selector: Selector | undefined, { metadata }: ApiObject, objects: readonly ApiObject[]): boolean {
    return podsOf(objects).some(
        ({ owner, labels }) => owner.metadata.namespace === metadata.namespace && selects(selector, labels),
    );
}

function peersOf(
    policy: ApiObject,
): readonly { readonly podSelector?: Selector; readonly namespaceSelector?: unknown }[] {
    const { ingress = [], egress = [] } = specOf<output.networking.v1.NetworkPolicySpec>(policy);
    return [...ingress.flatMap((rule) => rule.from ?? []), ...egress.flatMap((rule) => rule.to ?? [])] as never;
}

/** kube-linter and polaris, on objects and on what belongs together. */
export const OBJECT_RULES: readonly Rule[] = [
    object(
        "Deployment",
        ["kube-linter/minimum-three-replicas"],
        (candidate) => (deployment(candidate).replicas ?? 1) < 3,
        ({ spec }) => set(spec, "replicas", 2),
    ),
    object(
        "Deployment",
        ["polaris/deploymentMissingReplicas"],
        (candidate) => (deployment(candidate).replicas ?? 1) < 2,
        ({ spec }) => set(spec, "replicas", undefined),
    ),
    object(
        "Deployment",
        ["kube-linter/no-anti-affinity"],
        (candidate) => {
            const { podAntiAffinity: apart } = deployment(candidate).template?.spec?.affinity ?? {};
            const terms = apart?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
            return !terms.some(({ podAffinityTerm }) => podAffinityTerm?.topologyKey === "kubernetes.io/hostname");
        },
        ({ spec }) => set(spec?.template?.spec, "affinity", {}),
    ),
    object(
        "Deployment",
        ["kube-linter/no-rolling-update-strategy"],
        (candidate) => deployment(candidate).strategy?.type !== "RollingUpdate",
        ({ spec }) => set(spec, "strategy", { type: "Recreate" }),
    ),
    object(
        "Deployment",
        ["kube-linter/mismatching-selector"],
        (candidate) => {
            const { selector, template } = deployment(candidate);
            return !selects(selector as Selector, template?.metadata?.labels ?? {});
        },
        ({ spec }) => set(spec?.template?.metadata, "labels", {}),
    ),
    object(
        "Deployment",
        ["polaris/missingPodDisruptionBudget"],
        (candidate, objects) => {
            const labels = deployment(candidate).template?.metadata?.labels ?? {};
            return !objects.some(
                (other) =>
                    other.kind === "PodDisruptionBudget" &&
                    other.metadata.namespace === candidate.metadata.namespace &&
                    selects(budget(other).selector as Selector, labels),
            );
        },
        (candidate) => set(candidate.metadata, "namespace", "elsewhere"),
    ),
    ...["Deployment", "Job", "CronJob"].flatMap((kind) => [
        object(
            kind,
            ["polaris/metadataAndInstanceMismatched"],
            ({ metadata }) => metadata.labels?.["app.kubernetes.io/instance"] !== metadata.name,
            ({ metadata }) => set(metadata, "labels", {}),
        ),
        object(
            kind,
            ["kube-linter/required-annotation-email"],
            ({ metadata }) => metadata.annotations?.email === undefined,
            ({ metadata }) => set(metadata, "annotations", {}),
        ),
        object(
            kind,
            ["kube-linter/required-label-owner"],
            ({ metadata }) => metadata.labels?.owner === undefined,
            ({ metadata }) => set(metadata, "labels", {}),
        ),
        object(
            kind,
            ["kube-linter/use-namespace"],
            ({ metadata }) => (metadata.namespace ?? "default") === "default",
            ({ metadata }) => set(metadata, "namespace", "default"),
        ),
    ]),
    object(
        "Job",
        ["kube-linter/job-ttl-seconds-after-finished"],
        (candidate) => specOf<output.batch.v1.JobSpec>(candidate).ttlSecondsAfterFinished === undefined,
        ({ spec }) => set(spec, "ttlSecondsAfterFinished", undefined),
    ),
    object(
        "HorizontalPodAutoscaler",
        ["kube-linter/hpa-minimum-three-replicas"],
        (candidate) => (scaler(candidate).minReplicas ?? 1) < 3,
        ({ spec }) => set(spec, "minReplicas", 2),
    ),
    object(
        "HorizontalPodAutoscaler",
        ["polaris/hpaMinAvailability"],
        (candidate) => (scaler(candidate).minReplicas ?? 1) < 2,
        ({ spec }) => set(spec, "minReplicas", 1),
    ),
    object(
        "HorizontalPodAutoscaler",
        ["polaris/hpaMaxAvailability"],
        (candidate) => (scaler(candidate).maxReplicas ?? 0) <= (scaler(candidate).minReplicas ?? 1),
        ({ spec }) => set(spec, "maxReplicas", 1),
    ),
    object(
        "HorizontalPodAutoscaler",
        ["kube-linter/dangling-horizontalpodautoscaler"],
        ({ metadata, spec }, objects) =>
            !objects.some(
                (other) =>
                    other.kind === spec?.scaleTargetRef?.kind &&
                    other.metadata.name === spec?.scaleTargetRef?.name &&
                    other.metadata.namespace === metadata.namespace,
            ),
        ({ spec }) => set(spec?.scaleTargetRef, "name", "none"),
    ),
    object(
        "PodDisruptionBudget",
        ["kube-linter/pdb-max-unavailable", "polaris/pdbDisruptionsIsZero"],
        (candidate) => [0, "0%"].includes(budget(candidate).maxUnavailable ?? 1),
        ({ spec }) => set(spec, "maxUnavailable", 0),
    ),
    object(
        "PodDisruptionBudget",
        ["kube-linter/pdb-min-available", "polaris/pdbMinAvailableGreaterThanHPAMinReplicas"],
        (candidate) => budget(candidate).minAvailable !== undefined,
        ({ spec }) => set(spec, "minAvailable", "100%"),
    ),
    object(
        "PodDisruptionBudget",
        ["kube-linter/pdb-unhealthy-pod-eviction-policy"],
        (candidate) => budget(candidate).unhealthyPodEvictionPolicy !== "AlwaysAllow",
        ({ spec }) => set(spec, "unhealthyPodEvictionPolicy", undefined),
    ),
    object(
        "Service",
        ["kube-linter/dangling-service"],
        (candidate, objects) =>
            !findsPod(
                { matchLabels: specOf<output.core.v1.ServiceSpec>(candidate).selector ?? {} },
                candidate,
                objects,
            ),
        ({ spec }) => set(spec, "selector", { app: "none" }),
    ),
    object(
        "Service",
        ["kube-linter/exposed-services"],
        (candidate) => specOf<output.core.v1.ServiceSpec>(candidate).type !== "ClusterIP",
        ({ spec }) => set(spec, "type", "NodePort"),
    ),
    object(
        "NetworkPolicy",
        ["kube-linter/dangling-networkpolicy"],
        (candidate, objects) => !findsPod(candidate.spec?.podSelector as Selector, candidate, objects),
        ({ spec }) => set(spec, "podSelector", { matchLabels: { app: "none" } }),
    ),
    object(
        "NetworkPolicy",
        ["kube-linter/dangling-networkpolicypeer-podselector"],
        (candidate, objects) =>
            peersOf(candidate).some(
                ({ podSelector }) =>
                    podSelector !== undefined && !podsOf(objects).some(({ labels }) => selects(podSelector, labels)),
            ),
        ({ spec }) => set(spec, "egress", [{ to: [{ podSelector: { matchLabels: { app: "none" } } }] }]),
    ),
    object(
        "ConfigMap",
        ["kube-linter/configmap-with-credentials", "polaris/sensitiveConfigmapContent"],
        ({ data }) => /PRIVATE KEY|password|secret|token/i.test(JSON.stringify(data)),
        (candidate) => set(candidate, "data", { "db-password": "hunter2" }),
    ),
];
