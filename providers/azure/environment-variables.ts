import * as pulumi from "@pulumi/pulumi";
import type { EnvEntry, SecretRef } from "./container.js";
import { secretName } from "./names.js";

/** The variables of a container, in an order that does not depend on the program's. */
export function variablesOf(
    plain: pulumi.Input<Readonly<Record<string, string>>>,
    more: Readonly<Record<string, pulumi.Input<string>>>,
    secrets: readonly string[],
): pulumi.Output<EnvEntry[]> {
    return pulumi.all([plain, pulumi.all({ ...more })]).apply(([plain, more]) => {
        const values: Readonly<Record<string, string>> = { ...plain, ...more };
        return [
            ...Object.keys(values)
                .sort()
                .map((name) => ({ name, value: values[name] ?? "" })),
            ...[...secrets].sort().map((name) => ({ name, secretRef: secretName(name) })),
        ];
    });
}

/** The secrets of an app, in the same order. */
export function secretRefsOf(uris: Readonly<Record<string, pulumi.Input<string>>>): pulumi.Output<SecretRef[]> {
    return pulumi.all({ ...uris }).apply((known) =>
        Object.keys(known)
            .sort()
            .map((variable) => ({ name: secretName(variable), keyVaultUrl: known[variable] ?? "" })),
    );
}
