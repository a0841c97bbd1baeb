import * as pulumi from "@pulumi/pulumi";
import type { Attachable, Attachment, AutoscalerRequest, Handle, ScheduleRequest } from "../providers/contract.js";
import type { Feature } from "../providers/support.js";
import { type ArgsReader, compact } from "./base/args-reader.js";
import { attachedAs, attachmentOf, type Imported, importComponent, intentOf } from "./base/attach.js";
import { shown } from "./base/errors.js";
import { decimal, flag, listOf, objectOf, wholeNumber } from "./base/fields.js";
import type { Intent } from "./base/intent.js";
import { askedFor, type CommonArgs, type Plan, plan } from "./base/plan.js";
import { cron, timeZone } from "./base/schedule.js";

/** Bounds that hold from the times of a cron expression until the next entry's time. */
export interface ScheduleArgs {
    /** Five fields: minute, hour, day of month, month, day of week. */
    readonly cron: string;
    /** IANA time zone. Default: UTC. */
    readonly timeZone?: string | undefined;
    /** Fewest replicas from then on, 0 to 1,000. */
    readonly minReplicas: number;
    /** Most replicas from then on, 1 to 1,000. */
    readonly maxReplicas: number;
}

export interface AutoscalerArgs extends CommonArgs<"Autoscaler"> {
    /** Fewest replicas, 1 to 1,000; 0 with `scaleToZero`. Plain. Default: 1; 2 in production. */
    readonly minReplicas?: number | undefined;
    /** Most replicas, 1 to 1,000. Plain. */
    readonly maxReplicas: number;
    /** Mean CPU use to keep, in percent of the app's `cpu`, 1 to 100. */
    readonly cpuPercent?: number | undefined;
    /** Mean memory use to keep, in percent of the app's `memoryMiB`, 1 to 100. */
    readonly memoryPercent?: number | undefined;
    /** Requests a second that one replica should get, 0.1 or more. */
    readonly requestsPerSecondPerReplica?: number | undefined;
    /** Messages of a queue that should wait for each replica. */
    readonly queueBacklogPerReplica?: {
        /** The queue, of this stack or of another one. */
        readonly queue: Attachable<"Queue">;
        /** Messages for each replica, 1 to 1,000,000. */
        readonly messages: number;
    };
    /** Other bounds at other times. Default: none. */
    readonly schedules?: readonly ScheduleArgs[] | undefined;
    /** Run no replica while there is nothing to do. Plain. Default: false. */
    readonly scaleToZero?: boolean | undefined;
    /** How long the need must have been lower before replicas are removed, in seconds, 0 to 3,600. Default: 300. */
    readonly scaleInCooldownSeconds?: number | undefined;
    /** How long the need must have been higher before replicas are added, in seconds, 0 to 3,600. Default: 0. */
    readonly scaleOutCooldownSeconds?: number | undefined;
    /** The platform that it belongs to. Default: the stack's own. */
    readonly platform?: Attachable<"Platform"> | undefined;
}

/**
 * How many replicas an app should have: bounds, and what to measure. It creates nothing; an App attaches to it.
 *
 * @throws ArgumentError when an argument is wrong or asks for what the target does not support
 */
export class Autoscaler extends pulumi.ComponentResource implements Attachable<"Autoscaler"> {
    /** What an App attaches to; plain data. */
    readonly handle!: pulumi.Output<Handle>;

    constructor(name: string, args: AutoscalerArgs, opts?: pulumi.ComponentResourceOptions) {
        const made = planAutoscaler(name, args);
        super(made.type, name, made.intent, opts);
        made.build(this);
    }

    /** What was asked for; plain data. */
    get intent(): Intent {
        return intentOf(this);
    }

    /** What other components attach to: kind, name, handle. */
    get attachment(): Attachment<"Autoscaler"> {
        return attachmentOf<"Autoscaler">(this);
    }

    /** The autoscaler that another stack exported under this name. */
    static fromStack(reference: pulumi.StackReference, name: string): Imported<"Autoscaler"> {
        return importComponent("Autoscaler", reference, name, []);
    }
}

const SIGNALS = ["cpuPercent", "memoryPercent", "requestsPerSecondPerReplica", "queueBacklogPerReplica"] as const;

function planAutoscaler(name: string, given: AutoscalerArgs): Plan<"Autoscaler"> {
    return plan("Autoscaler", name, given, (args, { profile }) => {
        const scaleToZero = args.plain("scaleToZero", flag, false);
        const fewest = scaleToZero ? 0 : 1;
        const minReplicas = args.plain(
            "minReplicas",
            wholeNumber(0, 1000, "replicas"),
            defaultMinimum(scaleToZero, profile),
        );
        const maxReplicas = args.plain<number>("maxReplicas", wholeNumber(1, 1000, "replicas"));
        if (maxReplicas === undefined) args.problem("maxReplicas is missing; say how many replicas it may come to.");
        if (typeof minReplicas === "number" && minReplicas < fewest) {
            args.problem("minReplicas is 0; allowed: 1 or more. To run no replica while idle, set scaleToZero: true.");
        }
        if (maxReplicas !== undefined && minReplicas > maxReplicas) {
            args.problem(
                `minReplicas is ${minReplicas}, more than maxReplicas, which is ${maxReplicas}. Raise maxReplicas or lower minReplicas.`,
            );
        }
        const request = compact<AutoscalerRequest>({
            minReplicas,
            maxReplicas: maxReplicas ?? minReplicas,
            cpuPercent: args.plain<number>("cpuPercent", wholeNumber(1, 100, "percent")),
            memoryPercent: args.plain<number>("memoryPercent", wholeNumber(1, 100, "percent")),
            requestsPerSecondPerReplica: args.plain<number>(
                "requestsPerSecondPerReplica",
                decimal(0.1, 1_000_000, "requests a second"),
            ),
            queueBacklogPerReplica: readBacklog(args),
            schedules: readSchedules(args),
            scaleToZero,
            scaleInCooldownSeconds: args.plain("scaleInCooldownSeconds", wholeNumber(0, 3600, "seconds"), 300),
            scaleOutCooldownSeconds: args.plain("scaleOutCooldownSeconds", wholeNumber(0, 3600, "seconds"), 0),
        });
        if (!SIGNALS.some((signal) => args.given(signal)) && request.schedules.length === 0) {
            args.problem(`nothing to scale on; give at least one of ${SIGNALS.join(", ")} or schedules.`);
        }
        if (
            scaleToZero &&
            !args.given("queueBacklogPerReplica") &&
            !args.given("requestsPerSecondPerReplica") &&
            request.schedules.length === 0
        ) {
            args.problem(
                "scaleToZero needs something that is measured without a replica; give queueBacklogPerReplica, " +
                    "requestsPerSecondPerReplica or schedules.",
            );
        }
        const asked: Feature[] = askedFor("Autoscaler", args, [
            ...SIGNALS,
            "schedules",
            "scaleInCooldownSeconds",
            "scaleOutCooldownSeconds",
        ]);
        if (scaleToZero) asked.push("Autoscaler.scaleToZero");
        return { request, asked };
    });
}

function defaultMinimum(scaleToZero: boolean, profile: string): number {
    if (scaleToZero) return 0;
    return profile === "production" ? 2 : 1;
}

function readBacklog(args: ArgsReader<AutoscalerArgs>): AutoscalerRequest["queueBacklogPerReplica"] {
    const given = args.raw("queueBacklogPerReplica");
    if (given === undefined) return undefined;
    const queue = attachedAs(given.queue, "Queue");
    if (!queue) {
        args.problem(`queueBacklogPerReplica.queue is ${shown(given.queue)}; allowed: a Queue, or Queue.fromStack(…).`);
    }
    args.problems.push(...wholeNumber(1, 1_000_000, "messages")(given.messages, "queueBacklogPerReplica.messages"));
    args.remember("queueBacklogPerReplica", { queue: queue?.name, messages: given.messages });
    return queue && { queue, messages: given.messages };
}

const schedules = listOf(
    objectOf({
        cron: { check: cron, required: true },
        timeZone: { check: timeZone },
        minReplicas: { check: wholeNumber(0, 1000, "replicas"), required: true },
        maxReplicas: { check: wholeNumber(1, 1000, "replicas"), required: true },
    }),
    { what: "schedules" },
);

function readSchedules(args: ArgsReader<AutoscalerArgs>): readonly ScheduleRequest[] {
    const list = args.plain<readonly ScheduleArgs[]>("schedules", schedules, []);
    if (!Array.isArray(list)) return [];
    for (const [index, entry] of list.entries()) {
        if (entry?.minReplicas > entry?.maxReplicas) {
            args.problem(
                `schedules[${index}].minReplicas is ${entry.minReplicas}, more than its maxReplicas, which is ${entry.maxReplicas}.`,
            );
        }
    }
    return list.map((entry) => ({ ...entry, timeZone: entry?.timeZone ?? "UTC" }));
}
