import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { factsOf } from "./facts.js";

/** Settings of the whole stack: `kubernetes` of its Platform, or `twelvefold:kubernetes` in its configuration. */
export interface TargetSettings {
    /** Who answers for the stack; a label of every object. */
    readonly owner?: string;
    /** Commit that is deployed; a label of every object. */
    readonly commit?: string;
    /** Address of the source repository; an annotation of every workload. */
    readonly repository?: string;
    /** Where built images go, and how to log in. */
    readonly registry?: RegistrySettings;
}

export interface RegistrySettings {
    /** Host and path, for example `registry.example.com/shop`. */
    readonly server: string;
    readonly username?: string;
    readonly password?: string;
}

/** What holds for a component: what its platform says, which includes the stack's configuration. */
export function settingsOf(scope: Scope): TargetSettings {
    const { platform } = scope;
    if (platform === undefined) return scope.options;
    return factsOf(platform)?.settings ?? new pulumi.Config("twelvefold").getObject<TargetSettings>("kubernetes") ?? {};
}
