import { commandJudged, containers, EVERYWHERE, on, types, variables } from "../../judges.js";
import { resourceRule } from "../../rule.js";
import { detectSecret } from "../../secrets/index.js";
import { at, isKnown, isOpaque, type Maybe, map, record, text } from "../../values.js";
import { fail, judge, opaque, pass, type Verdict } from "../../verdict.js";

/** Values are never shown: the message goes to logs and pull requests. */
function literal(name: Maybe<string>, value: unknown, where: string, wanted: string): Verdict {
    return judge(text(value), where, (known) => {
        const found = detectSecret(isKnown(name) ? name : "", known);
        if (found !== undefined) return fail(`${where} is a secret in clear: its value ${found.reason}`, wanted);
        return isOpaque(name) ? opaque(name, `the name of ${where}`) : pass;
    });
}

const BY_REFERENCE = {
    intent: "Move it from environment to secrets, with the value from config.requireSecret, or bind the backing service.",
    aws: "Put it into Secrets Manager or SSM, and name it under secrets with valueFrom.",
    azure: "Put it into Key Vault, name it under configuration.secrets with keyVaultUrl, and refer to it with secretRef.",
    kubernetes: "Put it into a Secret, and refer to it with valueFrom.secretKeyRef.",
};

export const disallowSecretInEnvironment = resourceRule(
    {
        name: "disallow-secret-in-environment",
        factor: 3,
        severity: "critical",
        level: "mandatory",
        description:
            "No secret stands in the environment in clear: it would be in the state, in the console and in every copy of the template.",
        mend: BY_REFERENCE,
    },
    on(
        EVERYWHERE,
        variables(({ name, value, reference, where }) => {
            if (value === undefined) {
                return isOpaque(reference) ? opaque(reference, where) : pass;
            }
            return literal(name, value, where, "a reference to where the secret is kept");
        }),
    ),
);

export const disallowSecretInCommand = resourceRule(
    {
        name: "disallow-secret-in-command",
        factor: 3,
        severity: "critical",
        level: "mandatory",
        description: "No secret stands in a command: everybody who lists processes reads it.",
        mend: "Hand it over in the environment, by reference, and let the process read it there.",
    },
    on(
        EVERYWHERE,
        containers(({ command, where }) =>
            commandJudged(command, where, (words) => {
                const all = words.flatMap(wordsIn);
                const found = all.flatMap((word, index) => secretIn(word, all[index - 1] ?? ""))[0];
                return found === undefined
                    ? pass
                    : fail(`the command of ${where} holds a secret in clear: ${found}`, "a command without secrets");
            }),
        ),
    ),
);

/** The words of a script, and the script as a whole: a key may have spaces in it. */
function wordsIn(word: string): readonly string[] {
    const short = word.slice(0, 10_000);
    return /\s/.test(short) ? [short, ...short.split(/[\s;|&()"'`]+/)] : [short];
}

/** `--password=x`, `PASSWORD=x` and `--password x`, and what is a secret by its shape. */
function secretIn(word: string, before: string): readonly string[] {
    const [, name, value] = /^(?:-{1,2})?([A-Za-z][A-Za-z0-9_.-]*)=(.*)$/s.exec(word.slice(0, 10_000)) ?? [];
    const named = name === undefined ? /^-{1,2}([A-Za-z][A-Za-z0-9_.-]*)$/.exec(before)?.[1] : name;
    const finding = detectSecret((named ?? "").replaceAll(/[-.]/g, "_").toUpperCase(), value ?? word);
    return finding === undefined ? [] : [finding.reason];
}

export const disallowSecretInPlainStore = resourceRule(
    {
        name: "disallow-secret-in-plain-store",
        factor: 3,
        severity: "high",
        level: "mandatory",
        description: "What is kept for everybody to read holds no secret.",
        mend: {
            aws: "Make the parameter a SecureString, or use Secrets Manager.",
            azure: "Put it into Key Vault, and refer to it from App Configuration.",
            kubernetes: "Move the entry from the ConfigMap to a Secret.",
        },
    },
    {
        aws: types({
            "aws:ssm:Parameter": (props) =>
                judge(text(at(props, "type")), "type", (type) => {
                    if (type === "SecureString") return pass;
                    const name = text(at(props, "name"));
                    const last = map(name, (path) => path.slice(path.lastIndexOf("/") + 1));
                    return judge(text(at(props, "value") ?? at(props, "insecureValue")), "value", (value) =>
                        literal(last, value, "the parameter's value", "a SecureString"),
                    );
                }),
        }),
        azure: types({
            "azure-native:appconfiguration:KeyValue": (props) => {
                const name = text(at(props, "keyValueName"));
                const last = map(name, (path) => path.split("$")[0]?.split(/[:/]/).at(-1) ?? "");
                return literal(last, at(props, "value"), "the key's value", "a reference to Key Vault");
            },
        }),
        kubernetes: types({
            "kubernetes:core:ConfigMap": (props) => {
                const data = record(at(props, "data"));
                if (isOpaque(data)) return opaque(data, "data");
                return Object.entries(data ?? {}).map(([name, value]) =>
                    literal(name, value, `data.${name}`, "a Secret"),
                );
            },
        }),
    },
);
