import { Platform } from "twelvefold";
import { describe, expect, test } from "vitest";
import { DocumentedChildren } from "../../support/children.js";
import { everything, inputs, otherStack, run } from "./programs.js";

describe("transforms", () => {
    test("reach every child that is documented", async () => {
        const documented = new DocumentedChildren("azure");
        await run(() => everything(documented.noting), { state: otherStack, profile: "production" });
        expect(documented.unseen()).toEqual([]);
    });

    test("every child that is made is documented", async () => {
        const recording = await run(everything, { state: otherStack, profile: "production" });
        const { all, undocumented } = new DocumentedChildren("azure").made(recording);
        expect(all.length).toBeGreaterThan(40);
        expect(undocumented).toEqual([]);
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
