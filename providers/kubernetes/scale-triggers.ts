import type { ScheduleRequest } from "../contract.js";
import { ProgramError } from "../errors.js";
import type { Policy } from "./autoscaler.js";
import { fillQuery, type PlatformRecord } from "./record.js";

/** What KEDA measures. */
export interface Trigger {
    readonly type: string;
    readonly metricType?: string;
    readonly metadata: Readonly<Record<string, string>>;
    readonly authenticationRef?: { readonly name: string };
}

export interface Place {
    readonly record: PlatformRecord;
    readonly namespace: string;
    readonly name: string;
    readonly who: string;
}

/** All triggers of a policy but its queue's. */
export function triggersOf(policy: Policy, place: Place): readonly Trigger[] {
    const { cpuPercent, memoryPercent, requestsPerSecondPerReplica } = policy;
    return [
        ...(cpuPercent === undefined ? [] : [use("cpu", cpuPercent, place)]),
        ...(memoryPercent === undefined ? [] : [use("memory", memoryPercent, place)]),
        ...(requestsPerSecondPerReplica === undefined ? [] : [requests(requestsPerSecondPerReplica, place)]),
        ...schedules(policy.schedules),
    ];
}

function use(type: "cpu" | "memory", percent: number, { name }: Place): Trigger {
    return { type, metricType: "Utilization", metadata: { value: String(percent), containerName: name } };
}

function requests(perReplica: number, { record, namespace, name, who }: Place): Trigger {
    const { prometheus } = record;
    if (prometheus?.requestsPerSecond === undefined) {
        throw new ProgramError(
            `${who}: requestsPerSecondPerReplica. Nothing in Kubernetes counts requests per app; ` +
                "add prometheus to the platform record, or scale on cpu.",
        );
    }
    return {
        type: "prometheus",
        metricType: "AverageValue",
        metadata: {
            serverAddress: prometheus.address,
            query: fillQuery(prometheus.requestsPerSecond, { namespace, service: name }),
            threshold: String(perReplica),
        },
    };
}

/** Each schedule is a floor until the next one's time. One alone would never end: it is the minimum itself. */
function schedules(entries: readonly ScheduleRequest[]): readonly Trigger[] {
    if (entries.length < 2) return [];
    return entries.map((entry, index) => ({
        type: "cron",
        metadata: {
            timezone: entry.timeZone,
            start: entry.cron,
            end: (entries[(index + 1) % entries.length] ?? entry).cron,
            desiredReplicas: String(entry.minReplicas),
        },
    }));
}
