import type { output } from "@pulumi/kubernetes/types";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { object, type Rule, set } from "./rule.js";
import { podsOf, type Selector, selects, specOf } from "./world.js";

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

/** kube-linter, on Services and NetworkPolicies and the pods that they mean. */
export const NETWORK_RULES: readonly Rule[] = [
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
];
