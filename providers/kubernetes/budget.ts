import { PodDisruptionBudget, type PodDisruptionBudgetArgs } from "@pulumi/kubernetes/policy/v1";
import type { AppRequest, Scope } from "../contract.js";
import { factsOf } from "./facts.js";
import { ground } from "./handles.js";
import { type Component, objectLabels, selectorLabels } from "./labels.js";

/** Node drains take one replica at a time. One replica has nothing to keep. */
export function makeBudget(scope: Scope, component: Component, request: AppRequest): void {
    const most = request.autoscaler === undefined ? request.replicas : factsOf(request.autoscaler)?.request.maxReplicas;
    if (most === 1) return;
    scope.child(
        "budget",
        {
            metadata: {
                name: scope.name,
                namespace: ground(scope, "namespace"),
                labels: objectLabels(scope, component),
            },
            spec: {
                maxUnavailable: 1,
                unhealthyPodEvictionPolicy: "AlwaysAllow",
                selector: { matchLabels: { ...selectorLabels(scope.name, component) } },
            },
        },
        (child, args: PodDisruptionBudgetArgs, opts) => new PodDisruptionBudget(child, args, opts),
    );
}
