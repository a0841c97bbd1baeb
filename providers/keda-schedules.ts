import type { AutoscalerRequest, TargetName } from "./contract.js";

/**
 * What KEDA's cron trigger cannot do of an Autoscaler's schedules: it raises the minimum between two times, on Kubernetes
 * as in Container Apps. Source: https://keda.sh/docs/latest/scalers/cron/
 */
export function refuseSchedules(target: TargetName) {
    return ({ schedules, maxReplicas }: AutoscalerRequest): readonly string[] => {
        const zones = new Set(schedules.map(({ timeZone }) => timeZone));
        const ceilings = schedules.flatMap((entry, index) =>
            entry.maxReplicas === maxReplicas
                ? []
                : [
                      `schedules[${index}].maxReplicas is ${entry.maxReplicas}; allowed on ${target}: ${maxReplicas}, like maxReplicas. ` +
                          "A schedule raises the minimum until the next entry; it cannot change maxReplicas.",
                  ],
        );
        if (zones.size <= 1) return ceilings;
        return [
            ...ceilings,
            `schedules name the time zones ${[...zones].join(" and ")}; allowed on ${target}: one, since an entry ends when the next begins.`,
        ];
    };
}
