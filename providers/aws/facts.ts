/**
 * Plain facts about components of this program, for decisions about which resources exist: those cannot wait for the
 * Outputs of a handle.
 */
import type {
    Attachment,
    AutoscalerRequest,
    Facts,
    Kind,
    LoadBalancerRequest,
    PlatformRequest,
    RolloutRequest,
    RouteRequest,
} from "../contract.js";
import type { PlatformFacts } from "../shared.js";
import type { Door } from "./service-connect.js";
import type { TargetSettings } from "./settings.js";

export interface FactsOf {
    Platform: PlatformFacts & { readonly request: PlatformRequest; readonly settings: TargetSettings };
    LoadBalancer: Facts & { readonly request: LoadBalancerRequest };
    Autoscaler: Facts & { readonly request: AutoscalerRequest };
    App: Facts & {
        readonly port: number | undefined;
        readonly routes: readonly RouteRequest[];
        readonly strategy: RolloutRequest["strategy"];
        readonly door: Door;
    };
}

/** Undefined for a component of another stack. */
export function factsOf<K extends keyof FactsOf & Kind>({ facts }: Attachment<K>): FactsOf[K] | undefined {
    return facts as FactsOf[K] | undefined;
}
