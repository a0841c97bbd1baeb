import { handover, shellScript } from "../detect/command.js";
import { alike, balancing, commandJudged, containers, EVERYWHERE, on, onPods, types } from "../judges.js";
import { asked, intentOf } from "../kinds/intent/intent.js";
import { podOf } from "../kinds/kubernetes/workload.js";
import type { Resource } from "../resource.js";
import { resourceRule } from "../rule.js";
import { at, each, isOpaque, json, number, record, text } from "../values.js";
import { fail, judge, opaque, outside, pass, shown, undecided, type Verdict } from "../verdict.js";

const PODS = ["core:Pod", "apps:Deployment", "apps:StatefulSet"].map((kind) => `kubernetes:${kind}`);

const ofPods = (judgePod: (spec: unknown, resource: Resource) => Verdict | readonly Verdict[]) =>
    alike(PODS, (_, __, resource) => {
        const spec = at(podOf(resource), "spec");
        return isOpaque(spec) ? opaque(spec, "the pod's spec") : judgePod(spec, resource);
    });

export const requireStopGrace = resourceRule(
    {
        name: "require-stop-grace",
        factor: 9,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "The time between SIGTERM and SIGKILL is set on purpose, and there is some: a process finishes what it has begun.",
        mend: {
            aws: "Set stopTimeout of each container.",
            azure: "Set template.terminationGracePeriodSeconds.",
            kubernetes: "Set terminationGracePeriodSeconds to more than preStop takes.",
        },
        options: { seconds: { type: "integer", description: "Least time to finish.", default: 5, minimum: 1 } },
    },
    {
        aws: types({
            "aws:ecs:TaskDefinition": (props, { options }) => {
                const verdicts = each(json(at(props, "containerDefinitions")), (entry, index) => {
                    const where = `stopTimeout of container ${shown(at(entry, "name") ?? index + 1)}`;
                    if (isOpaque(entry)) return opaque(entry, where);
                    return grace(at(entry, "stopTimeout"), where, options.seconds);
                });
                return isOpaque(verdicts) ? opaque(verdicts, "containerDefinitions") : (verdicts ?? []);
            },
        }),
        azure: types({
            "azure-native:app:ContainerApp": (props, { options }) =>
                grace(
                    at(props, "template", "terminationGracePeriodSeconds"),
                    "template.terminationGracePeriodSeconds",
                    options.seconds,
                ),
        }),
        kubernetes: alike(PODS, (_, { options }, resource) => {
            const spec = at(podOf(resource), "spec");
            if (isOpaque(spec)) return opaque(spec, "the pod's spec");
            return grace(at(spec, "terminationGracePeriodSeconds"), "terminationGracePeriodSeconds", options.seconds);
        }),
    },
);

function grace(value: unknown, where: string, least: number): Verdict {
    return judge(
        number(value),
        where,
        (seconds) => (seconds >= least ? pass : fail(`${where} is ${seconds}`, `${least} or more`)),
        fail(`${where} is not given`, "the seconds that the process needs to finish"),
    );
}

export const requireBoundedDrain = resourceRule(
    {
        name: "require-bounded-drain",
        factor: 9,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "Connections are drained for a time that is set and that the process lives to see.",
        mend: {
            aws: "Set deregistrationDelay to what the longest request takes.",
            kubernetes: "Let terminationGracePeriodSeconds be more than lifecycle.preStop takes.",
        },
        options: {
            mostSeconds: { type: "integer", description: "Longest time to drain.", default: 120, minimum: 1 },
        },
    },
    {
        aws: alike(balancing("TargetGroup"), (props, { options }) =>
            judge(number(at(props, "deregistrationDelay") ?? 300), "deregistrationDelay", (seconds) =>
                seconds <= options.mostSeconds
                    ? pass
                    : fail(`deregistrationDelay is ${seconds}`, `${options.mostSeconds} or less`),
            ),
        ),
        kubernetes: ofPods((spec) => {
            const total = number(at(spec, "terminationGracePeriodSeconds") ?? 30);
            const verdicts = each(at(spec, "containers"), (entry) => {
                const sleep = number(at(entry, "lifecycle", "preStop", "sleep", "seconds"));
                const where = `preStop of container ${shown(at(entry, "name") ?? "?")}`;
                return judge(sleep, where, (seconds) =>
                    judge(total, "terminationGracePeriodSeconds", (known) =>
                        known > seconds
                            ? pass
                            : fail(
                                  `${where} sleeps ${seconds} seconds of terminationGracePeriodSeconds ${known}`,
                                  "time left to finish",
                              ),
                    ),
                );
            });
            return isOpaque(verdicts) ? opaque(verdicts, "containers") : (verdicts ?? []);
        }),
    },
);

export const requireLivenessCheck = resourceRule(
    {
        name: "require-liveness-check",
        factor: 9,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "A process that hangs is replaced: something asks whether it lives.",
        mend: {
            intent: "Set health.livenessPath.",
            azure: "Give the container a probe of type Liveness.",
            kubernetes: "Give the container a livenessProbe.",
        },
    },
    {
        intent: types({
            "twelvefold:index:App": (_, __, resource) => {
                const intent = intentOf(resource, "App") ?? {};
                const port = asked(intent, "port");
                if (isOpaque(port)) return opaque(port, "port");
                if (port === undefined) return outside("a worker without a port is watched as a process");
                const health = record(asked(intent, "health"));
                if (isOpaque(health)) return opaque(health, "health");
                return judge(
                    text(at(health, "livenessPath")),
                    "health.livenessPath",
                    () => pass,
                    fail("health.livenessPath is not given", "a path"),
                );
            },
        }),
        ...on(
            ["azure", "kubernetes"],
            containers(({ ports, liveness, where, initial }, _, { role }) => {
                if (initial || role === "job") return undefined;
                if (isOpaque(ports)) return opaque(ports, `the ports of ${where}`);
                if ((ports ?? []).length === 0) return undefined;
                return judge(
                    liveness,
                    `the liveness probe of ${where}`,
                    () => pass,
                    fail(`${where} has no liveness probe`, "a liveness probe"),
                );
            }),
        ),
    },
);

export const requireStartupCheck = resourceRule(
    {
        name: "require-startup-check",
        factor: 9,
        severity: "low",
        level: "advisory",
        description: "Starting has a check of its own: a slow start is then not taken for a process that hangs.",
        mend: {
            azure: "Give the container a probe of type Startup.",
            kubernetes: "Give the container a startupProbe.",
        },
    },
    on(
        ["azure", "kubernetes"],
        containers(({ liveness, startup, where, initial }, _, { role }) => {
            if (initial || role === "job") return undefined;
            if (liveness === undefined) return outside(`${where} has no liveness probe that could strike too early`);
            if (isOpaque(liveness)) return opaque(liveness, `the liveness probe of ${where}`);
            return judge(
                startup,
                `the start-up probe of ${where}`,
                () => pass,
                fail(`${where} has no start-up probe`, "a start-up probe"),
            );
        }),
    ),
);

export const disallowSharedProbe = resourceRule(
    {
        name: "disallow-shared-probe",
        factor: 9,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "Ready and alive are different questions: one answer for both restarts a process because its database is away.",
        mend: "Give liveness a path of its own that asks nobody else.",
    },
    {
        intent: types({
            "twelvefold:index:App": (_, __, resource) => {
                const health = record(asked(intentOf(resource, "App") ?? {}, "health"));
                if (isOpaque(health)) return opaque(health, "health");
                if (health === undefined) return outside("a worker has no path");
                return apart(at(health, "readinessPath"), at(health, "livenessPath"), resource.name);
            },
        }),
        ...on(
            ["azure", "kubernetes"],
            containers(({ readiness, liveness, where }) => {
                if (isOpaque(readiness)) return opaque(readiness, `the readiness probe of ${where}`);
                if (isOpaque(liveness)) return opaque(liveness, `the liveness probe of ${where}`);
                if (readiness === undefined || liveness === undefined) return outside(`${where} has no two probes`);
                return apart(at(readiness, "httpGet", "path"), at(liveness, "httpGet", "path"), where);
            }),
        ),
    },
);

function apart(ready: unknown, alive: unknown, where: string): Verdict {
    const [first, second] = [text(ready), text(alive)];
    if (isOpaque(first) || isOpaque(second)) return opaque([first, second].find(isOpaque), `a path of ${where}`);
    if (first === undefined || second === undefined) return outside(`${where} is not asked by two paths`);
    return first === second
        ? fail(`${where} answers ${shown(first)} for both readiness and liveness`, "two paths")
        : pass;
}

export const disallowShellWrapper = resourceRule(
    {
        name: "disallow-shell-wrapper",
        factor: 9,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "The process itself gets SIGTERM: a shell in between keeps it, and the process is killed in the middle of its work.",
        mend: 'Start the program without a shell, or with exec as the last step: sh -c "… && exec program".',
    },
    onPods(
        EVERYWHERE,
        containers(({ command, where, initial }, _, { role }) => {
            if (initial || role === "job") return outside(`${where} runs to its end`);
            return commandJudged(command, where, (words) => {
                const script = shellScript(words);
                if (script === undefined) return pass;
                const kind = handover(script);
                if (kind === "one")
                    return undecided(
                        `whether a shell replaces itself by the one command of ${where} depends on the shell`,
                    );
                return kind === "exec"
                    ? pass
                    : fail(`${where} runs behind a shell (${shown(words[0])})`, "a process that gets SIGTERM itself");
            });
        }),
    ),
);

export const disallowDowntimeDeployment = resourceRule(
    {
        name: "disallow-downtime-deployment",
        factor: 9,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "A new release starts before the old one stops: a deployment is not an outage.",
        mend: {
            aws: "Leave deploymentMinimumHealthyPercent out, or set it above 0.",
            kubernetes: 'Leave strategy.type at "RollingUpdate".',
        },
    },
    {
        aws: types({
            "aws:ecs:Service": (props) => {
                if (text(at(props, "schedulingStrategy")) === "DAEMON")
                    return outside("an agent is replaced in its place");
                return judge(
                    number(at(props, "deploymentMinimumHealthyPercent") ?? 100),
                    "deploymentMinimumHealthyPercent",
                    (percent) => (percent > 0 ? pass : fail("deploymentMinimumHealthyPercent is 0", "more than 0")),
                );
            },
        }),
        kubernetes: types({
            "kubernetes:apps:Deployment": (props) =>
                judge(text(at(props, "spec", "strategy", "type") ?? "RollingUpdate"), "spec.strategy.type", (type) =>
                    type === "Recreate" ? fail('spec.strategy.type is "Recreate"', '"RollingUpdate"') : pass,
                ),
        }),
    },
);
