import { createHash } from "node:crypto";
import { FACTORS, numeral } from "../rule.js";
import type { Report, RuleInfo, Violation } from "./report.js";
import { where } from "./text.js";

/** Where violations are shown: code hosts want a file, and a resource of a running stack has no line. */
export interface SarifOptions {
    /** File that stands for the program, relative to the repository. Default: Pulumi.yaml. */
    readonly file?: string;
    /** Version of the pack. */
    readonly version: string;
}

const LEVELS = { mandatory: "error", advisory: "warning" } as const;
/** What GitHub sorts by; CVSS' bands. */
const SCORES: { readonly [S in RuleInfo["severity"]]: string } = {
    low: "3.0",
    medium: "5.5",
    high: "8.0",
    critical: "9.5",
};

/**
 * For code hosts, which show it on a pull request. Source: SARIF 2.1.0 (OASIS), and GitHub's page "SARIF support for
 * code scanning" for `security-severity` and fingerprints.
 */
export function asSarif(report: Report, { file = "Pulumi.yaml", version }: SarifOptions): string {
    const results = report.factors.flatMap((factor) => factor.rules);
    const rules = results.map(({ rule }) => rule);
    const run = {
        tool: {
            driver: {
                name: "twelvefold",
                informationUri: "https://12factor.net",
                semanticVersion: version,
                rules: rules.map(descriptor),
            },
        },
        results: [
            ...results.flatMap(({ violations }, ruleIndex) =>
                violations.map((violation) => ({ ruleIndex, ...resultOf(violation, file) })),
            ),
            ...report.others.map((violation) => resultOf(violation, file)),
        ],
    };
    const document = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
    return `${JSON.stringify(document, undefined, 2)}\n`;
}

function resultOf(violation: Violation, file: string): object {
    return {
        ruleId: violation.rule,
        level: LEVELS[violation.level],
        message: { text: `${where(violation)}${violation.message}` },
        locations: [locationOf(violation, file)],
        partialFingerprints: { "twelvefold/v1": fingerprint(violation) },
    };
}

function descriptor(rule: RuleInfo): object {
    const factor = `${numeral(rule.factor)}. ${FACTORS[rule.factor - 1] ?? ""}`;
    return {
        id: rule.name,
        shortDescription: { text: rule.description },
        fullDescription: { text: `Factor ${factor}: ${rule.description}` },
        help: { text: `${rule.remediation}\n${rule.url}` },
        helpUri: rule.url,
        properties: { tags: ["twelve-factor", factor], "security-severity": SCORES[rule.severity] },
    };
}

function locationOf({ urn }: Violation, file: string): object {
    return {
        physicalLocation: { artifactLocation: { uri: file }, region: { startLine: 1 } },
        ...(urn !== undefined && { logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }] }),
    };
}

/** The same finding has the same print in every run, whatever its message says by then. */
function fingerprint({ rule, urn = "" }: Violation): string {
    return createHash("sha256").update(`${rule}\n${urn}`).digest("hex").slice(0, 32);
}
