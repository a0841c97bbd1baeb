/**
 * The pages of the policy pack are written from its metadata and its fixtures: docs/policy/NN-factor.md and the table in
 * docs/policy/README.md. `npm run docs` writes them, and this test fails where one is stale.
 */
import * as path from "node:path";
import { expect, test } from "vitest";
import { CATALOG, type CatalogEntry, NOT_JUDGED } from "#dist/policy/catalog.js";
import { pageName } from "#dist/policy/metadata.js";
import type { Resource } from "#dist/policy/resource.js";
import { FACTORS, type FactorNumber, numeral, type Option } from "#dist/policy/rule.js";
import { CASES } from "./fixtures/index.js";
import type { Case } from "./support/cases.js";
import { difference } from "./support/difference.js";

const FOLDER = path.resolve(import.meta.dirname, "../../docs/policy");
const NUMBERS = FACTORS.map((_, at) => (at + 1) as FactorNumber);

/** What each factor asks, in our words; https://12factor.net has the text. */
const MEANING: Readonly<Record<FactorNumber, string>> = {
    1: "One codebase, many deploys: what runs can be traced to the repository and the commit that it was built from.",
    2: "Everything that a program needs is declared and packed before it runs: an image that cannot change, and nothing that is fetched at its start.",
    3: "What differs between deploys comes from the environment. Secrets come by reference, so that they stand in no template and no state.",
    4: "A database or a queue is attached, and may be exchanged: it is reached by a binding, it lives outside of the app, and it is protected as what it is, the state of the system.",
    5: "Build, release and run are apart: a release has an identity, is the same build in every environment, and goes back by itself when it fails.",
    6: "Processes share nothing and keep nothing: any of them can be replaced at any moment.",
    7: "A web process is complete in itself: it listens on one port, says there whether it is ready, and what routes to it routes to that port.",
    8: "Load is met with more processes, each of one type: how many at least and at most is declared, and something decides in between.",
    9: "Processes start and stop at any time without harm: they say when they are ready, are given time to finish, and what they leave half done is done again.",
    10: "Environments differ in size, not in kind: the same components, engines and versions everywhere.",
    11: "Logs are a stream that the platform collects, keeps and searches: the program writes to stdout and knows no file.",
    12: "One-off work runs as the app does, with its code and its configuration, ends, and leaves nothing behind.",
};

test.each(NUMBERS)("The page of factor %i is as the rules and fixtures are", async (factor) => {
    await expect(pageOf(factor)).toMatchFileSnapshot(path.join(FOLDER, pageName(factor)));
});

test("The table of all rules is as the rules are", async () => {
    const lines = [
        "# The rules, by factor",
        "",
        `${CATALOG.length} rules, written from the pack's own metadata by \`npm run docs\`. Levels are those of the profiles development and production. [The guide](../policy.md), [CI](ci.md).`,
        "",
        ...NUMBERS.flatMap((factor) => [
            `## [${numeral(factor)}. ${FACTORS[factor - 1]}](${pageName(factor)})`,
            "",
            "| rule | asks | judges | development | production |",
            "| --- | --- | --- | --- | --- |",
            ...rulesOf(factor).map(
                ({ name, description, platforms, level }) =>
                    `| [\`${name}\`](${pageName(factor)}#${name}) | ${description} | ${platforms.join(", ")} | ${level.development} | ${level.production} |`,
            ),
            "",
        ]),
    ];
    await expect(lines.join("\n")).toMatchFileSnapshot(path.join(FOLDER, "README.md"));
});

function rulesOf(factor: FactorNumber): readonly CatalogEntry[] {
    return CATALOG.filter((rule) => rule.factor === factor);
}

function pageOf(factor: FactorNumber): string {
    const notJudged = NOT_JUDGED[factor];
    return [
        `# ${numeral(factor)}. ${FACTORS[factor - 1]}`,
        "",
        MEANING[factor],
        "",
        ...(notJudged === undefined ? [] : [`**Not judged:** ${notJudged}`, ""]),
        ...rulesOf(factor).flatMap(sectionOf),
    ].join("\n");
}

function sectionOf(rule: CatalogEntry): string[] {
    const options = Object.entries(rule.options);
    return [
        `## ${rule.name}`,
        "",
        rule.description,
        "",
        `- Severity ${rule.severity}; ${rule.level.development} in development, ${rule.level.production} in production. Judges ${
            rule.scope === "stack" ? "the stack as a whole" : "each resource"
        }, on ${rule.platforms.join(", ")}.`,
        ...rule.remediation.split("\n").map((step) => `- To mend it: ${step}`),
        ...options.map(
            ([name, option]) =>
                `- Setting \`${name}\` (${option.type}): ${option.description} Default: ${defaultOf(option)}.`,
        ),
        "",
        "```diff",
        ...examplesOf(rule),
        "```",
        "",
    ];
}

function defaultOf({ default: value }: Option): string {
    if (typeof value !== "object" || Array.isArray(value)) return JSON.stringify(value);
    const { development, production } = value as { development: unknown; production: unknown };
    return `${JSON.stringify(development)} in development, ${JSON.stringify(production)} in production`;
}

/** For each platform the first fixture that tells: what fails as removed lines, what passes as added ones. */
function examplesOf(rule: CatalogEntry): string[] {
    return rule.platforms.flatMap((platform) => {
        const example = CASES.find((one) => one.rule === rule.name && one.platform === platform && !one.silent);
        return example === undefined
            ? []
            : [`# ${platform}: ${typesOf(example)}`, ...difference(example.fail, example.pass)];
    });
}

function typesOf({ type, fail, pass }: Case): string {
    const types = (resources: readonly Resource[]) => resources.map((resource) => resource.type);
    return type ?? [...new Set([...types(fail), ...types(pass)])].join(", ");
}
