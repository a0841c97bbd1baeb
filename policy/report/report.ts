/** What rules said about a stack, counted and grouped by factor: what every form of the report is written from. */
import type { CatalogEntry } from "../catalog.js";
import { FACTORS, type FactorNumber } from "../rule.js";

/** What a report needs to know of a rule. */
export type RuleInfo = Pick<CatalogEntry, "name" | "factor" | "description" | "remediation" | "severity" | "url">;

/** One resource, or the whole stack, that breaks a rule. */
export interface Violation {
    readonly rule: string;
    /** Absent where the stack as a whole breaks it. */
    readonly urn?: string;
    readonly message: string;
    /** Whether it stops an update. */
    readonly level: "mandatory" | "advisory";
}

/** How often a rule was asked, by its answer. `notApplicable` counts resources that it does not judge or could not. */
export interface Counts {
    readonly passed: number;
    readonly failed: number;
    readonly notApplicable: number;
}

/** All that rules said. A rule that is not in `counts` was switched off. */
export interface Judgement {
    readonly stack?: string;
    readonly counts: ReadonlyMap<string, Counts>;
    readonly violations: readonly Violation[];
}

export interface RuleResult extends Counts {
    readonly rule: RuleInfo;
    /** Of the whole rule: failed if anything did, passed if anything did and nothing failed. */
    readonly verdict: "failed" | "passed" | "notApplicable" | "off";
    readonly violations: readonly Violation[];
}

export interface FactorResult extends Counts {
    readonly number: FactorNumber;
    readonly title: string;
    readonly rules: readonly RuleResult[];
}

export interface Report extends Counts {
    readonly stack?: string;
    readonly factors: readonly FactorResult[];
    /** Of policies that are no rules of a factor: exceptions that have ended, or that nothing needs. */
    readonly others: readonly Violation[];
}

/** Groups by factor. On a factor and on the report, counts are of rules; on a rule they are of resources. */
export function reportOf(rules: readonly RuleInfo[], judgement: Judgement): Report {
    const factors = FACTORS.map((title, at) => {
        const number = (at + 1) as FactorNumber;
        const results = rules.filter(({ factor }) => factor === number).map((rule) => resultOf(rule, judgement));
        return { number, title, rules: results, ...verdictsOf(results) };
    });
    const all = factors.flatMap((factor) => factor.rules);
    const names = new Set(rules.map(({ name }) => name));
    const others = judgement.violations.filter(({ rule }) => !names.has(rule));
    return {
        ...(judgement.stack !== undefined && { stack: judgement.stack }),
        factors,
        others,
        ...verdictsOf(all),
    };
}

function resultOf(rule: RuleInfo, { counts, violations }: Judgement): RuleResult {
    const own = violations.filter((violation) => violation.rule === rule.name);
    const count = counts.get(rule.name);
    const { passed, failed, notApplicable } = count ?? { passed: 0, failed: own.length, notApplicable: 0 };
    const verdict = failed > 0 || own.length > 0 ? "failed" : passed > 0 ? "passed" : count ? "notApplicable" : "off";
    return { rule, passed, failed, notApplicable, verdict, violations: own };
}

function verdictsOf(results: readonly RuleResult[]): Counts {
    const count = (verdict: RuleResult["verdict"]) => results.filter((result) => result.verdict === verdict).length;
    return { passed: count("passed"), failed: count("failed"), notApplicable: count("notApplicable") };
}
