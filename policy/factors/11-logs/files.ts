import { CLOUDS, EVERYWHERE, on, onPods, variables, workloads } from "../../judges.js";
import { resourceRule } from "../../rule.js";
import { isOpaque } from "../../values.js";
import { fail, judge, opaque, outside, pass, shown, type Verdict } from "../../verdict.js";

const LOG_PATH = /^\/(?:var\/)?logs?(?:\/|$)|\/logs?\/?$/i;

export const disallowLogVolume = resourceRule(
    {
        name: "disallow-log-volume",
        factor: 11,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "A process writes its log to stdout and to no file: a volume for log files fills up, and nobody reads it.",
        mend: "Drop the volume, and let the process write to stdout.",
    },
    onPods(
        CLOUDS,
        workloads(({ containers: all, role }) => {
            if (role === "agent") return outside("an agent collects the logs of others");
            if (isOpaque(all)) return opaque(all, "what it runs");
            return (all ?? []).flatMap(({ mounts, where }): readonly Verdict[] => {
                if (isOpaque(mounts)) return [opaque(mounts, `the mounts of ${where}`)];
                if (mounts === undefined || mounts.length === 0) return [pass];
                return mounts.map(({ path }) =>
                    judge(path, `a mount of ${where}`, (known) =>
                        LOG_PATH.test(known)
                            ? fail(`${where} has a volume at ${shown(known)}`, "no volume for log files")
                            : pass,
                    ),
                );
            });
        }),
    ),
);

const LOG_VARIABLE = /(?:^|_)LOG(?:S|GING)?_?(?:FILE|PATH|DIR|DIRECTORY|FOLDER|FILENAME|OUTPUT)(?:_?NAME|_?PATH)?$/i;

const STREAM =
    /^(?:|-|stdout|stderr|console|\/dev\/(?:stdout|stderr|fd\/[12])|\/proc\/(?:self|1)\/fd\/[12]|false|none|null)$/i;

export const disallowLogFileVariable = resourceRule(
    {
        name: "disallow-log-file-variable",
        factor: 11,
        severity: "low",
        level: { development: "advisory", production: "mandatory" },
        description: "A process is not told a file for its log: the platform routes what it writes to stdout.",
        mend: "Drop the variable, or set it to /dev/stdout.",
    },
    on(
        EVERYWHERE,
        variables(({ name, value, where }) => {
            if (isOpaque(name)) return opaque(name, `the name of a variable in ${where}`);
            if (name === undefined || !LOG_VARIABLE.test(name)) return pass;
            return judge(value, where, (known) =>
                STREAM.test(known) ? pass : fail(`${where} is ${shown(known)}`, "stdout"),
            );
        }),
    ),
);
