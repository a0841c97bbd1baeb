import * as pulumi from "@pulumi/pulumi";
import type { ReleaseInputs, RunInputs, ServingInputs } from "./inputs.js";

/**
 * The dynamic provider of the steps that Azure has no resource for, as the text that Pulumi keeps in the state. It only
 * loads operations.ts from the program's own folder (docs/adr/0002-dynamic-provider.md).
 */
export const PROVIDER_TEXT =
    'exports.handler=()=>require("module").createRequire(process.cwd()+"/x.js")("twelvefold/azure/resource").provider';

interface Steps {
    /** Runs the release command, and proves a release before Pulumi's own update seals it. */
    AzureRelease: ReleaseInputs;
    /** Waits until the declared release is the one that serves. */
    AzureServing: ServingInputs;
    /** Runs a job once. */
    AzureRun: RunInputs;
}

export type Step = keyof Steps;

/** Inputs whose values may be Outputs. */
export type StepArgs<S extends Step> = { readonly [N in keyof Steps[S]]: pulumi.Input<Steps[S][N]> };

/** One awaited step of an update. */
export class ArmStep<S extends Step> extends pulumi.CustomResource {
    /** What it came to: a revision, or an execution of a job. */
    declare readonly result: pulumi.Output<string>;

    constructor(step: S, name: string, args: StepArgs<S>, opts: pulumi.CustomResourceOptions) {
        const props = { ...args, step, __provider: PROVIDER_TEXT, result: undefined };
        super(`pulumi-nodejs:dynamic/twelvefold:${step}`, name, props, opts);
    }
}
