/**
 * The twelve-factor policy pack. `pulumi preview --policy-pack node_modules/twelvefold/policy` runs it as it is; a pack of
 * one's own calls {@link twelveFactor}, or adds {@link twelveFactorPolicies} to its other policies.
 */
import type { Policies, PolicyPack } from "@pulumi/policy";
import { Config } from "@pulumi/pulumi";
import { type Exception, Exceptions } from "./exceptions.js";
import { RULES, type RuleName, type RuleNamed } from "./factors/index.js";
import { checkExceptions, currentExceptions, staleExceptions } from "./governance.js";
import type { Chosen } from "./metadata.js";
import { byProfile, type Level, type OptionValues, type Profile } from "./rule.js";
import { policiesOf } from "./run.js";
import type { Session } from "./session.js";

export { CATALOG, type CatalogEntry, NOT_JUDGED } from "./catalog.js";
export type { Exception } from "./exceptions.js";
export type { RuleName } from "./factors/index.js";
export type { Platform } from "./resource.js";
export type { FactorNumber, Level, Option, Options, Profile, Severity } from "./rule.js";

/** Level and settings of one rule. */
export type RuleSettings<N extends RuleName> = {
    /** What happens on a violation. Default: the rule's own for the profile. */
    readonly level?: Level;
} & Partial<OptionValues<RuleNamed<N>["options"]>>;

/** What a pack is made of: a level for all rules, and a level or settings for each by its name. */
export type TwelveFactorArgs = {
    /** Level of every rule that is not named. Default: each rule's own for the profile. */
    readonly all?: Level;
    /** Which environment is judged. Default: the stack's `twelvefold:profile`; development on the local target; else production. */
    readonly profile?: Profile;
    /** Violations that are accepted for a time. Default: none. */
    readonly exceptions?: readonly (Exception & { readonly rule: RuleName })[];
} & { readonly [N in RuleName]?: Level | RuleSettings<N> };

/** Name of the pack in reports and in the engine's configuration. */
export const PACK_NAME = "twelve-factor";

const PACK_KEYS = ["all", "profile", "exceptions"];
const NAMES: readonly string[] = RULES.map(({ name }) => name);

/**
 * Starts the pack: to be called once, by the program that a policy pack's folder names as its `main`.
 *
 * @throws Error that names what is wrong with the arguments
 */
export function twelveFactor(args: TwelveFactorArgs = {}): PolicyPack {
    // The package is optional: only who runs a pack has it.
    const policy = require("@pulumi/policy") as typeof import("@pulumi/policy");
    return new policy.PolicyPack(PACK_NAME, {
        policies: twelveFactorPolicies(args),
        description: "The twelve factors, on AWS, Azure, Kubernetes and Twelvefold's own components.",
        tags: ["twelve-factor"],
    });
}

/**
 * The policies of the pack, for a pack that has others too. The first and the last keep the list of exceptions: keep the
 * order.
 *
 * @throws Error that names what is wrong with the arguments
 */
export function twelveFactorPolicies(args: TwelveFactorArgs = {}): Policies {
    const unknown = Object.keys(args).filter((key) => !PACK_KEYS.includes(key) && !NAMES.includes(key));
    if (unknown.length > 0) throw new Error(`The twelve-factor pack has no rule ${unknown.join(", ")}.`);
    const exceptions = args.exceptions ?? [];
    checkExceptions(exceptions, NAMES);
    const today = new Date().toISOString().slice(0, 10);
    const session: Session = {
        profile: args.profile ?? profileOfStack(),
        exceptions: new Exceptions(exceptions, today),
        today,
    };
    const chosen = RULES.map((rule): Chosen => {
        const own = args[rule.name];
        const { level, ...options } = typeof own === "string" ? { level: own } : { level: undefined, ...own };
        return { rule, level: level ?? args.all ?? byProfile(rule.level, session.profile), options };
    });
    return [currentExceptions(session, NAMES), ...policiesOf(chosen, session), staleExceptions(session)];
}

/** The engine gives a pack the stack's configuration, not its tags. */
function profileOfStack(): Profile {
    const config = new Config("twelvefold");
    const profile = config.get("profile");
    if (profile === "development" || profile === "production") return profile;
    return config.get("target") === "local" ? "development" : "production";
}
