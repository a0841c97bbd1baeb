import { handover, shellScript } from "../../detect/command.js";
import { alike, balancing, commandJudged, containers, EVERYWHERE, onPods, types } from "../../judges.js";
import { podOf } from "../../kinds/kubernetes/workload.js";
import type { Resource } from "../../resource.js";
import { resourceRule } from "../../rule.js";
import { at, each, isOpaque, json, number } from "../../values.js";
import { fail, judge, opaque, outside, pass, shown, undecided, type Verdict } from "../../verdict.js";

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
        // Every platform has a default, and it is not wrong: that nobody chose it is a remark.
        level: "advisory",
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
