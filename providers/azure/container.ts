import type * as pulumi from "@pulumi/pulumi";
import type { Probe } from "./probes.js";
import type { Size } from "./size.js";

/** A variable of a container: a value, or the name of a secret of its Container App. */
export interface EnvEntry {
    readonly name: string;
    readonly value?: string;
    readonly secretRef?: string;
}

/** A secret of a Container App: its name there, and the Key Vault secret with its version. */
export interface SecretRef {
    readonly name: string;
    readonly keyVaultUrl: string;
}

/** The same, where the value may be an Output. */
export type EnvInput = Omit<EnvEntry, "value"> & { readonly value?: pulumi.Input<string> };

/** The same, where the address may be an Output. */
export type SecretInput = { readonly name: string; readonly keyVaultUrl: pulumi.Input<string> };

export interface ContainerInputs {
    readonly name: string;
    readonly image: pulumi.Input<string>;
    readonly command?: pulumi.Input<readonly string[] | undefined>;
    readonly env: pulumi.Input<readonly EnvInput[]>;
    readonly size: pulumi.Input<Size>;
    readonly probes?: pulumi.Input<readonly Probe[]>;
}

/** The one container of an App or Job. */
export function containerOf({ name, image, command, env, size, probes }: ContainerInputs) {
    return {
        name,
        image,
        ...(command === undefined ? {} : { command: command as pulumi.Input<string[]> }),
        env: env as pulumi.Input<EnvInput[]>,
        resources: size as pulumi.Input<{ cpu: number; memory: string }>,
        ...(probes === undefined ? {} : { probes: probes as pulumi.Input<Probe[]> }),
    };
}

/** The identity of a platform, for `identity`, `identitySettings` and `secrets` of an App or Job. */
export interface Identities {
    /** Pulls images and reads secrets. */
    readonly platform: pulumi.Input<string>;
    /** Reads the length of a queue for the scaler. */
    readonly scaler?: pulumi.Input<string>;
}

/** No container can get a token for any of them. */
export function identityOf({ platform, scaler }: Identities) {
    const all = [platform, ...(scaler === undefined ? [] : [scaler])];
    return {
        identity: { type: "UserAssigned", userAssignedIdentities: all },
        identitySettings: all.map((identity) => ({ identity, lifecycle: "None" })),
    };
}

/** Secrets of an App or Job, read from Key Vault by the platform's identity. */
export function secretsOf(refs: pulumi.Input<readonly SecretInput[]>, identity: pulumi.Input<string>) {
    const read = (known: readonly SecretInput[]) => known.map((ref) => ({ ...ref, identity }));
    return Array.isArray(refs) ? read(refs) : (refs as pulumi.Output<SecretInput[]>).apply(read);
}
