import type { AutoscalerRequest, Builder } from "../contract.js";

/** The rule as it stands in a handle. */
export type Policy = Omit<AutoscalerRequest, "queueBacklogPerReplica"> & {
    readonly queueBacklogPerReplica?: { readonly queueName: string; readonly messages: number };
};

export const autoscaler: Builder<"Autoscaler"> = () => {
    throw new Error("not there yet");
};
