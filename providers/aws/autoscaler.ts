import * as pulumi from "@pulumi/pulumi";
import type { AutoscalerRequest, Builder } from "../contract.js";
import { awsCron } from "./cron.js";
import type { FactsOf } from "./facts.js";
import { field, ground, type QueueHandle } from "./handles.js";

/** The rule as it stands in a handle. */
export type Policy = Omit<AutoscalerRequest, "queueBacklogPerReplica"> & {
    readonly queueBacklogPerReplica?: { readonly queueName: string; readonly messages: number };
};

/** Plain data, until an app attaches: then a target and policies that belong to the app. */
export const autoscaler: Builder<"Autoscaler"> = (scope, request) => {
    const { queueBacklogPerReplica: backlog, ...rest } = request;
    const policy: pulumi.Output<Policy> =
        backlog === undefined
            ? pulumi.output<Policy>(rest)
            : field<QueueHandle, "name">(backlog.queue, "name").apply((queueName) => ({
                  ...rest,
                  queueBacklogPerReplica: { queueName, messages: backlog.messages },
              }));
    const facts: FactsOf["Autoscaler"] = { request };
    return { outputs: {}, handle: { region: ground(scope, "region"), policy }, facts };
};

/** One sentence for each schedule that Application Auto Scaling cannot have. */
export function scheduleProblems({ schedules }: AutoscalerRequest): readonly string[] {
    return schedules.flatMap(({ cron, timeZone, minReplicas }, index) => {
        const translated = awsCron(cron);
        const same = schedules.findIndex((other) => other.cron === cron && other.timeZone === timeZone);
        return [
            ...("problem" in translated ? [`schedules[${index}].cron is "${cron}". ${translated.problem}`] : []),
            ...(minReplicas === 0 ? [`schedules[${index}].minReplicas is 0; allowed on aws: 1 or more.`] : []),
            ...(same < index
                ? [`schedules[${index}] has the times of schedules[${same}]; leave one of them out.`]
                : []),
        ];
    });
}
