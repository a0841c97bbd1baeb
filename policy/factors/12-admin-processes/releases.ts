import { on } from "../../judges.js";
import { asked, intentOf } from "../../kinds/intent/intent.js";
import type { Variable } from "../../model.js";
import type { Platform, Stack } from "../../resource.js";
import { type Context, type Finding, stackRule } from "../../rule.js";
import { about, ofType, type Running, running } from "../../stack.js";
import { isKnown, isOpaque } from "../../values.js";
import { fail, opaque, pass, shown } from "../../verdict.js";

export const requireJobRelease = stackRule(
    {
        name: "require-job-release",
        factor: 12,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "A one-off process runs the release of its app: a migration of another version meets tables that it does not know.",
        mend: {
            intent: "Give the Job app: … instead of an image.",
            azure: "Give the job the image of its app.",
            kubernetes: "Give the job the image of its app.",
        },
    },
    {
        intent: (stack) => jobReleases(stack, "intent"),
        azure: (stack) => jobReleases(stack, "azure"),
        kubernetes: (stack) => jobReleases(stack, "kubernetes"),
    },
);

function jobReleases(stack: Stack, platform: Platform): readonly Finding[] {
    const shared = ofType(stack, "twelvefold:index:Job").filter((job) =>
        isKnown(asked(intentOf(job, "Job") ?? {}, "app")),
    );
    const attached = platform === "intent" ? shared.map((job) => about(job, pass)) : [];
    const { hidden } = running(stack, platform);
    const findings = pairs(stack, platform).map(({ job, apps }) => {
        const [app] = apps;
        const same = apps.some(
            ({ image }) =>
                job.image?.digest === image?.digest && (image?.digest !== undefined || job.image?.tag === image?.tag),
        );
        return about(
            job.resource,
            same
                ? pass
                : fail(
                      `${job.resource.name} runs ${shown(job.image?.repository)} at ${versionOf(job)}, and ${app?.resource.name} at ${app && versionOf(app)}`,
                      "the release of its app",
                  ),
        );
    });
    return [...attached, ...findings, ...hidden];
}

function versionOf({ image }: Running): string {
    return image?.digest ?? image?.tag ?? "latest";
}

interface Pair {
    readonly job: Running;
    readonly apps: readonly Running[];
}

/** Jobs, and the apps whose image they run. */
function pairs(stack: Stack, platform: Platform): readonly Pair[] {
    const { containers: all } = running(stack, platform);
    const services = all.filter(({ workload, container }) => workload.role === "service" && !container.initial);
    return all
        .filter(({ workload, image }) => workload.role === "job" && image !== undefined)
        .flatMap((job) => {
            const apps = services.filter(({ image }) => image?.repository === job.image?.repository);
            return apps.length === 0 ? [] : [{ job, apps }];
        });
}

export const requireJobConfig = stackRule(
    {
        name: "require-job-config",
        factor: 12,
        severity: "low",
        level: "advisory",
        description: "A one-off process has the configuration of its app: what both are given has the same value.",
        mend: "Give the job the variables of its app, from one list.",
    },
    on(["azure", "kubernetes"], jobConfigs),
);

function jobConfigs(stack: Stack, { platform }: Context): readonly Finding[] {
    return pairs(stack, platform).flatMap(({ job, apps }) => {
        const mine = job.container.environment;
        if (isOpaque(mine)) return [about(job.resource, opaque(mine, `the environment of ${job.resource.name}`))];
        return (mine ?? []).flatMap((variable) => sameIn(variable, job, apps));
    });
}

/** Whether one of the apps gives a variable the value that the job gives it. */
function sameIn({ name, value, reference }: Variable, job: Running, apps: readonly Running[]): readonly Finding[] {
    if (!isKnown(name)) return [about(job.resource, opaque(name, "the name of a variable"))];
    const environments = apps.map(({ container }) => container.environment);
    const hiddenOne = environments.find(isOpaque);
    if (hiddenOne !== undefined)
        return [about(job.resource, opaque(hiddenOne, `the environment of an app of ${job.resource.name}`))];
    const others = environments
        .filter(isKnown)
        .flat()
        .filter((other) => other.name === name || isOpaque(other.name));
    if (others.length === 0) return [];
    const hidden = [value, reference, ...others.flatMap((other) => [other.name, other.value, other.reference])].find(
        isOpaque,
    );
    if (hidden !== undefined) return [about(job.resource, opaque(hidden, `the value of ${name}`))];
    const same = others.some((other) => other.value === value && other.reference === reference);
    return [
        about(
            job.resource,
            same
                ? pass
                : fail(
                      `${job.resource.name} has another ${name} than ${apps[0]?.resource.name}`,
                      "the configuration of its app",
                  ),
        ),
    ];
}
