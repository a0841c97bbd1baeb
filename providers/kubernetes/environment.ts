import { Secret, type SecretArgs } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { ground } from "./handles.js";
import { type Component, objectLabels } from "./labels.js";
import { CA_FILE, type EnvVar, SECRETS_FOLDER } from "./pod.js";

export interface EnvironmentInputs {
    readonly plain: pulumi.Input<Readonly<Record<string, string>>>;
    /** More variables, each known on its own. */
    readonly more: Readonly<Record<string, pulumi.Input<string>>>;
    /** Names of the entries of the Secret. */
    readonly secretNames: readonly string[];
    readonly secret?: pulumi.Output<string>;
    /** Hand secrets over as files, and their paths as `<NAME>_FILE`. */
    readonly asFiles: boolean;
}

/** The Secret of an app: immutable and auto-named, so that a change of it is a new Secret, and so a new release. */
export function secretOf(
    scope: Scope,
    component: Component,
    entries: Readonly<Record<string, pulumi.Output<string>>>,
): Secret | undefined {
    if (Object.keys(entries).length === 0) return undefined;
    return scope.child(
        "secrets",
        {
            metadata: { namespace: ground(scope, "namespace"), labels: objectLabels(scope, component) },
            type: "Opaque",
            immutable: true,
            stringData: { ...entries },
        },
        (child, args: SecretArgs, opts) => new Secret(child, args, opts),
    );
}

/** The environment of a container, in an order that does not depend on the program's. */
export function environmentOf(inputs: EnvironmentInputs): pulumi.Output<pulumi.Input<EnvVar>[]> {
    const { secret } = inputs;
    const secrets = [...inputs.secretNames].sort().map((name): EnvVar => {
        if (inputs.asFiles) return { name: `${name}_FILE`, value: `${SECRETS_FOLDER}/${name}` };
        return { name, valueFrom: { secretKeyRef: { name: secret ?? "", key: name } } };
    });
    // Node trusts the platform's own authority beside the public ones; SSL_CERT_FILE would replace them.
    const ours = { NODE_EXTRA_CA_CERTS: CA_FILE, ...inputs.more };
    return pulumi.output(inputs.plain).apply((plain) => {
        const given: Record<string, pulumi.Input<string>> = { ...ours, ...plain };
        const values = Object.keys(given)
            .sort()
            .map((name): EnvVar => ({ name, value: given[name] ?? "" }));
        return [...values, ...secrets];
    });
}
