/**
 * Plain facts about components of this program, for decisions about which resources exist: those cannot wait for the
 * Outputs of a handle.
 */
import type { Resource } from "@pulumi/pulumi";
import type { Attachment, AutoscalerRequest, Kind, RouteRequest, Scope } from "../contract.js";
import type { TargetSettings } from "./settings.js";

export interface FactsOf {
    /** Where children of the platform are made that the first component to need them asks for. */
    Platform: { readonly scope: Scope; readonly shared: Map<string, unknown>; readonly settings: TargetSettings };
    Autoscaler: { readonly request: AutoscalerRequest };
    /** The label that admits to its broker. */
    Queue: { readonly clientLabel: string };
    /** `ready` is the last of what a release needs to serve. */
    App: { readonly routes: readonly RouteRequest[]; readonly ready: Resource };
}

/** Undefined for a component of another stack. */
export function factsOf<K extends keyof FactsOf & Kind>({ facts }: Attachment<K>): FactsOf[K] | undefined {
    return facts as FactsOf[K] | undefined;
}

/** Whether a component stands on a platform of its own program. */
export function isOwnPlatform({ platform }: Scope): boolean {
    return platform?.facts !== undefined;
}
