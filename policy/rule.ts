/** What a rule is: a declaration, with one judge for each platform that it knows. */
import type { Platform, Resource, Stack } from "./resource.js";
import type { Verdict } from "./verdict.js";

/** What happens on a violation: the update is refused, or it is told. */
export type Level = "mandatory" | "advisory" | "disabled";
export type Severity = "low" | "medium" | "high" | "critical";
/** Which environment is judged: in development some rules only advise. */
export type Profile = "development" | "production";

type ByProfile<T> = T | { readonly [P in Profile]: T };

/** A setting of a rule. */
export type Option =
    | {
          readonly type: "integer";
          readonly description: string;
          readonly default: ByProfile<number>;
          readonly minimum?: number;
      }
    | { readonly type: "boolean"; readonly description: string; readonly default: ByProfile<boolean> }
    | { readonly type: "strings"; readonly description: string; readonly default: readonly string[] };

export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O["type"] extends "integer"
    ? number
    : O["type"] extends "boolean"
      ? boolean
      : readonly string[];

export type OptionValues<O extends Options> = { readonly [K in keyof O]: ValueOf<O[K]> };

/** What a judge knows beside what it looks at. */
export interface Context<O extends Options = Options> {
    readonly profile: Profile;
    readonly platform: Platform;
    readonly options: OptionValues<O>;
}

/**
 * Judges one resource: a verdict for each thing in it, none where there is nothing that it knows. Written
 * as a method, so that a rule with settings of its own is a rule.
 */
export type ResourceJudge<O extends Options = Options> = {
    judge(resource: Resource, context: Context<O>): readonly Verdict[];
}["judge"] & {
    /** The types that it looks at; absent where it looks at everything that runs containers. */
    readonly types?: readonly string[];
};

/** A verdict and the resource that it is about. */
export interface Finding {
    readonly verdict: Verdict;
    readonly urn?: string;
}

/** Judges what only shows across the resources of a stack. */
export type StackJudge<O extends Options = Options> = {
    judge(stack: Stack, context: Context<O>): readonly Finding[];
}["judge"];

interface Declaration<N extends string, O extends Options> {
    /** `require-…` or `disallow-…`. */
    readonly name: N;
    readonly factor: FactorNumber;
    readonly severity: Severity;
    readonly level: ByProfile<Level>;
    /** One sentence: what must hold, and why. */
    readonly description: string;
    /** How to mend a violation, for all platforms or for each: the end of its message. */
    readonly mend: string | { readonly [P in Platform]?: string };
    readonly options: O;
}

export interface ResourceRule<N extends string = string, O extends Options = Options> extends Declaration<N, O> {
    readonly scope: "resource";
    readonly on: { readonly [P in Platform]?: ResourceJudge<O> };
}

export interface StackRule<N extends string = string, O extends Options = Options> extends Declaration<N, O> {
    readonly scope: "stack";
    readonly on: { readonly [P in Platform]?: StackJudge<O> };
}

export type Rule<N extends string = string> = ResourceRule<N> | StackRule<N>;

type Written<N extends string, O extends Options> = Omit<Declaration<N, O>, "options"> & { readonly options?: O };

/** Declares a rule about single resources: what it is, and who judges on each platform. */
export function resourceRule<const N extends string, const O extends Options = Record<never, never>>(
    rule: Written<N, O>,
    on: ResourceRule<N, NoInfer<O>>["on"],
): ResourceRule<N, O> {
    return { ...rule, options: rule.options ?? ({} as O), scope: "resource", on };
}

/** Declares a rule about a stack as a whole: what it is, and who judges on each platform. */
export function stackRule<const N extends string, const O extends Options = Record<never, never>>(
    rule: Written<N, O>,
    on: StackRule<N, NoInfer<O>>["on"],
): StackRule<N, O> {
    return { ...rule, options: rule.options ?? ({} as O), scope: "stack", on };
}

/** The twelve factors, in their order. */
export const FACTORS = [
    "Codebase",
    "Dependencies",
    "Config",
    "Backing services",
    "Build, release, run",
    "Processes",
    "Port binding",
    "Concurrency",
    "Disposability",
    "Dev/prod parity",
    "Logs",
    "Admin processes",
] as const;

export type FactorNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;

const ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"] as const;

/** "IV" for 4. */
export function numeral(factor: FactorNumber): string {
    return ROMAN[factor - 1] ?? "";
}

export function byProfile<T>(value: ByProfile<T>, profile: Profile): T {
    return typeof value === "object" && value !== null && "production" in value ? value[profile] : (value as T);
}
