import { containers, onPods, types } from "../../judges.js";
import { resourceRule } from "../../rule.js";
import { detectSecret } from "../../secrets/index.js";
import { at, each, flag, isKnown, isOpaque, map, text } from "../../values.js";
import { fail, judge, opaque, outside, pass, shown, type Verdict } from "../../verdict.js";

const REFERENCE = /^(?:arn:[^\s]+|\/?[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*)$/;

export const requireSecretReference = resourceRule(
    {
        name: "require-secret-reference",
        factor: 3,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description: "A secret is handed over by reference to a store that guards, logs and rotates it.",
        mend: {
            aws: "Name the secret's ARN, or the SSM parameter's, under valueFrom.",
            azure: "Give keyVaultUrl and identity instead of value.",
        },
    },
    {
        ...onPods(
            ["aws"],
            containers(({ environment, where }) => {
                if (isOpaque(environment)) return opaque(environment, `the environment of ${where}`);
                return (environment ?? []).flatMap(({ name, reference }) =>
                    reference === undefined
                        ? []
                        : [
                              judge(
                                  reference,
                                  `valueFrom of ${String(isKnown(name) ? name : "?")} of ${where}`,
                                  (value) =>
                                      REFERENCE.test(value) && detectSecret("", value) === undefined
                                          ? pass
                                          : fail(
                                                `valueFrom of ${String(isKnown(name) ? name : "?")} of ${where} is no reference`,
                                                "the ARN of a secret or a parameter, or a parameter's name",
                                            ),
                              ),
                          ],
                );
            }),
        ),
        azure: types({
            "azure-native:app:ContainerApp": (props) => vaulted(props),
            "azure-native:app:Job": (props) => vaulted(props),
        }),
    },
);

function vaulted(props: unknown): readonly Verdict[] {
    const secrets = each(at(props, "configuration", "secrets"), (entry) => {
        const name = shown(map(text(at(entry, "name")), String) ?? "?");
        const value = at(entry, "value");
        if (isOpaque(at(entry, "keyVaultUrl")))
            return opaque(at(entry, "keyVaultUrl"), `the vault of the secret ${name}`);
        if (isKnown(text(at(entry, "keyVaultUrl")))) return pass;
        if (isOpaque(entry)) return opaque(entry, "a secret");
        return value === undefined
            ? outside(`the secret ${name} has no value`)
            : fail(`the secret ${name} has its value in the app's own configuration`, "keyVaultUrl");
    });
    return isOpaque(secrets) ? [opaque(secrets, "configuration.secrets")] : (secrets ?? []);
}

export const disallowRegistryPassword = resourceRule(
    {
        name: "disallow-registry-password",
        factor: 3,
        severity: "medium",
        level: { development: "advisory", production: "mandatory" },
        description:
            "A registry is reached by an identity: a password that everybody shares cannot be taken from anybody.",
        mend: {
            azure: "Set adminUserEnabled: false, and let apps pull with a managed identity that has the role AcrPull.",
        },
    },
    {
        azure: types({
            "azure-native:containerregistry:Registry": (props) =>
                judge(
                    flag(at(props, "adminUserEnabled")),
                    "adminUserEnabled",
                    (enabled) => (enabled ? fail("adminUserEnabled is true", "false") : pass),
                    pass,
                ),
        }),
    },
);
