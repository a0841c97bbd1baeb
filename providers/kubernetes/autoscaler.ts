import type { AutoscalerRequest, Builder } from "../contract.js";
import type { FactsOf } from "./facts.js";

/** The rule as it stands in a handle: without the queue, which only this program can attach to. */
export type Policy = Omit<AutoscalerRequest, "queueBacklogPerReplica"> & { readonly measuresQueue: boolean };

/** Plain data, until an app attaches: then one object that belongs to the app. */
export const autoscaler: Builder<"Autoscaler"> = (_scope, request) => {
    const { queueBacklogPerReplica, ...rest } = request;
    const policy: Policy = { ...rest, measuresQueue: queueBacklogPerReplica !== undefined };
    const facts: FactsOf["Autoscaler"] = { request };
    return { outputs: {}, handle: { policy }, facts: { ...facts } };
};
