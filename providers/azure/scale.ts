import type { AutoscalerRequest, ScheduleRequest } from "../contract.js";

/** The rule as it stands in a handle: without the queue, which only this program can attach to. */
export type Policy = Omit<AutoscalerRequest, "queueBacklogPerReplica"> & { readonly measuresQueue: boolean };

/** A queue to measure, and who may look at its length. */
export interface Backlog {
    readonly namespace: string;
    readonly queueName: string;
    readonly messages: number;
    readonly identity: string;
}

export interface ScaleRule {
    readonly name: string;
    readonly http?: { readonly metadata: Readonly<Record<string, string>> };
    readonly custom?: {
        readonly type: string;
        readonly metadata: Readonly<Record<string, string>>;
        readonly identity?: string;
    };
}

/** `template.scale` of a Container App. */
export interface Scale {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly cooldownPeriod?: number;
    readonly rules?: readonly ScaleRule[];
}

/** A number of replicas that nothing changes. */
export function fixedScale(replicas: number): Scale {
    return { minReplicas: replicas, maxReplicas: replicas };
}

/** The largest rule wins. */
export function scaleOf(policy: Policy, backlog: Backlog | undefined, cooldownSeconds?: number): Scale {
    const { cpuPercent, memoryPercent, requestsPerSecondPerReplica, schedules } = policy;
    const rules: ScaleRule[] = [
        ...(cpuPercent === undefined ? [] : [use("cpu", cpuPercent)]),
        ...(memoryPercent === undefined ? [] : [use("memory", memoryPercent)]),
        ...(requestsPerSecondPerReplica === undefined ? [] : [requests(requestsPerSecondPerReplica)]),
        ...(backlog === undefined ? [] : [waiting(backlog)]),
        ...clocks(schedules),
    ];
    return {
        minReplicas: fewest(policy),
        maxReplicas: policy.maxReplicas,
        ...(cooldownSeconds === undefined ? {} : { cooldownPeriod: cooldownSeconds }),
        rules,
    };
}

/** What one of them asks for when no rule asks for more. One schedule alone never ends: it is the minimum itself. */
function fewest({ minReplicas, schedules }: Policy): number {
    const [only] = schedules;
    return schedules.length === 1 && only !== undefined ? Math.max(minReplicas, only.minReplicas) : minReplicas;
}

function use(type: "cpu" | "memory", percent: number): ScaleRule {
    return { name: type, custom: { type, metadata: { type: "Utilization", value: String(percent) } } };
}

/** Counted as the requests of the last 15 seconds divided by 15: requests a second, whatever the field is called. */
function requests(perReplica: number): ScaleRule {
    return {
        name: "requests",
        http: { metadata: { concurrentRequests: String(Math.max(1, Math.round(perReplica))) } },
    };
}

function waiting({ namespace, queueName, messages, identity }: Backlog): ScaleRule {
    const metadata = { namespace, queueName, messageCount: String(messages) };
    return { name: "backlog", custom: { type: "azure-servicebus", metadata, identity } };
}

/** Each schedule is a floor until the next one's time. */
function clocks(entries: readonly ScheduleRequest[]): readonly ScaleRule[] {
    if (entries.length < 2) return [];
    return entries.map((entry, index) => ({
        name: `schedule-${index}`,
        custom: {
            type: "cron",
            metadata: {
                timezone: entry.timeZone === "UTC" ? "Etc/UTC" : entry.timeZone,
                start: entry.cron,
                end: (entries[(index + 1) % entries.length] ?? entry).cron,
                desiredReplicas: String(entry.minReplicas),
            },
        },
    }));
}
