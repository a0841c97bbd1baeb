import { describe, expect, test } from "vitest";
import { detectSecret } from "#dist/policy/secrets/index.js";
import { corpus } from "../../../bench/secrets/corpus.mjs";

const entries = corpus();

test("The corpus is large, and each part has both kinds", () => {
    expect(entries.length).toBeGreaterThanOrEqual(300);
    for (const heldBack of [true, false]) {
        const part = entries.filter((entry) => entry.heldBack === heldBack);
        expect(part.filter(({ secret }) => secret).length).toBeGreaterThanOrEqual(50);
        expect(part.filter(({ secret }) => !secret).length).toBeGreaterThanOrEqual(50);
    }
});

describe.each([
    ["for tuning", false],
    ["that is held back", true],
])("On the part %s", (_, heldBack) => {
    const judged = entries
        .filter((entry) => entry.heldBack === heldBack)
        .map((entry) => ({ ...entry, found: detectSecret(entry.name, entry.value) !== undefined }));
    const hits = judged.filter(({ secret, found }) => secret && found).length;

    test("at least 98 % of what is found is a secret", () => {
        expect(hits / judged.filter(({ found }) => found).length).toBeGreaterThanOrEqual(0.98);
    });

    test("at least 98 % of the secrets are found", () => {
        expect(hits / judged.filter(({ secret }) => secret).length).toBeGreaterThanOrEqual(0.98);
    });
});
