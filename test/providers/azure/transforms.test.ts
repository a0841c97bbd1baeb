import { type Kind, Platform, type Transforms } from "twelvefold";
import { describe, expect, test } from "vitest";
import { KINDS } from "#dist/providers/contract.js";
import { loadTarget } from "#dist/providers/registry.js";
import { everything, inputs, otherStack, run } from "./programs.js";

const { children } = loadTarget("azure");

/** A transform for every child key that the target documents. */
function noting(kind: Kind, seen: Set<string>): { transform: Transforms<Kind> } {
    const note = (key: string) => (args: Record<string, unknown>, opts: object) => {
        seen.add(`${kind}.${key}`);
        return { args: { ...args }, opts };
    };
    const azure = Object.fromEntries(Object.keys(children[kind]).map((key) => [key, note(key)]));
    return { transform: { azure } };
}

describe("transforms", () => {
    test("reach every child that is documented", async () => {
        const seen = new Set<string>();
        await run(() => everything((kind) => noting(kind, seen)), { state: otherStack, profile: "production" });
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
        const patch = { tags: { team: "payments" } };
        const recording = await run(() => new Platform("ground", { transform: { azure: { vault: patch } } }));
        expect(inputs(recording, "ground", "vault").tags).toMatchObject({
            team: "payments",
            "twelvefold-component": "ground",
        });
    });
});
