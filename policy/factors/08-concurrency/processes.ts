import { manager } from "../../detect/command.js";
import { CLOUDS, commandJudged, containers, EVERYWHERE, on, onPods } from "../../judges.js";
import { resourceRule } from "../../rule.js";
import { isOpaque } from "../../values.js";
import { fail, opaque, pass } from "../../verdict.js";

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
