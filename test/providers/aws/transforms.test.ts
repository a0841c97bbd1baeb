import { App } from "twelvefold";
import { describe, expect, test } from "vitest";
import { DocumentedChildren } from "../../support/children.js";
import { closed, everything, IMAGE, inputs, run } from "./programs.js";

describe("transforms", () => {
    test("reach every child that is documented", async () => {
        const documented = new DocumentedChildren("aws");
        await run(() => everything(documented.noting), { profile: "development" });
        await run(() => everything(documented.noting), { profile: "production" });
        await run(() => closed(documented.noting));
        // A job of its own code has no bindings, and so no rights.
        expect(documented.unseen()).toEqual(["Job.task-policy"]);
    });

    test.each([
        "development",
        "production",
    ] as const)("every child that is made in %s is documented", async (profile) => {
        const recording = await run(everything, { profile });
        const { all, undocumented } = new DocumentedChildren("aws").made(recording);
        expect(all.length).toBeGreaterThan(100);
        expect(undocumented).toEqual([]);
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
