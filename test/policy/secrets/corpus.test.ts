import { describe, expect, test } from "vitest";
import { detectSecret } from "#dist/policy/secrets/index.js";

const loaded = import("../../../bench/secrets/corpus.mjs").then(({ corpus }) => corpus());

test("The corpus is large, and each part has both kinds", async () => {
    const entries = await loaded;
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
    const judged = async () =>
        (await loaded)
            .filter((entry) => entry.heldBack === heldBack)
            .map((entry) => ({ ...entry, found: detectSecret(entry.name, entry.value) !== undefined }));

    test("at least 98 % of what is found is a secret", async () => {
        const found = (await judged()).filter((entry) => entry.found);
        expect(found.filter(({ secret }) => secret).length / found.length).toBeGreaterThanOrEqual(0.98);
    });

    test("at least 98 % of the secrets are found", async () => {
        const secrets = (await judged()).filter(({ secret }) => secret);
        expect(secrets.filter(({ found }) => found).length / secrets.length).toBeGreaterThanOrEqual(0.98);
    });
});
