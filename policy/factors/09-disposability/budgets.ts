import { selects } from "../../kinds/kubernetes/select.js";
import { podOf } from "../../kinds/kubernetes/workload.js";
import { SERVICES } from "../../kinds/scaling.js";
import type { Stack } from "../../resource.js";
import { type Finding, stackRule } from "../../rule.js";
import { about, ofType } from "../../stack.js";
import { at, isOpaque } from "../../values.js";
import { fail, opaque, outside, pass } from "../../verdict.js";

export const requireDisruptionBudget = stackRule(
    {
        name: "require-disruption-budget",
        factor: 9,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "Moving pods from a machine that is repaired leaves some of them running: a budget says how many.",
        mend: "Add a PodDisruptionBudget whose selector means the pods.",
    },
    { kubernetes: budgets },
);

function budgets(stack: Stack): readonly Finding[] {
    const all = ofType(stack, "kubernetes:policy:PodDisruptionBudget");
    return SERVICES.kubernetes(stack).map(({ resource, count, scaled }) => {
        if (isOpaque(count)) return about(resource, opaque(count, `the number of copies of ${resource.name}`));
        if (scaled !== true && (count ?? 1) < 2) {
            return about(
                resource,
                isOpaque(scaled)
                    ? opaque(scaled, `what scales ${resource.name}`)
                    : outside(`${resource.name} runs one copy, which no budget can keep`),
            );
        }
        const verdicts = all.map((budget) => selects(budget, resource, "spec", "selector", "matchLabels"));
        if (verdicts.includes(true)) return about(resource, pass);
        const hidden = verdicts.find(isOpaque);
        if (hidden !== undefined)
            return about(resource, opaque(hidden, `what the budgets mean, or the labels of ${resource.name}`));
        const labels = at(podOf(resource), "metadata", "labels");
        return about(
            resource,
            isOpaque(labels)
                ? opaque(labels, `the labels of ${resource.name}`)
                : fail(`no budget means the pods of ${resource.name}`, "a PodDisruptionBudget"),
        );
    });
}
