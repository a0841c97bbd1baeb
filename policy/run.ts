/** Turns rules into what @pulumi/policy runs. */
import type {
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
} from "@pulumi/policy";
import { type Chosen, mendOf, metadataOf } from "./metadata.js";
import { Readings, resourceOf, stackOf } from "./reading.js";
import { type Platform, platformOf, type Resource, type Stack, typeOf } from "./resource.js";
import { byProfile, type Context, type Finding, type ResourceRule, type Rule, type StackRule } from "./rule.js";
import type { Session } from "./session.js";
import { summed, type Verdict } from "./verdict.js";

const RESOURCES_KEPT = 256;

export function policiesOf(
    chosen: readonly Chosen[],
    session: Session,
): (ResourceValidationPolicy | StackValidationPolicy)[] {
    const resources = new Readings<Resource>(RESOURCES_KEPT);
    const stacks = new Readings<Stack>(1);
    return chosen.map((choice) => {
        const { rule } = choice;
        const contextOf = contextsOf(choice, session);
        const shared = metadataOf(choice, session.profile);
        return rule.scope === "resource"
            ? {
                  ...shared,
                  validateResource: (args, report) => {
                      const found = onResource(rule, args, resources, contextOf);
                      settle(rule, args, found, typeOf(args.type), session, () => args.urn, report);
                  },
              }
            : {
                  ...shared,
                  validateStack: (args, report) => {
                      const found = onStack(rule, args, stacks, contextOf);
                      settle(rule, args, found, "the stack", session, ({ urn }) => urn ?? "", report);
                  },
              };
    });
}

/** What both kinds of arguments have in common. */
interface Asked {
    getConfig<T extends object>(): T;
    notApplicable(reason?: string): never;
}

type ContextOf = (platform: Platform, args: Asked) => Context;

function contextsOf({ rule, options }: Chosen, { profile }: Session): ContextOf {
    const defaults = Object.entries(rule.options).map(([name, option]) => [
        name,
        options[name] ?? byProfile<unknown>(option.default, profile),
    ]);
    const own = Object.fromEntries(defaults) as Context["options"];
    return (platform, args) => ({ profile, platform, options: { ...own, ...args.getConfig<Context["options"]>() } });
}

interface Found extends Finding {
    readonly platform: Platform;
}

function onResource(
    rule: ResourceRule,
    args: ResourceValidationArgs,
    readings: Readings<Resource>,
    contextOf: ContextOf,
): readonly Found[] {
    const platform = platformOf(typeOf(args.type));
    const judge = platform && rule.on[platform];
    if (platform === undefined || judge === undefined) throw skip(args, `the rule does not know ${typeOf(args.type)}`);
    const resource = readings.get(args.urn, rule.name, () => resourceOf(args));
    return judge(resource, contextOf(platform, args)).map((verdict) => ({ verdict, platform }));
}

function onStack(
    rule: StackRule,
    args: StackValidationArgs,
    readings: Readings<Stack>,
    contextOf: ContextOf,
): readonly Found[] {
    const stack = readings.get("", rule.name, () => stackOf(args));
    return (Object.keys(rule.on) as Platform[]).flatMap((platform) => {
        const findings = rule.on[platform]?.(stack, contextOf(platform, args)) ?? [];
        return findings.map((finding) => ({ ...finding, platform }));
    });
}

/** Reports violations, each once; says why there is none where that is not because something passed. */
function settle(
    rule: Rule,
    args: Asked,
    found: readonly Found[],
    subject: string,
    session: Session,
    urnOf: (found: Found) => string,
    report: (message: string, urn?: string) => void,
): void {
    const failed = found.flatMap((entry) =>
        entry.verdict.kind === "fail" ? [{ ...entry, verdict: entry.verdict }] : [],
    );
    if (failed.length === 0) {
        explain(args, summed(found.map(({ verdict }) => verdict)), subject);
        return;
    }
    const accepted = failed.map((entry) => session.exceptions.accept(rule.name, urnOf(entry)));
    const told = new Set<string>();
    for (const [index, { verdict, platform, urn }] of failed.entries()) {
        const message = `${verdict.what}; wanted: ${verdict.wanted}. ${mendOf(rule, platform)}`;
        const key = `${urn ?? ""} ${message}`;
        if (accepted[index] !== undefined || told.has(key)) continue;
        told.add(key);
        report(message, urn);
    }
    if (told.size === 0) throw stop(args, `excepted: ${accepted[0]?.reason}`);
}

function explain(args: Asked, [answer]: readonly Verdict[], subject: string): void {
    if (answer === undefined) throw skip(args, `nothing in ${subject} that the rule judges`);
    if (answer.kind === "undecided" || answer.kind === "outside") throw stop(args, answer.why);
}

/** Exceptions of {@link skip}, by who made them and their reason. */
const thrown = new WeakMap<Asked["notApplicable"], Map<string, unknown>>();

/** For reasons that all resources of a type share: to make an exception takes longer than most rules, so each is thrown again. */
function skip({ notApplicable }: Asked, reason: string): never {
    const known = thrown.get(notApplicable) ?? new Map<string, unknown>();
    thrown.set(notApplicable, known);
    if (!known.has(reason)) {
        try {
            notApplicable(reason);
        } catch (exception) {
            known.set(reason, exception);
        }
    }
    throw known.get(reason);
}

/** The reason travels as an exception, whose stack trace nobody reads and which would cost most of the rule's time. */
function stop(args: Asked, reason: string): never {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
        return args.notApplicable(reason);
    } finally {
        Error.stackTraceLimit = limit;
    }
}
