import * as pulumi from "@pulumi/pulumi";

// Said when the target is loaded, at preview, and not by a provider in the middle of an update.
for (const peer of ["@aws-sdk/client-ecs", "@aws-sdk/client-cloudwatch-logs"]) require.resolve(peer);

/**
 * The dynamic provider as the text that Pulumi keeps in the state and evaluates in a process of its own: it loads what it
 * does from the program's own folder (docs/adr/0002-dynamic-provider.md).
 */
function providerText(name: "serving" | "run"): string {
    return `exports.handler=()=>require("module").createRequire(process.cwd()+"/x.js")("twelvefold/aws/resource").${name}`;
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
