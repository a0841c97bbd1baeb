import * as pulumi from "@pulumi/pulumi";
import type { AlertRequest, Attachable, Attachment, Handle } from "../providers/contract.js";
import { compact } from "./base/args-reader.js";
import { attachmentOf, type Imported, importComponent, intentOf } from "./base/attach.js";
import { anyText, listOf, objectOf, text, wholeNumber } from "./base/fields.js";
import type { Intent } from "./base/intent.js";
import { askedFor, type CommonArgs, type Plan, plan } from "./base/plan.js";

/** Tells somebody when matching lines pile up. */
export interface AlertArgs {
    /** Name of the alert: lower-case letters, digits and hyphens, starting with a letter. */
    readonly name: string;
    /** Text that a line must contain; between slashes, a regular expression. */
    readonly match: string;
    /** How many matching lines within the window raise the alert, 1 or more. Default: 1. */
    readonly threshold?: number | undefined;
    /** Length of the window in seconds, 60 to 86,400. Default: 300. */
    readonly windowSeconds?: number | undefined;
    /** Where to tell: an e-mail address or an http(s) URL, as the target has it. Default: a line in the sink itself. */
    readonly notify?: string | undefined;
}

export interface LogSinkArgs extends CommonArgs<"LogSink"> {
    /**
     * How long lines can be searched, in days, 1 to 3,653. Default: 30. Rounded up to what the target allows.
     */
    readonly retentionDays?: pulumi.Input<number> | undefined;
    /** Alerts on matching lines. Default: none. */
    readonly alerts?: pulumi.Input<readonly AlertArgs[]> | undefined;
    /** Keeps lines in cheap storage for this many days in all. Default: nothing is kept after `retentionDays`. */
    readonly archive?: pulumi.Input<{
        /** Days, 1 to 36,500. */
        readonly retentionDays: number;
    }>;
    /** The platform whose lines it takes. Default: the stack's own. */
    readonly platform?: Attachable<"Platform"> | undefined;
}

/**
 * Where the lines of apps go: collected, kept for a time, searched (factor XI). Apps write to stdout and know nothing of it.
 *
 * @throws ArgumentError when an argument is wrong or asks for what the target does not support
 */
export class LogSink extends pulumi.ComponentResource implements Attachable<"LogSink"> {
    /** How to read the lines: a command or a link. */
    readonly query!: pulumi.Output<string>;
    /** What other components attach to; plain data. */
    readonly handle!: pulumi.Output<Handle>;

    constructor(name: string, args?: LogSinkArgs, opts?: pulumi.ComponentResourceOptions) {
        const made = planLogSink(name, args);
        super(made.type, name, made.intent, opts);
        made.build(this);
    }

    /** What was asked for; plain data. */
    get intent(): Intent {
        return intentOf(this);
    }

    /** What other components attach to: kind, name, handle. */
    get attachment(): Attachment<"LogSink"> {
        return attachmentOf<"LogSink">(this);
    }

    /** The log sink that another stack exported under this name. */
    static fromStack(reference: pulumi.StackReference, name: string): Imported<"LogSink"> {
        return importComponent("LogSink", reference, name, ["query"]);
    }
}

const alerts = listOf(
    objectOf({
        name: {
            check: text(/^[a-z][a-z0-9-]{0,39}$/, "up to 40 lower-case letters, digits and hyphens"),
            required: true,
        },
        match: { check: matchText, required: true },
        threshold: { check: wholeNumber(1, 1_000_000, "lines") },
        windowSeconds: { check: wholeNumber(60, 86_400, "seconds") },
        notify: {
            check: text(/^(?:log|https?:\/\/\S+|[^\s@]+@[^\s@]+)$/, 'an http(s) URL, an e-mail address or "log"'),
        },
    }),
    { what: "alerts" },
);

function matchText(value: unknown, path: string): readonly string[] {
    const wrong = anyText(value, path);
    if (wrong.length > 0) return wrong;
    const expression = /^\/(.+)\/$/s.exec(String(value))?.[1];
    if (expression === undefined) return [];
    try {
        new RegExp(expression);
        return [];
    } catch (error) {
        return [`${path} is ${JSON.stringify(value)}, which is no regular expression: ${(error as Error).message}.`];
    }
}

function planLogSink(name: string, given: LogSinkArgs | undefined): Plan<"LogSink"> {
    return plan("LogSink", name, given, (args) => {
        const raised = args.input<readonly AlertArgs[]>("alerts", alerts, []);
        return {
            request: compact({
                retentionDays: args.input("retentionDays", wholeNumber(1, 3653, "days"), 30),
                // Plain where it can be: on some targets each alert is a resource.
                alerts: isPlain(raised)
                    ? raised.map(completeAlert)
                    : pulumi.output(raised).apply((list) => list.map(completeAlert)),
                archive: args.input<{ readonly retentionDays: number }>(
                    "archive",
                    objectOf({ retentionDays: { check: wholeNumber(1, 36_500, "days"), required: true } }),
                ),
            }),
            asked: askedFor("LogSink", args, ["retentionDays", "alerts", "archive"]),
        };
    });
}

function isPlain(raised: pulumi.Input<readonly AlertArgs[]>): raised is readonly AlertArgs[] {
    return Array.isArray(raised);
}

function completeAlert(alert: AlertArgs): AlertRequest {
    return compact<AlertRequest>({
        name: alert.name,
        match: alert.match,
        threshold: alert.threshold ?? 1,
        windowSeconds: alert.windowSeconds ?? 300,
        notify: alert.notify,
    });
}
