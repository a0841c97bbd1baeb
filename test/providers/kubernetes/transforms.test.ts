import { type Kind, Platform, type Transforms } from "twelvefold";
import { describe, expect, test } from "vitest";
import { KINDS } from "#dist/providers/contract.js";
import { loadTarget } from "#dist/providers/registry.js";
import { everything, metadata, otherStack, run, shifted } from "./programs.js";

const { children } = loadTarget("kubernetes");

/** A transform for every child key that the target documents. */
function noting(kind: Kind, seen: Set<string>): { transform: Transforms<Kind> } {
    const note = (key: string) => (args: Record<string, unknown>, opts: object) => {
        seen.add(`${kind}.${key}`);
        return { args: { ...args }, opts };
    };
    const kubernetes = Object.fromEntries(Object.keys(children[kind]).map((key) => [key, note(key)]));
    return { transform: { kubernetes } };
}

describe("transforms", () => {
    test("reach every child that is documented", async () => {
        const seen = new Set<string>();
        await run(() => everything((kind) => noting(kind, seen)), { state: otherStack, profile: "production" });
        await run(() => shifted((kind) => noting(kind, seen)));
        const documented = KINDS.flatMap((kind) => Object.keys(children[kind]).map((key) => `${kind}.${key}`));
        expect(documented.filter((key) => !seen.has(key))).toEqual([]);
    });

    test("every child that is made is documented", async () => {
        const { resources } = await run(everything, { state: otherStack, profile: "production" });
        const kindOf = new Map(
            resources.filter(({ custom }) => !custom).map(({ name, type }) => [name, type.split(":").at(-1) as Kind]),
        );
        const made = resources.filter(({ custom, id, parent }) => custom && id === undefined && parent !== undefined);
        expect(made.length).toBeGreaterThan(40);
        for (const { name, parent = "" } of made) {
            const keys = Object.keys(children[kindOf.get(parent) ?? "Platform"]);
            const rest = name.slice(parent.length + 1);
            expect(
                keys.some((key) => rest === key || rest.startsWith(`${key}-`)),
                `${parent}: ${rest}`,
            ).toBe(true);
        }
    });

    test("an object is merged into the inputs", async () => {
        const patch = { metadata: { labels: { team: "payments" } } };
        const recording = await run(() => new Platform("ground", { transform: { kubernetes: { quota: patch } } }));
        expect(metadata(recording, "ground", "quota").labels).toMatchObject({
            team: "payments",
            "app.kubernetes.io/managed-by": "twelvefold",
        });
    });
});
