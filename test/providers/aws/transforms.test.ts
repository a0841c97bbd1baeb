import { App, type Kind, type Transforms } from "twelvefold";
import { describe, expect, test } from "vitest";
import { KINDS } from "#dist/providers/contract.js";
import { loadTarget } from "#dist/providers/registry.js";
import { closed, everything, IMAGE, inputs, made, run } from "./programs.js";

const { children } = loadTarget("aws");

/** A transform for every child key that the target documents. */
function noting(kind: Kind, seen: Set<string>): { transform: Transforms<Kind> } {
    const note = (key: string) => (args: Record<string, unknown>, opts: object) => {
        seen.add(`${kind}.${key}`);
        return { args: { ...args }, opts };
    };
    const aws = Object.fromEntries(Object.keys(children[kind]).map((key) => [key, note(key)]));
    return { transform: { aws } };
}

describe("transforms", () => {
    test("reach every child that is documented", async () => {
        const seen = new Set<string>();
        const note = (kind: Kind) => noting(kind, seen);
        await run(() => everything(note), { profile: "development" });
        await run(() => everything(note), { profile: "production" });
        await run(() => closed(note));
        const documented = KINDS.flatMap((kind) => Object.keys(children[kind]).map((key) => `${kind}.${key}`));
        // A job of its own code has no bindings, and so no rights.
        expect(documented.filter((key) => !seen.has(key))).toEqual(["Job.task-policy"]);
    });

    test.each([
        "development",
        "production",
    ] as const)("every child that is made in %s is documented", async (profile) => {
        const recording = await run(everything, { profile });
        const kindOf = new Map(
            recording.resources
                .filter(({ custom }) => !custom)
                .map(({ name, type }) => [name, type.split(":").at(-1) as Kind]),
        );
        const all = made(recording).filter(({ parent }) => parent !== undefined);
        expect(all.length).toBeGreaterThan(100);
        for (const { name, parent = "" } of all) {
            const keys = Object.keys(children[kindOf.get(parent) ?? "Platform"]);
            const rest = name.slice(parent.length + 1);
            expect(
                keys.some((key) => rest === key || rest.startsWith(`${key}-`)),
                `${parent}: ${rest}`,
            ).toBe(true);
        }
    });

    test("an object is merged into the inputs", async () => {
        const transform = { aws: { service: { tags: { team: "payments" } } } };
        const recording = await run(() => new App("worker", { image: IMAGE, transform }));
        expect(inputs(recording, "worker", "service").tags).toMatchObject({
            team: "payments",
            "twelvefold:component": "worker",
        });
    });
});
