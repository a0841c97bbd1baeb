import { EVERYWHERE, on } from "../../judges.js";
import { backingServiceOf } from "../../kinds/backing.js";
import { SERVICES, type Service } from "../../kinds/scaling.js";
import type { Stack } from "../../resource.js";
import { type Context, type Finding, stackRule } from "../../rule.js";
import { about } from "../../stack.js";
import { isKnown, isOpaque } from "../../values.js";
import { fail, judge, opaque, outside, pass, type Verdict } from "../../verdict.js";

/** A stack rule over everything that runs copies. */
function services<P extends (typeof EVERYWHERE)[number]>(
    platforms: readonly P[],
    judgeService: (service: Service, context: Context) => Verdict,
) {
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
    return on(platforms, over);
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
    services(EVERYWHERE, ({ resource, count, scaled }, { options }) => {
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
    services(EVERYWHERE, ({ resource, scaled, served }) => {
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
    // On Azure the limits of the scale rules are the count.
    services(["intent", "aws", "kubernetes"], ({ resource, count, scaled, countIgnored }) => {
        if (isOpaque(scaled)) return opaque(scaled, `what scales ${resource.name}`);
        if (scaled !== true) return outside(`no autoscaler decides for ${resource.name}`);
        if (countIgnored || count === undefined) return pass;
        return fail(
            isKnown(count)
                ? `${resource.name} has an autoscaler and a fixed count of ${count}`
                : `${resource.name} has an autoscaler and a fixed count`,
            "an autoscaler alone",
        );
    }),
);
