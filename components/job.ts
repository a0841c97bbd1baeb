import * as pulumi from "@pulumi/pulumi";
import type { Attachable, Attachment, Handle, JobRequest } from "../providers/contract.js";
import type { Feature } from "../providers/support.js";
import { type ArgsReader, compact } from "./base/args-reader.js";
import { attachmentOf, type Imported, importComponent, intentOf, readAttachment } from "./base/attach.js";
import { type CodeArgs, readCode } from "./base/code.js";
import { command, flag, wholeNumber } from "./base/fields.js";
import type { Intent } from "./base/intent.js";
import { askedFor, type CommonArgs, type Plan, plan } from "./base/plan.js";
import { cron, timeZone } from "./base/schedule.js";

export interface JobArgs extends CommonArgs<"Job">, CodeArgs {
    /** The app whose code, configuration and secrets the job shares. Either `app`, `image` or `build`. */
    readonly app?: Attachable<"App"> | undefined;
    /** The command, without a shell. */
    readonly command: pulumi.Input<readonly string[]>;
    /** Cron expression of five fields. Plain. Default: none; the job runs once per release, and the update waits for it. */
    readonly schedule?: string | undefined;
    /** IANA time zone of the schedule. Plain. Default: UTC. */
    readonly timeZone?: string | undefined;
    /** Time that a run may take, in seconds, 1 to 86,400. Default: 900. */
    readonly timeoutSeconds?: pulumi.Input<number> | undefined;
    /** How often a failed run is tried again, 0 to 10. Default: 0. */
    readonly retries?: pulumi.Input<number> | undefined;
    /** Whether a run may start while the last one still runs. Default: false. */
    readonly allowOverlap?: pulumi.Input<boolean> | undefined;
    /** Where its lines go. Default: where the app's go. */
    readonly logs?: Attachable<"LogSink"> | undefined;
    /** The platform that it runs on. Default: the stack's own. */
    readonly platform?: Attachable<"Platform"> | undefined;
}

/**
 * An admin process (factor XII): a command that runs to its end, by the clock or once per release, with the code and
 * configuration of its app.
 *
 * @throws ArgumentError when an argument is wrong or asks for what the target does not support
 */
export class Job extends pulumi.ComponentResource implements Attachable<"Job"> {
    /** What is known of the last run, or the command that tells. */
    readonly lastRun!: pulumi.Output<string>;
    /** What other components attach to; plain data. */
    readonly handle!: pulumi.Output<Handle>;

    constructor(name: string, args: JobArgs, opts?: pulumi.ComponentResourceOptions) {
        const made = planJob(name, args);
        super(made.type, name, made.intent, opts);
        made.build(this);
    }

    /** What was asked for; plain data. */
    get intent(): Intent {
        return intentOf(this);
    }

    /** What other components attach to: kind, name, handle. */
    get attachment(): Attachment<"Job"> {
        return attachmentOf<"Job">(this);
    }

    /** The job that another stack exported under this name. */
    static fromStack(reference: pulumi.StackReference, name: string): Imported<"Job"> {
        return importComponent("Job", reference, name, ["lastRun"]);
    }
}

function planJob(name: string, given: JobArgs): Plan<"Job"> {
    return plan("Job", name, given, (args) => {
        const runs = readRuns(args);
        const given = args.input<readonly string[]>("command", command);
        if (given === undefined) args.problem("command is missing; say what to run, as a list of words.");
        const schedule = args.plain<string>("schedule", cron);
        const zone = args.plain("timeZone", timeZone, "UTC");
        if (args.given("timeZone") && schedule === undefined) {
            args.problem("timeZone is given without a schedule; give a schedule, or drop it.");
        }
        const allowOverlap = args.input("allowOverlap", flag, false);
        const request = compact<JobRequest>({
            runs: runs ?? { code: { image: "" } },
            command: given ?? [],
            schedule,
            timeZone: zone,
            timeoutSeconds: args.input("timeoutSeconds", wholeNumber(1, 86_400, "seconds"), 900),
            retries: args.input("retries", wholeNumber(0, 10, "times"), 0),
            allowOverlap,
            logs: readAttachment(args, "logs", "LogSink"),
        });
        const asked: Feature[] = askedFor("Job", args, [
            "schedule",
            "timeZone",
            "timeoutSeconds",
            "retries",
            "allowOverlap",
        ]);
        if (schedule === undefined) asked.push("Job.oncePerRelease");
        if (args.given("image") || args.given("build")) asked.push("Job.image");
        return { request, asked };
    });
}

function readRuns(args: ArgsReader<JobArgs>): JobRequest["runs"] | undefined {
    const code = readCode(args, "app");
    const app = readAttachment(args, "app", "App");
    return app ? { app } : code && { code };
}
