import { environmentFile, environmentIn } from "../../detect/environment-name.js";
import { imageOf } from "../../image.js";
import { CLOUDS, commandJudged, containers, EVERYWHERE, on, onPods } from "../../judges.js";
import { resourceRule } from "../../rule.js";
import { isKnown, isOpaque } from "../../values.js";
import { fail, judge, opaque, pass, shown, undecided, type Verdict } from "../../verdict.js";

export const disallowEnvironmentNameInImage = resourceRule(
    {
        name: "disallow-environment-name-in-image",
        factor: 3,
        severity: "high",
        level: "mandatory",
        description:
            "An image is the same in every environment: one that is named after an environment was built for it.",
        mend: "Build one image, name it after its version, and hand over what differs in the environment.",
    },
    on(
        EVERYWHERE,
        containers(({ image, where }) =>
            judge(image, `the image of ${where}`, (reference) => {
                const read = imageOf(reference);
                const found = read && environmentIn(read.repository, read.tag);
                if (read === undefined) return undecided(`the image of ${where} is no reference`);
                return found === undefined
                    ? pass
                    : fail(
                          `${where} runs the image ${shown(reference)}, which is named after the environment ${shown(found)}`,
                          "one image for all environments",
                      );
            }),
        ),
    ),
);

export const disallowEnvironmentFile = resourceRule(
    {
        name: "disallow-environment-file",
        factor: 3,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "Configuration is in the environment, not in a file per environment that is baked into the image.",
        mend: "Hand over each setting as a variable, and drop the file.",
    },
    on(
        EVERYWHERE,
        containers(({ command, environment, where }) => {
            const answers: Verdict[] = [];
            if (isOpaque(environment)) answers.push(opaque(environment, `the environment of ${where}`));
            else {
                for (const { name, value } of environment ?? []) {
                    const variable = `${isKnown(name) ? name : "?"} of ${where}`;
                    if (isOpaque(value)) answers.push(opaque(value, variable));
                    else answers.push(value === undefined ? pass : namesNoFile(value, variable));
                }
            }
            if (command !== undefined || answers.length === 0) {
                answers.push(
                    commandJudged(command, where, (words) => namesNoFile(words.join(" "), `the command of ${where}`)),
                );
            }
            return answers;
        }),
    ),
);

function namesNoFile(words: string, where: string): Verdict {
    const found = environmentFile(words);
    return found === undefined
        ? pass
        : fail(`${where} names ${shown(found)}, a file for one environment`, "settings in the environment");
}

export const disallowDuplicateVariables = resourceRule(
    {
        name: "disallow-duplicate-variables",
        factor: 3,
        severity: "medium",
        level: "mandatory",
        description: "A variable has one value: which of two wins differs between platforms.",
        mend: "Keep one of them.",
    },
    onPods(
        CLOUDS,
        containers(({ environment, where }) => {
            if (isOpaque(environment)) return opaque(environment, `the environment of ${where}`);
            if (environment === undefined) return undefined;
            const names = environment.map(({ name }) => name);
            const twice = [...new Set(names.filter((name, index) => isKnown(name) && names.indexOf(name) !== index))];
            if (twice.length > 0)
                return fail(`${where} is given ${twice.map(shown).join(", ")} more than once`, "each name once");
            const hidden = names.find(isOpaque);
            return hidden === undefined ? pass : opaque(hidden, `a name in the environment of ${where}`);
        }),
    ),
);
