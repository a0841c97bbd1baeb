/** Turns rules into what @pulumi/policy runs. */
import type { ResourceValidationPolicy, StackValidationArgs, StackValidationPolicy } from "@pulumi/policy";
import { looker } from "./look.js";
import { type Chosen, mendOf, metadataOf } from "./metadata.js";
import { type Asked, nothingIn, skip, stop } from "./not-applicable.js";
import { Readings, resourceOf, stackOf } from "./reading.js";
import type { Platform, Resource, Stack } from "./resource.js";
import { byProfile, type Context, type Finding, type Rule, type StackRule } from "./rule.js";
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
        if (rule.scope === "stack") {
            return {
                ...shared,
                validateStack: (args, report) => {
                    const found = onStack(rule, args, stacks, contextOf);
                    settle(rule, args, found, "the stack", session, ({ urn }) => urn ?? "", report);
                },
            };
        }
        const lookAt = looker(rule);
        return {
            ...shared,
            validateResource: (args, report) => {
                const look = lookAt(args.type);
                if (look.judge === undefined) throw skip(args, look.why);
                const { judge, platform, type } = look;
                const resource = resources.get(args.urn, rule.name, () => resourceOf(args));
                const found = judge(resource, contextOf(platform, args)).map((verdict) => ({ verdict, platform }));
                settle(rule, args, found, type, session, () => args.urn, report);
            },
        };
    });
}

interface Configured {
    getConfig<T extends object>(): T;
}

type ContextOf = (platform: Platform, args: Configured) => Context;

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
    if (answer === undefined) throw skip(args, nothingIn(subject));
    if (answer.kind === "undecided" || answer.kind === "outside") throw stop(args, answer.why);
}
