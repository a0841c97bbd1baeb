import { describe, expect, test } from "vitest";
import { CATALOG, twelveFactorPolicies } from "#dist/policy/index.js";
import { reportOf } from "#dist/policy/report/report.js";
import { judgeSaved } from "#dist/policy/report/saved-state.js";
import * as aws from "./programs/aws.js";
import * as azure from "./programs/azure.js";
import * as kubernetes from "./programs/kubernetes.js";
import { REVIEWED } from "./programs/reviewed.js";

const PROGRAMS = [...Object.values(kubernetes), ...Object.values(aws), ...Object.values(azure)];

/** Each violation as `rule: resource`, in the order of the factors. */
function findings({ resources }: (typeof PROGRAMS)[number]): string[] {
    const urnOf = (type: string, name: string) => `urn:pulumi:prod::example::${type}::${name}`;
    const saved = resources.map(({ type, name, props, uses = [] }) => ({
        urn: urnOf(type, name),
        type,
        inputs: props,
        outputs: props,
        dependencies: resources
            .filter((other) => uses.includes(other.name))
            .map((other) => urnOf(other.type, other.name)),
    }));
    const judgement = judgeSaved(twelveFactorPolicies({ profile: "production" }), saved);
    return reportOf(CATALOG, judgement).factors.flatMap(({ rules }) =>
        rules.flatMap(({ rule, violations }) =>
            violations.map(({ urn }) => `${rule.name}: ${urn?.split("::").at(-1) ?? "the stack"}`),
        ),
    );
}

describe("Programs that others wrote", () => {
    test("are ten at least, each with its source", () => {
        expect(PROGRAMS.length).toBeGreaterThanOrEqual(10);
        for (const { source } of PROGRAMS) expect(source).toMatch(/^https:\/\//);
    });

    test.each(PROGRAMS)("$name", (program) => {
        const found = findings(program);
        expect(found).toMatchSnapshot();
        for (const finding of found) expect(REVIEWED, finding).toHaveProperty(finding.split(":")[0] ?? "");
    });
});
