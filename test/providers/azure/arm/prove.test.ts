import { afterEach, describe, expect, test } from "vitest";
import { prove } from "#dist/providers/azure/arm/prove.js";
import { type Bench, bench, declared, deployed, proofOf, templateOf, upTo } from "./support.js";

let current: Bench | undefined;
afterEach(async () => {
    await current?.arm.stop();
    current = undefined;
});

async function started(...args: Parameters<typeof bench>): Promise<Bench> {
    current = await bench(...args);
    return current;
}

/** How the traffic was shared, each time that it changed, sampled at every request. */
function sampled({ arm }: Bench): readonly string[] {
    const seen: string[] = [];
    const { requests } = arm;
    const push = requests.push.bind(requests);
    requests.push = (...items) => {
        const shares = JSON.stringify(arm.apps.get("web")?.served());
        if (seen.at(-1) !== shares) seen.push(shares);
        return push(...items);
    };
    return seen;
}

const shares = (...list: Record<string, number>[]) => list.map((one) => JSON.stringify(one));

describe("a release that works", () => {
    test("gets its share step by step, then all of it, and the old one ends", async () => {
        const it = await started();
        await deployed(it, "one");
        const seen = sampled(it);
        const before = it.clock.now();
        expect(await upTo(it, "two")).toBe("web--0000002");
        expect(seen).toEqual(
            shares(
                { "web--0000001": 100 },
                { "web--0000001": 90, "web--0000002": 10 },
                { "web--0000001": 50, "web--0000002": 50 },
                { "web--0000002": 100 },
            ),
        );
        expect(it.clock.now() - before).toBeGreaterThan(180_000);
        const app = it.arm.apps.get("web");
        // Pulumi's own update, equal to what was proved, makes no revision.
        expect(app?.list().map(({ name, properties }) => [name, (properties as { active: boolean }).active])).toEqual([
            ["web--0000001", false],
            ["web--0000002", true],
        ]);
        expect(app?.served()).toEqual({ "web--0000002": 100 });
    });

    test("is proved once: a second update asks and does nothing", async () => {
        const it = await started();
        await deployed(it, "one");
        await upTo(it, "two");
        it.arm.requests.length = 0;
        expect(await prove(it.app, proofOf("two"))).toBe("web--0000002");
        expect(it.arm.requests.filter((line) => !line.startsWith("GET"))).toEqual([]);
    });

    test("needs no proof where there is no app yet", async () => {
        const it = await started();
        expect(await prove(it.app, proofOf("one"))).toBe("");
    });

    test("waits out a throttling API and its own slow changes", async () => {
        const it = await started({ two: { readyAfterMilliseconds: 30_000 } }, 20);
        await deployed(it, "one");
        it.arm.throttled = 3;
        expect(await prove(it.app, proofOf("two"))).toBe("web--0000002");
    });

    test("keeps the secrets of the release that it replaces while both live", async () => {
        const it = await started();
        it.arm.put("web", { configuration: declared("Multiple", ["old"]), template: templateOf("one", "old") });
        await it.clock.sleep(60_000);
        expect(await prove(it.app, proofOf("two", {}, ["new"]))).toBe("web--0000002");
    });

    test("comes after one revision at a time, unless old ones are left", async () => {
        const it = await started();
        await deployed(it, "one", "Single");
        expect(await upTo(it, "two")).toBe("web--0000002");
    });
});

describe("a release that does not work", () => {
    const rejects = async (it: Bench, proof: ReturnType<typeof proofOf>, message: RegExp) => {
        await expect(prove(it.app, proof)).rejects.toThrow(message);
        expect(it.arm.apps.get("web")?.served()).toEqual({ "web--0000001": 100 });
        const candidate = it.arm.apps.get("web")?.list()[1]?.properties as { active: boolean } | undefined;
        expect(candidate?.active).toBe(false);
    };

    test("never becomes ready: no request reaches it", async () => {
        const it = await started({ two: {} });
        await deployed(it, "one");
        const seen = sampled(it);
        await rejects(
            it,
            proofOf("two"),
            /^Release two was taken back: revision web--0000002 did not become ready within 180 seconds \(health Unhealthy, 0 replicas\)\. Revision web--0000001 serves as before\./,
        );
        expect(seen).toEqual(shares({ "web--0000001": 100 }));
    });

    test("fails to start: nobody waits for the rest of the time", async () => {
        const it = await started({ two: { failure: "ImagePullBackOff" } });
        await deployed(it, "one");
        await rejects(it, proofOf("two"), /revision web--0000002 is Failed: ImagePullBackOff\./);
        expect(it.clock.now()).toBeLessThan(120_000);
    });

    test("answers errors: taken back from its first share", async () => {
        const it = await started();
        await deployed(it, "one");
        it.arm.metrics.set("web--0000002", { "2xx": 90, "5xx": 10 });
        await rejects(
            it,
            proofOf("two", { errorPercent: 5 }),
            /10 of 100 requests to revision web--0000002 failed, 10\.0 percent; allowed: 5\./,
        );
    });

    test("of too few requests says nothing", async () => {
        const it = await started();
        await deployed(it, "one");
        it.arm.metrics.set("web--0000002", { "2xx": 9, "5xx": 10 });
        const before = it.clock.now();
        expect(await prove(it.app, proofOf("two", { errorPercent: 5 }))).toBe("web--0000002");
        // Azure's numbers are late, so each of the two watched steps takes three minutes.
        expect(it.clock.now() - before).toBeGreaterThan(360_000);
    });

    test("raises an alert", async () => {
        const it = await started();
        await deployed(it, "one");
        const rule = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/scheduledQueryRules/errors";
        it.arm.firedAlerts.add(rule);
        await rejects(it, proofOf("two", { alarms: [rule] }), /the alert errors is raised\./);
    });

    test("is tried again by the next update: the same revision, for Azure makes no other of an equal template", async () => {
        const it = await started({ two: { failure: "no database" } });
        await deployed(it, "one");
        await rejects(it, proofOf("two"), /no database/);
        await rejects(it, proofOf("two"), /no database/);
        it.arm.images.set("two", { readyAfterMilliseconds: 0 });
        expect(await upTo(it, "two")).toBe("web--0000002");
        expect(it.arm.apps.get("web")?.list()).toHaveLength(2);
        expect(it.arm.apps.get("web")?.served()).toEqual({ "web--0000002": 100 });
    });

    test("makes room for another one", async () => {
        const it = await started({ two: { failure: "crashed" } });
        await deployed(it, "one");
        await rejects(it, proofOf("two"), /crashed/);
        expect(await upTo(it, "three")).toBe("web--0000003");
        expect(it.arm.apps.get("web")?.served()).toEqual({ "web--0000003": 100 });
    });
});

describe("an update that was killed", () => {
    test("is gone on with from the share that it came to", async () => {
        const it = await started();
        await deployed(it, "one");
        it.arm.put("web", {
            configuration: {
                ...declared("Multiple"),
                ingress: { traffic: [{ latestRevision: true, weight: 100 }] },
            },
            template: templateOf("one"),
        });
        await it.clock.sleep(5000);
        const app = it.arm.apps.get("web");
        app?.change({
            template: templateOf("two"),
            configuration: { ingress: { traffic: [{ revisionName: "web--0000001", weight: 100 }] } },
        });
        await it.clock.sleep(5000);
        const traffic = [
            { revisionName: "web--0000001", weight: 50 },
            { revisionName: "web--0000002", weight: 50 },
        ];
        app?.change({ configuration: { ingress: { traffic } } });
        await it.clock.sleep(5000);
        const seen = sampled(it);
        expect(await prove(it.app, proofOf("two"))).toBe("web--0000002");
        expect(seen).toEqual(shares({ "web--0000001": 50, "web--0000002": 50 }, { "web--0000002": 100 }));
    });
});

describe("somebody else", () => {
    test("who moves the traffic stops the update", async () => {
        const it = await started();
        await deployed(it, "one");
        const app = it.arm.apps.get("web");
        const sleep = it.clock.sleep.bind(it.clock);
        it.clock.sleep = async (milliseconds) => {
            await sleep(milliseconds);
            if (app?.served()["web--0000002"] !== 10) return;
            const traffic = [
                { revisionName: "web--0000001", weight: 70 },
                { revisionName: "web--0000002", weight: 30 },
            ];
            await sleep(5000);
            app.change({ configuration: { ingress: { traffic } } });
        };
        await expect(prove(it.app, proofOf("two"))).rejects.toThrow(
            "Somebody else has moved the traffic of the container app web (web--0000001 70 %, web--0000002 30 %) during its update, " +
                "which stops and leaves it so. Run pulumi up again to go on from there.",
        );
        expect(app?.served()).toEqual({ "web--0000001": 70, "web--0000002": 30 });
    });

    test("who left two revisions in single mode is asked to end one", async () => {
        const it = await started({ two: { readyAfterMilliseconds: 10_000_000 } });
        await deployed(it, "one", "Single");
        it.arm.put("web", { configuration: declared("Single"), template: templateOf("two") });
        await it.clock.sleep(60_000);
        await expect(prove(it.app, proofOf("three"))).rejects.toThrow(
            "The container app web is to change from one revision at a time to several, and 2 are active (web--0000002, web--0000001). " +
                "Deactivate all but the latest, and run pulumi up again.",
        );
    });
});
