import type { input } from "@pulumi/kubernetes/types";
import { getVersion } from "@pulumi/kubernetes/utilities";
import * as pulumi from "@pulumi/pulumi";

/** An object whose kind no SDK class knows: Gateway API, operators. */
export interface ManifestArgs {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: input.meta.v1.ObjectMeta;
    readonly spec: pulumi.Input<Readonly<Record<string, unknown>>>;
}

/** One class for all of them, with the live status as an output. */
export class Manifest extends pulumi.CustomResource {
    declare readonly status: pulumi.Output<Readonly<Record<string, unknown>> | undefined>;

    constructor(name: string, args: ManifestArgs, opts: pulumi.CustomResourceOptions) {
        // An output exists when an input of its name does; undefined leaves it to the cluster.
        const inputs = { ...args, status: undefined };
        super(
            `kubernetes:${args.apiVersion}:${args.kind}`,
            name,
            inputs,
            pulumi.mergeOptions({ version: getVersion() }, opts),
        );
    }
}
