import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMPONENT_NAME, fit as fitName, shortHash } from "#dist/providers/naming.js";

describe("fit", () => {
    test("leaves a short name alone", () => {
        expect(fitName("orders", 24)).toBe("orders");
    });

    test("cuts a long name and ends it with its hash", () => {
        expect(fitName("a-rather-long-name-of-a-queue", 20)).toBe(
            `a-rather-long-n-${shortHash("a-rather-long-name-of-a-queue", 4)}`,
        );
    });

    test("never exceeds the limit, never doubles a hyphen, and is the same every time", () => {
        const name = fc.stringMatching(/^[a-z](?:-?[a-z0-9]){0,40}$/);
        fc.assert(
            fc.property(name, fc.integer({ min: 6, max: 64 }), (text, limit) => {
                const short = fitName(text, limit);
                expect(short.length).toBeLessThanOrEqual(limit);
                expect(short).not.toContain("--");
                expect(fitName(text, limit)).toBe(short);
            }),
        );
    });

    test("keeps two names with one beginning apart", () => {
        const long = "x".repeat(40);
        fc.assert(
            fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
                fc.pre(shortHash(long + a, 4) !== shortHash(long + b, 4));
                expect(fitName(long + a, 30)).not.toBe(fitName(long + b, 30));
            }),
        );
    });
});

test.each([
    ["web", true],
    ["a", true],
    ["web-1", true],
    ["a23456789012345678901234567890", true],
    ["a234567890123456789012345678901", false],
    ["Web", false],
    ["1web", false],
    ["web-", false],
    ["we--b", false],
    ["", false],
])("%s is a component name: %s", (name, legal) => {
    expect(COMPONENT_NAME.test(name)).toBe(legal);
});
