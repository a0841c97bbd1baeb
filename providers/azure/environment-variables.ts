import * as pulumi from "@pulumi/pulumi";
import type { EnvInput, SecretInput } from "./container.js";
import { secretName } from "./names.js";

/**
 * The variables of a container, in an order that does not depend on the program's. What is unknown at preview hides
 * itself only.
 */
export function variablesOf(
    plain: pulumi.Input<Readonly<Record<string, string>>>,
    more: Readonly<Record<string, pulumi.Input<string>>>,
    secrets: readonly string[],
): pulumi.Output<EnvInput[]> {
    return pulumi.output(plain).apply((plain) => {
        const values: Readonly<Record<string, pulumi.Input<string>>> = { ...plain, ...more };
        return [
            ...Object.keys(values)
                .sort()
                .map((name) => ({ name, value: values[name] ?? "" })),
            ...[...secrets].sort().map((name) => ({ name, secretRef: secretName(name) })),
        ];
    });
}

/** The secrets of an app, in the same order. */
export function secretRefsOf(uris: Readonly<Record<string, pulumi.Input<string>>>): SecretInput[] {
    return Object.keys(uris)
        .sort()
        .map((variable) => ({ name: secretName(variable), keyVaultUrl: uris[variable] ?? "" }));
}
