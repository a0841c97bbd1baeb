import { Platform } from "twelvefold";
import { describe, expect, test } from "vitest";
import { DocumentedChildren } from "../../support/children.js";
import { everything, metadata, otherStack, run, shifted } from "./programs.js";

describe("transforms", () => {
    test("reach every child that is documented", async () => {
        const documented = new DocumentedChildren("kubernetes");
        await run(() => everything(documented.noting), { state: otherStack, profile: "production" });
        await run(() => shifted(documented.noting));
        expect(documented.unseen()).toEqual([]);
    });

    test("every child that is made is documented", async () => {
        const recording = await run(everything, { state: otherStack, profile: "production" });
        const { all, undocumented } = new DocumentedChildren("kubernetes").made(recording);
        expect(all.length).toBeGreaterThan(40);
        expect(undocumented).toEqual([]);
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
