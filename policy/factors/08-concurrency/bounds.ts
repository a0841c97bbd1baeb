import { types } from "../../judges.js";
import { asked, intentOf } from "../../kinds/intent/intent.js";
import { type Context, resourceRule } from "../../rule.js";
import { at, isOpaque, number } from "../../values.js";
import { fail, judge, opaque, outside, pass, type Verdict } from "../../verdict.js";

type Bounds = Context<{
    readonly minReplicas: { readonly type: "integer"; readonly description: string; readonly default: number };
}>;

/** Judges a pair of bounds; `least` where the platform has a default for the lower one. */
function bounds(
    props: unknown,
    low: readonly string[],
    high: readonly string[],
    least: number | undefined,
    { options }: Bounds,
): Verdict {
    const [lower, upper] = [low.join("."), high.join(".")];
    return judge(
        number(at(props, ...low) ?? least),
        lower,
        (from) =>
            judge(
                number(at(props, ...high)),
                upper,
                (to) => {
                    if (from < options.minReplicas)
                        return fail(`${lower} is ${from}`, `${options.minReplicas} or more`);
                    return to > from ? pass : fail(`${upper} is ${to}, and ${lower} is ${from}`, "room to grow");
                },
                fail(`${upper} is not given`, "how many copies it may come to"),
            ),
        fail(`${lower} is not given`, "how many copies there are at least"),
    );
}

export const requireScalingBounds = resourceRule(
    {
        name: "require-scaling-bounds",
        factor: 8,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "An app scales out by running more processes: how few and how many is declared, and in production there is always a second one.",
        mend: {
            intent: "Set minReplicas and maxReplicas of the Autoscaler.",
            aws: "Set minCapacity and maxCapacity.",
            azure: "Set template.scale.minReplicas and maxReplicas.",
            kubernetes: "Set minReplicas and maxReplicas.",
        },
        options: {
            minReplicas: {
                type: "integer",
                description: "Fewest copies.",
                default: { development: 0, production: 2 },
                minimum: 0,
            },
        },
    },
    {
        intent: types({
            "twelvefold:index:Autoscaler": (_, context, resource) => {
                const intent = intentOf(resource, "Autoscaler") ?? {};
                if (asked(intent, "scaleToZero") === true) return outside("it is meant to scale to zero");
                return bounds(
                    { minReplicas: asked(intent, "minReplicas"), maxReplicas: asked(intent, "maxReplicas") },
                    ["minReplicas"],
                    ["maxReplicas"],
                    undefined,
                    context,
                );
            },
        }),
        aws: types({
            "aws:appautoscaling:Target": (props, context) => {
                const space = at(props, "serviceNamespace");
                if (isOpaque(space)) return opaque(space, "serviceNamespace");
                return space === "ecs"
                    ? bounds(props, ["minCapacity"], ["maxCapacity"], undefined, context)
                    : outside("it scales no service");
            },
        }),
        azure: types({
            "azure-native:app:ContainerApp": (props, context) =>
                bounds(
                    props,
                    ["template", "scale", "minReplicas"],
                    ["template", "scale", "maxReplicas"],
                    undefined,
                    context,
                ),
        }),
        kubernetes: types({
            "kubernetes:autoscaling:HorizontalPodAutoscaler": (props, context) =>
                bounds(props, ["spec", "minReplicas"], ["spec", "maxReplicas"], 1, context),
            "kubernetes:keda.sh:ScaledObject": (props, context) =>
                bounds(props, ["spec", "minReplicaCount"], ["spec", "maxReplicaCount"], 0, context),
        }),
    },
);
