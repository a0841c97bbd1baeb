/** Turns rules into what @pulumi/policy runs. */
import type {
    PolicyResource,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
} from "@pulumi/policy";
import { type Chosen, mendOf, metadataOf } from "./metadata.js";
import { type Platform, plain, platformOf, type Resource, type Stack, typeOf } from "./resource.js";
import { byProfile, type Context, type Finding, type ResourceRule, type Rule, type StackRule } from "./rule.js";
import { Readings, type Session } from "./session.js";
import { summed, type Verdict } from "./verdict.js";

const RESOURCES_KEPT = 256;

export function policiesOf(
    chosen: readonly Chosen[],
    session: Session,
): (ResourceValidationPolicy | StackValidationPolicy)[] {
    const resources = new Readings<Resource>();
    const stacks = new Readings<Stack>();
    return chosen.map((choice) => {
        const shared = metadataOf(choice, session.profile);
        const { rule } = choice;
        return rule.scope === "resource"
            ? {
                  ...shared,
                  validateResource: (args, report) => runResource(rule, args, once(report), session, resources),
              }
            : { ...shared, validateStack: (args, report) => runStack(rule, args, once(report), session, stacks) };
    });
}

type Report = (message: string, urn?: string) => void;

/** What is wrong twice in one resource is told once. */
function once(report: Report): Report {
    const told = new Set<string>();
    return (message, urn) => {
        const key = `${urn ?? ""} ${message}`;
        if (!told.has(key)) report(message, urn);
        told.add(key);
    };
}

/** What both kinds of arguments have in common. */
interface Asked {
    getConfig<T extends object>(): T;
    notApplicable(reason?: string): never;
}

function contextOf(rule: Rule, platform: Platform, args: Asked, session: Session): Context {
    const defaults = Object.entries(rule.options).map(([name, option]) => [
        name,
        byProfile<unknown>(option.default, session.profile),
    ]);
    const options = { ...Object.fromEntries(defaults), ...args.getConfig<Record<string, unknown>>() };
    return { profile: session.profile, platform, options: options as Context["options"] };
}

function runResource(
    rule: ResourceRule,
    args: ResourceValidationArgs,
    report: Report,
    session: Session,
    readings: Readings<Resource>,
): void {
    const type = typeOf(args.type);
    const platform = platformOf(type);
    const judge = platform && rule.on[platform];
    if (platform === undefined || judge === undefined) throw stop(args, `the rule does not know ${type}`);
    const resource = readings.get(args.urn, rule.name, () => resourceOf(args, type, []));
    readings.trim(RESOURCES_KEPT);
    const verdicts = summed(judge(resource, contextOf(rule, platform, args, session)));
    settle(args, verdicts, type, (verdict) => {
        const accepted = session.exceptions.accept(rule.name, args.urn);
        if (accepted === undefined) report(messageOf(rule, platform, verdict));
        return accepted?.reason;
    });
}

/** Reports violations; says why there is none where that is not because something passed. */
function settle(
    args: Asked,
    verdicts: readonly Verdict[],
    subject: string,
    violate: (verdict: Verdict) => string | undefined,
): void {
    const failed = verdicts.filter(({ kind }) => kind === "fail");
    if (failed.length > 0) {
        const reasons = failed.map(violate);
        if (reasons.every((reason) => reason !== undefined)) throw stop(args, `excepted: ${reasons[0]}`);
        return;
    }
    const [first] = verdicts;
    if (first === undefined) throw stop(args, `nothing in ${subject} that the rule judges`);
    if (first.kind === "undecided" || first.kind === "outside") throw stop(args, first.why);
}

function messageOf(rule: Rule, platform: Platform, verdict: Verdict): string {
    return verdict.kind === "fail" ? `${verdict.what}; wanted: ${verdict.wanted}. ${mendOf(rule, platform)}` : "";
}

/** The reason travels as an exception, whose stack trace nobody reads and which would cost most of the rule's time. */
function stop(args: Asked, reason: string): never {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
        args.notApplicable(reason);
    } finally {
        Error.stackTraceLimit = limit;
    }
}

function resourceOf(
    given: ResourceValidationArgs | PolicyResource,
    type: string,
    dependencies: readonly string[],
): Resource {
    return {
        type,
        name: given.name,
        urn: given.urn,
        props: plain(given.props),
        protect: given.opts.protect,
        ignoreChanges: given.opts.ignoreChanges,
        dependencies,
        provider: () => plain(given.provider?.props),
    };
}

function stackOf(args: StackValidationArgs): Stack {
    return {
        resources: args.resources.map((resource) =>
            resourceOf(resource, typeOf(resource.type), [
                ...new Set([
                    ...resource.dependencies.map(({ urn }) => urn),
                    ...Object.values(resource.propertyDependencies).flatMap((all) => all.map(({ urn }) => urn)),
                ]),
            ]),
        ),
    };
}

function runStack(
    rule: StackRule,
    args: StackValidationArgs,
    report: Report,
    session: Session,
    readings: Readings<Stack>,
): void {
    const stack = readings.get("", rule.name, () => stackOf(args));
    const platforms = Object.keys(rule.on) as Platform[];
    const found = platforms.flatMap((platform) => {
        const findings = rule.on[platform]?.(stack, contextOf(rule, platform, args, session)) ?? [];
        return findings.map((finding) => ({ ...finding, platform }));
    });
    const where = new Map<Verdict, Finding & { readonly platform: Platform }>(
        found.map((entry) => [entry.verdict, entry]),
    );
    const verdicts = summed(found.map(({ verdict }) => verdict));
    settle(args, verdicts, "the stack", (verdict) => {
        const { urn, platform } = where.get(verdict) ?? { urn: undefined, platform: "intent" as const };
        const accepted = session.exceptions.accept(rule.name, urn ?? "");
        if (accepted === undefined) report(messageOf(rule, platform, verdict), urn);
        return accepted?.reason;
    });
}
