import { manager } from "../detect/command.js";
import { CLOUDS, commandJudged, containers, EVERYWHERE, on, onPods, types } from "../judges.js";
import { backingServiceOf } from "../kinds/backing.js";
import { asked, intentOf } from "../kinds/intent/intent.js";
import { SERVICES, type Service } from "../kinds/scaling.js";
import type { Stack } from "../resource.js";
import { type Context, type Finding, resourceRule, stackRule } from "../rule.js";
import { about } from "../stack.js";
import { at, isKnown, isOpaque, number } from "../values.js";
import { fail, judge, opaque, outside, pass, type Verdict } from "../verdict.js";

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

/** A stack rule over everything that runs copies, on every platform. */
function services(judgeService: (service: Service, context: Context) => Verdict) {
    const over = (stack: Stack, context: Context): readonly Finding[] => {
        const all = SERVICES[context.platform as keyof typeof SERVICES](stack);
        return all.map((service) => {
            const backing = backingServiceOf(service.resource, stack);
            const verdict =
                backing === undefined
                    ? judgeService(service, context)
                    : outside(
                          `${service.resource.name} runs ${backing}: copies of a backing service are its own affair`,
                      );
            return about(service.resource, verdict);
        });
    };
    return on(EVERYWHERE, over);
}

export const requireReplicas = stackRule(
    {
        name: "require-replicas",
        factor: 8,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "A process with a fixed number of copies has a second one in production: one of them always serves.",
        mend: {
            intent: "Set replicas to 2 or more, or attach an Autoscaler.",
            aws: "Set desiredCount to 2 or more, or add an appautoscaling.Target for the service.",
            azure: "Set template.scale.minReplicas to 2 or more.",
            kubernetes: "Set spec.replicas to 2 or more, or add a HorizontalPodAutoscaler.",
        },
        options: {
            count: {
                type: "integer",
                description: "Fewest copies.",
                default: { development: 1, production: 2 },
                minimum: 1,
            },
        },
    },
    services(({ resource, count, scaled }, { options }) => {
        if (scaled === true) return outside(`an autoscaler decides for ${resource.name}`);
        if (isOpaque(scaled)) return opaque(scaled, `what scales ${resource.name}`);
        const wanted = Number(options.count);
        return judge(
            count,
            `the number of copies of ${resource.name}`,
            (known) =>
                known >= wanted
                    ? pass
                    : fail(`${resource.name} runs ${known} ${known === 1 ? "copy" : "copies"}`, `${wanted} or more`),
            wanted <= 1
                ? pass
                : fail(
                      `${resource.name} runs as many copies as the platform's default, which is 1 or less`,
                      `${wanted} or more`,
                  ),
        );
    }),
);

export const requireAutoscaler = stackRule(
    {
        name: "require-autoscaler",
        factor: 8,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "What users reach scales with them: each such service has an autoscaler.",
        mend: {
            intent: "Attach an Autoscaler to the app.",
            aws: "Add an appautoscaling.Target and a Policy for the service.",
            azure: "Let template.scale.maxReplicas be more than minReplicas, with a rule.",
            kubernetes: "Add a HorizontalPodAutoscaler or a ScaledObject for the Deployment.",
        },
    },
    services(({ resource, scaled, served }) => {
        if (isOpaque(served)) return opaque(served, `who reaches ${resource.name}`);
        if (served !== true) return outside(`no user reaches ${resource.name} from outside`);
        return judge(scaled, `what scales ${resource.name}`, (known) =>
            known ? pass : fail(`${resource.name} has no autoscaler`, "one"),
        );
    }),
);

export const disallowFixedCount = stackRule(
    {
        name: "disallow-fixed-count-beside-autoscaler",
        factor: 8,
        severity: "high",
        level: "mandatory",
        description:
            "Beside an autoscaler the program gives no number of copies: each update would reset what the autoscaler decided.",
        mend: {
            intent: "Drop replicas.",
            aws: 'Drop desiredCount, or make the service with ignoreChanges: ["desiredCount"].',
            kubernetes: 'Drop spec.replicas, or make the Deployment with ignoreChanges: ["spec.replicas"].',
        },
    },
    (() => {
        const { intent, aws, kubernetes } = services(({ resource, count, scaled, countIgnored }) => {
            if (isOpaque(scaled)) return opaque(scaled, `what scales ${resource.name}`);
            if (scaled !== true) return outside(`no autoscaler decides for ${resource.name}`);
            if (countIgnored || count === undefined) return pass;
            return fail(
                isKnown(count)
                    ? `${resource.name} has an autoscaler and a fixed count of ${count}`
                    : `${resource.name} has an autoscaler and a fixed count`,
                "an autoscaler alone",
            );
        });
        return { intent, aws, kubernetes };
    })(),
);

export const disallowProcessManager = resourceRule(
    {
        name: "disallow-process-manager",
        factor: 8,
        severity: "medium",
        level: "mandatory",
        description:
            "One container runs one type of process: the platform starts, stops and counts processes, not a manager inside.",
        mend: "Start one process, and give each other type an app of its own with the same image.",
    },
    on(
        EVERYWHERE,
        containers(({ command, where }) =>
            commandJudged(command, where, (words) => {
                const found = manager(words);
                return found === undefined ? pass : fail(`${where} runs ${found}`, "one process");
            }),
        ),
    ),
);

export const requireResourceLimits = resourceRule(
    {
        name: "require-resource-limits",
        factor: 8,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "Each process says how much CPU and memory it needs: without that nobody knows how many fit, or scales by use.",
        mend: {
            aws: "Set cpu and memory of the task, or of each container.",
            azure: "Set resources.cpu and resources.memory of each container.",
            kubernetes: "Set resources.requests and resources.limits.memory of each container.",
        },
    },
    onPods(
        CLOUDS,
        containers(({ needs, where }) => {
            if (needs === undefined) return undefined;
            const lacking = Object.keys(needs).filter((name) => needs[name] === undefined);
            if (lacking.length > 0) return fail(`${where} gives no ${lacking.join(" and no ")}`, "what it needs");
            const hidden = Object.values(needs).find(isOpaque);
            return hidden === undefined ? pass : opaque(hidden, `what ${where} needs`);
        }),
    ),
);
