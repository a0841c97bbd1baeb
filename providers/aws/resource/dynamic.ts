import * as pulumi from "@pulumi/pulumi";

/**
 * The dynamic provider as the text that Pulumi keeps in the state and evaluates in a process of its own: it loads what it
 * does from the program's own folder (docs/adr/0002-dynamic-provider.md).
 */
function providerText(name: "serving" | "run"): string {
    return `exports.handler=()=>require("module").createRequire(process.cwd()+"/x.js")("twelvefold/aws/resource").${name}`;
}

/** How calls to AWS are made. */
export interface Access {
    readonly region: string;
    /** Profile of the AWS configuration; the environment's without. */
    readonly profile?: string;
}

/** A resource whose provider is this package. */
export class DynamicResource extends pulumi.CustomResource {
    constructor(
        kind: { readonly type: string; readonly provider: "serving" | "run" },
        name: string,
        inputs: pulumi.Inputs,
        outputs: readonly string[],
        opts: pulumi.CustomResourceOptions,
    ) {
        const unset = Object.fromEntries(outputs.map((output) => [output, undefined]));
        const props = { ...unset, ...inputs, __provider: providerText(kind.provider) };
        super(`pulumi-nodejs:dynamic/twelvefold:${kind.type}`, name, props, opts);
    }
}
