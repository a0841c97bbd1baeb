import { describe, expect, test } from "vitest";
import { readEvents } from "#dist/policy/report/engine-events.js";
import { asJson } from "#dist/policy/report/json.js";
import { type RuleInfo, reportOf } from "#dist/policy/report/report.js";
import { asSarif } from "#dist/policy/report/sarif.js";
import { asText } from "#dist/policy/report/text.js";

const rule = (name: string, factor: RuleInfo["factor"]): RuleInfo => ({
    name,
    factor,
    description: `What ${name} asks.`,
    remediation: `Mend ${name}.`,
    severity: "high",
    url: `https://example.com/${name}`,
});
const RULES = [
    rule("image-is-immutable", 2),
    rule("secret-is-reference", 3),
    rule("service-scales", 8),
    rule("off", 12),
];
const PACK = {
    name: "twelve-factor",
    rules: RULES.slice(0, 3).map(({ name, description }) => ({
        name,
        description,
        scope: name === "service-scales" ? ("stack" as const) : ("resource" as const),
    })),
};
const URN = "urn:pulumi:prod::shop::aws:ecs/service:Service::web";

/** As the engine writes them: colour directives, and the rule's description before its message. */
const EVENTS = [
    { sequence: 1, policyLoadEvent: {} },
    {
        policyEvent: {
            resourceUrn: URN,
            message: '<{%reset%}>What image-is-immutable asks.\nimage is "shop:latest".<{%reset%}>\n',
            policyName: "image-is-immutable",
            policyPackName: "twelve-factor",
            enforcementLevel: "mandatory",
        },
    },
    {
        policyEvent: {
            message: "another pack's",
            policyName: "x",
            policyPackName: "other",
            enforcementLevel: "mandatory",
        },
    },
    {
        policyAnalyzeSummaryEvent: {
            resourceUrn: URN,
            policyPackName: "twelve-factor",
            passed: ["secret-is-reference"],
            failed: ["image-is-immutable"],
        },
    },
    { policyAnalyzeSummaryEvent: { resourceUrn: URN, policyPackName: "twelve-factor" } },
    { policyAnalyzeStackSummaryEvent: { policyPackName: "twelve-factor", passed: ["service-scales"] } },
]
    .map((event) => JSON.stringify(event))
    .join("\n");

const report = () => reportOf(RULES, readEvents(EVENTS, PACK));

describe("The engine's events", () => {
    test("are counted by rule, and what a rule says nothing of is not passed", () => {
        const { stack, counts, violations } = readEvents(EVENTS, PACK);
        expect(stack).toBe("shop/prod");
        expect(Object.fromEntries(counts)).toEqual({
            "image-is-immutable": { passed: 0, failed: 1, notApplicable: 1 },
            "secret-is-reference": { passed: 1, failed: 0, notApplicable: 1 },
            "service-scales": { passed: 1, failed: 0, notApplicable: 0 },
        });
        expect(violations).toEqual([
            { rule: "image-is-immutable", urn: URN, message: 'image is "shop:latest".', level: "mandatory" },
        ]);
    });

    test("that never speak of the pack are an error, not a report without violations", () => {
        expect(() => readEvents('{"preludeEvent":{}}\n', PACK)).toThrow(
            'The events have no word of the policy pack "twelve-factor". Run the preview with --policy-pack',
        );
    });

    test("that are cut off are an error with the line", () => {
        expect(() => readEvents(`${EVENTS}\n{"policyEvent":{"mess`, PACK)).toThrow(
            'Line 7 of the events is not JSON: "{\\"policyEvent\\":{\\"mess". Allowed: one event a line',
        );
    });
});

describe("The report", () => {
    test("counts rules by factor, and tells what is off from what does not apply", () => {
        const { factors, passed, failed, notApplicable } = report();
        expect({ passed, failed, notApplicable }).toEqual({ passed: 2, failed: 1, notApplicable: 0 });
        expect(factors.flatMap(({ rules }) => rules.map(({ verdict }) => verdict))).toEqual([
            "failed",
            "passed",
            "passed",
            "off",
        ]);
    });

    test("as text", () => {
        expect(asText(report())).toMatchInlineSnapshot(`
          "The twelve factors of shop/prod

                                      pass  fail   n/a
          ·    I  Codebase               0     0     0
          ✗   II  Dependencies           0     1     0
          ✓  III  Config                 1     0     0
          ·   IV  Backing services       0     0     0
          ·    V  Build, release, run    0     0     0
          ·   VI  Processes              0     0     0
          ·  VII  Port binding           0     0     0
          ✓ VIII  Concurrency            1     0     0
          ·   IX  Disposability          0     0     0
          ·    X  Dev/prod parity        0     0     0
          ·   XI  Logs                   0     0     0
          ·  XII  Admin processes        0     0     0
          Rules                          2     1     0

          II. Dependencies
            ✗ image-is-immutable (high): What image-is-immutable asks.
                mandatory: web (aws:ecs/service:Service): image is "shop:latest".
                To do: Mend image-is-immutable.
                https://example.com/image-is-immutable
          "
        `);
    });

    test("as JSON", () => {
        const { factors, ...rest } = JSON.parse(asJson(report()));
        expect(rest).toEqual({
            version: 1,
            others: [],
            stack: "shop/prod",
            rules: { passed: 2, failed: 1, notApplicable: 0 },
        });
        expect(factors[1]).toEqual({
            factor: "II",
            title: "Dependencies",
            passed: 0,
            failed: 1,
            notApplicable: 0,
            rules: [
                {
                    name: "image-is-immutable",
                    severity: "high",
                    verdict: "failed",
                    resources: { passed: 0, failed: 1, notApplicable: 1 },
                    violations: [
                        {
                            rule: "image-is-immutable",
                            urn: URN,
                            message: 'image is "shop:latest".',
                            level: "mandatory",
                        },
                    ],
                },
            ],
        });
    });

    test("as SARIF: each result points to a rule, a file and a resource, and keeps its print", () => {
        const [run] = JSON.parse(asSarif(report(), { version: "1.2.3", file: "infra/Pulumi.yaml" })).runs;
        expect(run.tool.driver.rules[run.results[0].ruleIndex].id).toBe("image-is-immutable");
        expect(run.results).toEqual([
            {
                ruleId: "image-is-immutable",
                ruleIndex: 0,
                level: "error",
                message: { text: 'web (aws:ecs/service:Service): image is "shop:latest".' },
                locations: [
                    {
                        physicalLocation: {
                            artifactLocation: { uri: "infra/Pulumi.yaml" },
                            region: { startLine: 1 },
                        },
                        logicalLocations: [{ fullyQualifiedName: URN, kind: "resource" }],
                    },
                ],
                partialFingerprints: { "twelvefold/v1": expect.stringMatching(/^[0-9a-f]{32}$/) },
            },
        ]);
        const moved = asSarif(report(), { version: "2.0.0" });
        expect(JSON.parse(moved).runs[0].results[0].partialFingerprints).toEqual(run.results[0].partialFingerprints);
    });
});
