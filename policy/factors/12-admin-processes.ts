import { imageOf } from "../image.js";
import { CLOUDS, containers, on, types } from "../judges.js";
import { asked, intentOf } from "../kinds/intent/intent.js";
import type { Container, Variable } from "../model.js";
import type { Platform, Stack } from "../resource.js";
import { type Finding, resourceRule, stackRule } from "../rule.js";
import { about, ofType, type Running, running } from "../stack.js";
import { at, each, type Fields, flag, isKnown, isOpaque, number, text } from "../values.js";
import { fail, judge, opaque, pass, shown, type Verdict } from "../verdict.js";

export const requireJobDeadline = resourceRule(
    {
        name: "require-job-deadline",
        factor: 12,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "A one-off process ends: after a time it is stopped, and somebody learns of it.",
        mend: {
            intent: "Set timeoutSeconds.",
            azure: "Set configuration.replicaTimeout.",
            kubernetes: "Set activeDeadlineSeconds of the job.",
        },
        options: {
            mostSeconds: { type: "integer", description: "Longest time.", default: 86_400, minimum: 1 },
        },
    },
    {
        intent: types({
            "twelvefold:index:Job": (_, { options }, resource) =>
                deadline(
                    asked(intentOf(resource, "Job") ?? {}, "timeoutSeconds"),
                    "timeoutSeconds",
                    options.mostSeconds,
                ),
        }),
        azure: types({
            "azure-native:app:Job": (props, { options }) =>
                deadline(
                    at(props, "configuration", "replicaTimeout"),
                    "configuration.replicaTimeout",
                    options.mostSeconds,
                ),
        }),
        kubernetes: types({
            "kubernetes:batch:Job": (props, { options }) =>
                deadline(at(props, "spec", "activeDeadlineSeconds"), "spec.activeDeadlineSeconds", options.mostSeconds),
            "kubernetes:batch:CronJob": (props, { options }) =>
                deadline(
                    at(props, "spec", "jobTemplate", "spec", "activeDeadlineSeconds"),
                    "spec.jobTemplate.spec.activeDeadlineSeconds",
                    options.mostSeconds,
                ),
        }),
    },
);

function deadline(value: unknown, what: string, most: number): Verdict {
    return judge(
        number(value),
        what,
        (seconds) => (seconds > 0 && seconds <= most ? pass : fail(`${what} is ${seconds}`, `1 to ${most}`)),
        fail(`${what} is not given`, `1 to ${most}`),
    );
}

export const requireJobCleanUp = resourceRule(
    {
        name: "require-job-clean-up",
        factor: 12,
        severity: "low",
        level: "advisory",
        description: "What a scheduled job has left behind is removed: finished runs do not pile up.",
        mend: "Leave successfulJobsHistoryLimit and failedJobsHistoryLimit out, or lower them.",
        options: {
            mostKept: { type: "integer", description: "Most finished runs that are kept.", default: 10, minimum: 0 },
        },
    },
    {
        kubernetes: types({
            // Pulumi owns the runs of a Job: one that removes itself would look like drift.
            "kubernetes:batch:CronJob": (props, { options }) =>
                ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"].map((field) =>
                    judge(
                        number(at(props, "spec", field)),
                        `spec.${field}`,
                        (kept) =>
                            kept <= options.mostKept
                                ? pass
                                : fail(`spec.${field} is ${kept}`, `${options.mostKept} or fewer`),
                        pass,
                    ),
                ),
        }),
    },
);

export const disallowInteractiveExec = resourceRule(
    {
        name: "disallow-interactive-exec",
        factor: 12,
        severity: "high",
        level: { development: "advisory", production: "mandatory" },
        description:
            "Nobody opens a shell in a running process: admin work is a one-off process with the same release and a record.",
        mend: {
            aws: "Set enableExecuteCommand: false, and run a task for what is to be done.",
            kubernetes: "Drop the verb create on pods/exec, and run a Job for what is to be done.",
        },
    },
    {
        aws: types({
            "aws:ecs:Service": (props) =>
                judge(
                    flag(at(props, "enableExecuteCommand")),
                    "enableExecuteCommand",
                    (value) => (value ? fail("enableExecuteCommand is true", "false") : pass),
                    pass,
                ),
        }),
        kubernetes: types({
            "kubernetes:rbac.authorization.k8s.io:Role": execRules,
            "kubernetes:rbac.authorization.k8s.io:ClusterRole": execRules,
        }),
    },
);

function execRules(props: Fields): Verdict | readonly Verdict[] {
    const rules = each(at(props, "rules"), (rule) => {
        const resources = each(at(rule, "resources"), text);
        const verbs = each(at(rule, "verbs"), text);
        if (isOpaque(resources) || isOpaque(verbs))
            return opaque([resources, verbs].find(isOpaque), "a rule of the role");
        const reaches = (resources ?? []).some((entry) => entry === "pods/exec" || entry === "pods/attach");
        const may = (verbs ?? []).some((verb) => verb === "create" || verb === "get" || verb === "*");
        if (reaches && may)
            return fail("the role lets its holder run commands in pods (pods/exec)", "roles without it");
        const hidden = [...(resources ?? []), ...(verbs ?? []), rule].find(isOpaque);
        return hidden === undefined ? pass : opaque(hidden, "a rule of the role");
    });
    return isOpaque(rules) ? opaque(rules, "rules") : (rules ?? []);
}

const REMOTE = /(?:^|[\s/])(?:sshd|dropbear|telnetd|ttyd|gotty|xrdp|tigervnc|x11vnc)(?:\s|$)/;

export const disallowRemoteShell = resourceRule(
    {
        name: "disallow-remote-shell",
        factor: 12,
        severity: "high",
        level: "mandatory",
        description: "No process lets people log in: what they do there is in no release.",
        mend: "Drop the server and its port, and run admin work as a one-off process.",
    },
    on(
        CLOUDS,
        containers((container) => [...remotePort(container), remoteProgram(container)]),
    ),
);

function remotePort({ ports, where }: Container): readonly Verdict[] {
    if (isOpaque(ports)) return [opaque(ports, `the ports of ${where}`)];
    return (ports ?? []).map(({ number: port }) =>
        judge(port, `a port of ${where}`, (known) =>
            known === 22 || known === 23 || known === 3389
                ? fail(`${where} opens port ${known}`, "no port to log in by")
                : pass,
        ),
    );
}

function remoteProgram({ command, image, where }: Container): Verdict {
    const last = isKnown(image) ? (imageOf(image)?.repository.split("/").at(-1) ?? "") : "";
    if (/^(?:openssh-server|sshd|ttyd)$/.test(last))
        return fail(`${where} runs ${shown(image)}`, "no server to log in by");
    if (isOpaque(image)) return opaque(image, `the image of ${where}`);
    if (isOpaque(command)) return opaque(command, `the command of ${where}`);
    const words = command ?? [];
    if (REMOTE.test(words.filter(isKnown).join(" "))) return fail(`${where} runs a server to log in by`, "none");
    const hidden = words.find(isOpaque);
    return hidden === undefined ? pass : opaque(hidden, `a word of the command of ${where}`);
}

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
    {
        azure: (stack) => jobConfigs(stack, "azure"),
        kubernetes: (stack) => jobConfigs(stack, "kubernetes"),
    },
);

function jobConfigs(stack: Stack, platform: Platform): readonly Finding[] {
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
