import { App, Job } from "twelvefold";
import { beforeAll, expect, test } from "vitest";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import { FAILS, NEVER_READY } from "../../../support/control-plane/nodes.js";
import { type ApiObject, condition, isTrue } from "../../../support/control-plane/objects.js";
import { manifestsOf, stateOf } from "../manifests.js";
import { IMAGE, run } from "../programs.js";
import { applyAll } from "./release.js";
import { marked } from "./shop-stack.js";

/** What happens over time to what Job components make. All is applied at once, and looked at when it has had the time. */
export function startJobs(plane: () => ControlPlane): { readonly show: () => void } {
    const made: Record<"scheduled" | "late" | "failing", ApiObject[]> = { scheduled: [], late: [], failing: [] };
    const app = () => new App("web", { image: IMAGE, port: 8080 });
    const job = (args: object) => () => new Job("report", { app: app(), command: ["true"], ...args });

    beforeAll(async () => {
        const objectsOf = async (project: string, program: () => unknown) =>
            manifestsOf(await run(program, { project, state: stateOf("1") }));
        const scheduled = await objectsOf("scheduled", job({ schedule: "* * * * *", timeZone: "Europe/Berlin" }));
        const late = marked(await objectsOf("late", job({ timeoutSeconds: 2 })), "Job", NEVER_READY);
        const failing = marked(await objectsOf("failing", job({ retries: 1 })), "Job", FAILS);
        for (const [name, objects] of Object.entries({ scheduled, late, failing })) {
            await applyAll(plane().client, objects);
            made[name as keyof typeof made].push(...objects);
        }
    });

    const one = (name: keyof typeof made, kind: string): ApiObject => {
        const found = made[name].find((object) => object.kind === kind);
        if (found === undefined) throw new Error(`There is no ${kind}.`);
        return found;
    };

    const podsOf = (job: ApiObject) =>
        plane().client.list("v1", "Pod", job.metadata.namespace, `job-name=${job.metadata.name}`);

    return {
        show: () => {
            test("runs by the clock, with the app's own image", async () => {
                const { client } = plane();
                const cron = one("scheduled", "CronJob");
                await client.waitFor(
                    cron,
                    "through",
                    ({ status } = cron) => status?.lastSuccessfulTime !== undefined,
                    90,
                );
                const [first] = await client.list("batch/v1", "Job", cron.metadata.namespace);
                expect(first?.metadata.ownerReferences).toMatchObject([{ kind: "CronJob", name: "report" }]);
                expect(first?.spec?.template?.spec.containers).toMatchObject([{ name: "report", image: IMAGE }]);
            });

            test("a run that takes too long is ended", async () => {
                const late = one("late", "Job");
                const ended = await plane().client.waitFor(late, "ended", (object) => isTrue(object, "Failed"));
                expect(condition(ended, "Failed")?.reason).toBe("DeadlineExceeded");
                expect(await podsOf(late)).toEqual([]);
            });

            test("a run that fails is tried again, as often as asked for", async () => {
                const failing = one("failing", "Job");
                const ended = await plane().client.waitFor(failing, "ended", (object) => isTrue(object, "Failed"), 90);
                expect(condition(ended, "Failed")?.reason).toBe("BackoffLimitExceeded");
                expect(await podsOf(failing)).toHaveLength(2);
            });
        },
    };
}
