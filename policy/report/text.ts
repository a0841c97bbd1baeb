import { numeral } from "../rule.js";
import type { FactorResult, Report, RuleResult, Violation } from "./report.js";

const SIGNS = { passed: "✓", failed: "✗", notApplicable: "·", off: "–" } as const;

/** For a terminal: a line a factor, the rules of those that fail, and what to do about each violation. */
export function asText(report: Report): string {
    const lines = [
        `The twelve factors${report.stack === undefined ? "" : ` of ${report.stack}`}`,
        "",
        `${"".padEnd(28)}pass  fail   n/a`,
        ...report.factors.map(factorLine),
        `${"Rules".padEnd(28)}${counts(report)}`,
    ];
    for (const factor of report.factors.filter(({ failed }) => failed > 0)) {
        lines.push("", `${numeral(factor.number)}. ${factor.title}`);
        for (const result of factor.rules.filter(({ verdict }) => verdict === "failed")) lines.push(...broken(result));
    }
    if (report.others.length > 0) lines.push("", "Exceptions", ...report.others.map(violationLine));
    return `${lines.join("\n")}\n`;
}

function factorLine(factor: FactorResult): string {
    const sign = factor.failed > 0 ? SIGNS.failed : factor.passed > 0 ? SIGNS.passed : SIGNS.notApplicable;
    return `${sign} ${numeral(factor.number).padStart(4)}  ${factor.title.padEnd(20)}${counts(factor)}`;
}

function counts({ passed, failed, notApplicable }: { passed: number; failed: number; notApplicable: number }): string {
    return [passed, failed, notApplicable].map((count) => String(count).padStart(4)).join("  ");
}

function broken({ rule, violations }: RuleResult): string[] {
    return [
        `  ${SIGNS.failed} ${rule.name} (${rule.severity}): ${rule.description}`,
        ...violations.map((violation) => `    ${violationLine(violation)}`),
        `      To do: ${rule.remediation}`,
        `      ${rule.url}`,
    ];
}

function violationLine(violation: Violation): string {
    return `  ${violation.level}: ${where(violation)}${violation.message}`;
}

/** The last two parts of a URN are what people call the resource. */
export function where({ urn }: Violation): string {
    if (urn === undefined) return "";
    const [type = "", name = ""] = urn.split("::").slice(-2);
    return `${name} (${type.split("$").at(-1) ?? type}): `;
}
