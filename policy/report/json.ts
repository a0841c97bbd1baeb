import { numeral } from "../rule.js";
import type { Report } from "./report.js";

/** For programs. The form is stable within a major version: fields may be added, none changes or goes. */
export function asJson(report: Report): string {
    const { stack, factors, others, passed, failed, notApplicable } = report;
    const document = {
        version: 1,
        ...(stack !== undefined && { stack }),
        rules: { passed, failed, notApplicable },
        factors: factors.map((factor) => ({
            factor: numeral(factor.number),
            title: factor.title,
            passed: factor.passed,
            failed: factor.failed,
            notApplicable: factor.notApplicable,
            rules: factor.rules.map(({ rule, verdict, violations, ...resources }) => ({
                name: rule.name,
                severity: rule.severity,
                verdict,
                resources: {
                    passed: resources.passed,
                    failed: resources.failed,
                    notApplicable: resources.notApplicable,
                },
                violations,
            })),
        })),
        others,
    };
    return `${JSON.stringify(document, undefined, 2)}\n`;
}
