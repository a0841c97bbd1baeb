import { afterEach, describe, expect, test } from "vitest";
import { ArmClient } from "#dist/providers/azure/arm/client.js";
import { runOnce } from "#dist/providers/azure/arm/run-once.js";
import { serving } from "#dist/providers/azure/arm/serving.js";
import { GROUP } from "../../../support/arm/server.js";
import { type Bench, bench, declared, deployed, templateOf } from "./support.js";

let current: Bench | undefined;
afterEach(async () => {
    await current?.arm.stop();
    current = undefined;
});

async function started(...args: Parameters<typeof bench>): Promise<Bench> {
    current = await bench(...args);
    return current;
}

describe("waiting for the declared release", () => {
    const expected = (releaseId: string, takesBack = true) => ({ releaseId, startupSeconds: 60, takesBack });

    test("ends when it serves", async () => {
        const it = await started({ two: { readyAfterMilliseconds: 45_000 } });
        await deployed(it, "one", "Single");
        it.arm.put("web", { configuration: declared("Single"), template: templateOf("two") });
        expect(await serving(it.app, expected("two"))).toBe("web--0000002");
        expect(it.arm.apps.get("web")?.served()).toEqual({ "web--0000002": 100 });
    });

    test("fails for one that does not start, gives the app its old template, and the old one serves all the time", async () => {
        const it = await started({ two: { failure: "exit code 1" } });
        await deployed(it, "one", "Single");
        it.arm.put("web", { configuration: declared("Single"), template: templateOf("two") });
        await expect(serving(it.app, expected("two"))).rejects.toThrow(
            "revision web--0000002 is Failed: exit code 1. Revision web--0000001 serves on, and its template is the app's again. " +
                "To try the same release once more: pulumi up --refresh. Its log: az containerapp logs show --name web --resource-group g",
        );
        const app = it.arm.apps.get("web");
        await it.clock.sleep(600_000);
        expect(app?.show("").properties).toMatchObject({ template: templateOf("one") });
        expect(Object.values(app?.served() ?? {})).toEqual([100]);
    });

    test("takes a slow one back in time, so that it never takes over", async () => {
        const it = await started({ two: { readyAfterMilliseconds: 400_000 } });
        await deployed(it, "one", "Single");
        it.arm.put("web", { configuration: declared("Single"), template: templateOf("two") });
        await expect(serving(it.app, expected("two"))).rejects.toThrow(
            "release two did not become ready within 180 seconds.",
        );
        await it.clock.sleep(600_000);
        const served = Object.keys(it.arm.apps.get("web")?.served() ?? {});
        expect(served).not.toContain("web--0000002");
    });

    test("is the only judge of a first release", async () => {
        const it = await started({ one: { failure: "no such file" } });
        it.arm.put("web", { configuration: declared("Single"), template: templateOf("one") });
        await expect(serving(it.app, expected("one"))).rejects.toThrow(
            "revision web--0000001 is Failed: no such file. What served before it serves on.",
        );
    });
});

describe("running once", () => {
    const run = { group: GROUP, job: "web-migrate", id: "two", marker: "RELEASE_ID" as const, timeoutSeconds: 60 };

    test("starts the job, waits for its end, and never starts it again for the same release", async () => {
        const it = await started();
        it.arm.jobBehaviour = { status: "Succeeded", endsAfterMilliseconds: 20_000 };
        const job = it.arm.putJob("web-migrate", templateOf("two"));
        expect(await runOnce(it.client, run)).toBe("web-migrate-1");
        expect(await runOnce(it.client, run)).toBe("web-migrate-1");
        expect(job.executions).toHaveLength(1);
        job.template = templateOf("three");
        expect(await runOnce(it.client, { ...run, id: "three" })).toBe("web-migrate-2");
    });

    test("joins a run that a killed update left", async () => {
        const it = await started();
        it.arm.jobBehaviour = { status: "Succeeded", endsAfterMilliseconds: 20_000 };
        const job = it.arm.putJob("web-migrate", templateOf("two"));
        job.start();
        expect(await runOnce(it.client, run)).toBe("web-migrate-1");
        expect(job.executions).toHaveLength(1);
    });

    test("fails with the run, and runs it again the next time", async () => {
        const it = await started();
        it.arm.jobBehaviour = { status: "Failed" };
        const job = it.arm.putJob("web-migrate", templateOf("two"));
        await expect(runOnce(it.client, run)).rejects.toThrow(
            "The run web-migrate-1 of job web-migrate ended as Failed.",
        );
        it.arm.jobBehaviour = { status: "Succeeded" };
        // The stand-in tells one end for all runs; the first one failed.
        job.executions.length = 0;
        expect(await runOnce(it.client, run)).toBe("web-migrate-1");
    });

    test("fails when it takes too long", async () => {
        const it = await started();
        it.arm.jobBehaviour = { status: "Succeeded", endsAfterMilliseconds: 10_000_000 };
        it.arm.putJob("web-migrate", templateOf("two"));
        await expect(runOnce(it.client, run)).rejects.toThrow(
            "The run web-migrate-1 of job web-migrate did not end within 360 seconds.",
        );
    });
});

describe("the client", () => {
    test("waits as long as the API says", async () => {
        const it = await started();
        await deployed(it, "one");
        it.arm.throttled = 4;
        const before = it.clock.now();
        await it.app.get();
        expect(it.clock.now() - before).toBe(8000);
    });

    test("gives up on one that never lets it in, and says what it said", async () => {
        const it = await started();
        await deployed(it, "one");
        it.arm.throttled = 100;
        await expect(it.app.get()).rejects.toThrow(
            `Azure answered 429 to GET ${GROUP}/providers/Microsoft.App/containerApps/web: Slow down.`,
        );
    });

    test("says that a token is refused, at once", async () => {
        const it = await started();
        const client = new ArmClient({ managementUrl: it.arm.url, token: () => "old", clock: it.clock });
        await expect(client.find("/subscriptions/s")).rejects.toThrow(
            "Azure answered 401 to GET /subscriptions/s: The token is missing or expired.",
        );
        expect(it.arm.requests).toHaveLength(1);
    });
});
