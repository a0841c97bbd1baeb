import type { Builder } from "../contract.js";
import type { FactsOf } from "./facts.js";
import type { Policy } from "./scale.js";

/** Plain data: the rules live in the template of the app that attaches. */
export const autoscaler: Builder<"Autoscaler"> = (scope, request) => {
    const { queueBacklogPerReplica, ...rest } = request;
    const policy: Policy = { ...rest, measuresQueue: queueBacklogPerReplica !== undefined };
    const facts: FactsOf["Autoscaler"] = { request };
    const cooldownSeconds = scope.options.cooldownSeconds;
    return {
        outputs: {},
        handle: { policy, ...(cooldownSeconds === undefined ? {} : { cooldownSeconds }) },
        facts: { ...facts },
    };
};
