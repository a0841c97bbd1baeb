import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, test } from "vitest";
import { CATALOG } from "#dist/policy/index.js";
import { BUILDS } from "./fixtures/04-06.js";
import { CASES } from "./fixtures/index.js";
import type { Case } from "./support/cases.js";
import { type Judged, judge, packOf, withExport } from "./support/judge.js";

const MESSAGES = path.join(__dirname, "fixtures", "messages.json");
/** The exact words of every violation, by rule and by type or platform. Reviewed by people: a change shows in the diff. */
const messages = JSON.parse(readFileSync(MESSAGES, "utf8")) as Record<string, readonly string[]>;

const keyOf = ({ rule, platform, type }: Case) => `${rule} on ${type ?? platform}`;

function judged({ rule, others }: Case, resources: Case["pass"]): Judged {
    // A pack reads a resource once for all rules; these have one name and are many.
    const policy = packOf({ profile: "production" }).get(rule);
    if (others === undefined) return judge(policy, resources);
    return withExport(others, (file) => judge(policy, resources, { stacks: [file] }));
}

describe("every rule, on every type that it claims", () => {
    test.each(CASES.map((entry) => [keyOf(entry), entry] as const))("%s", (key, entry) => {
        const good = judged(entry, entry.pass);
        const bad = judged(entry, entry.fail);
        if (entry.silent) {
            expect(good.notApplicable).toBeTypeOf("string");
            expect(bad.notApplicable).toBeTypeOf("string");
            expect(bad.violations).toEqual([]);
            return;
        }
        expect(good).toEqual({ violations: [] });
        expect(bad.notApplicable).toBeUndefined();
        expect(bad.violations.map(({ message }) => message)).toEqual(messages[key]);
    });

    test.each(BUILDS.map((build) => [build.type, build] as const))("disallow-build-in-production on %s", (_, build) => {
        const policy = (profile: "production" | "development") =>
            packOf({ profile }).get("disallow-build-in-production");
        expect(judge(policy("production"), [build]).violations.map(({ message }) => message)).toEqual([
            "the update builds an image; wanted: an image that exists. Build in the pipeline, and hand the image's digest to the program.",
        ]);
        expect(judge(policy("development"), [build])).toEqual({
            violations: [],
            notApplicable: "development may build",
        });
    });
});

describe("no claim without a fixture", () => {
    const covered = new Set(CASES.map(({ rule, platform, type }) => `${rule} on ${type ?? platform}`));
    const claims = CATALOG.flatMap((entry) =>
        (entry.types ?? entry.platforms).map((where) => `${entry.name} on ${where}`),
    );
    const built = new Set(BUILDS.map(({ type }) => `disallow-build-in-production on ${type}`));

    test("each rule and type has something that passes and something that fails", () => {
        expect(claims.filter((claim) => !covered.has(claim) && !built.has(claim))).toEqual([]);
    });

    test("each fixture is of a claim", () => {
        expect([...covered].filter((key) => !claims.includes(key))).toEqual([]);
        expect(Object.keys(messages).filter((key) => !covered.has(key))).toEqual([]);
    });

    test("there are at least 50 rules, each on at least one platform, for each of the twelve factors", () => {
        expect(CATALOG.length).toBeGreaterThanOrEqual(50);
        expect(new Set(CATALOG.map(({ factor }) => factor)).size).toBe(12);
        expect(CATALOG.filter(({ platforms }) => platforms.length === 0)).toEqual([]);
        expect(new Set(CATALOG.map(({ name }) => name)).size).toBe(CATALOG.length);
    });
});

// `UPDATE_MESSAGES=1 npx vitest run test/policy/rules.test.ts` writes them down for review.
if (process.env.UPDATE_MESSAGES) {
    const all = CASES.filter(({ silent }) => !silent).map((entry) => [
        keyOf(entry),
        judged(entry, entry.fail).violations.map(({ message }) => message),
    ]);
    writeFileSync(MESSAGES, `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`);
}
