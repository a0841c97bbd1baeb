import { beforeAll, expect, test } from "vitest";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import { FAILS, NEVER_READY } from "../../../support/control-plane/nodes.js";
import { condition, isTrue } from "../../../support/control-plane/objects.js";
import { remove } from "./release.js";
import { servingPods } from "./serving.js";
import { imageOf, marked, ShopStack } from "./shop-stack.js";

/** What becomes of the shop when a release of it is no good. */
export function wrongReleases(plane: () => ControlPlane): void {
    const shop = new ShopStack("development", "wrong");

    beforeAll(async () => shop.up(plane().client, await shop.release("1")));

    test("a failing release command leaves the old release in place", async () => {
        const failing = marked(await shop.release("4"), "Job", FAILS);
        const serving = await servingPods(plane().client, shop.namespace, "web");
        await expect(shop.up(plane().client, failing)).rejects.toThrow(
            /^Job shop-\w+\/web-release-\w+ failed: BackoffLimitExceeded$/,
        );
        expect(imageOf(await plane().client.get(shop.one("Deployment", "web-app")))).toBe(
            imageOf(shop.one("Deployment", "web-app")),
        );
        expect(await servingPods(plane().client, shop.namespace, "web")).toEqual(serving);
        const pods = await plane().client.list(
            "v1",
            "Pod",
            shop.namespace,
            `job-name=${shop.one("Job", "web-release", failing).metadata.name}`,
        );
        expect(pods, "it ran once").toHaveLength(1);
        await remove(plane().client, [
            shop.one("Job", "web-release", failing),
            shop.one("Secret", "web-secrets", failing),
        ]);
    });

    test("a release that never becomes ready takes nothing away from the old one", async () => {
        const bad = shop.one("Deployment", "web-app", marked(await shop.release("5"), "Deployment", NEVER_READY));
        const serving = await servingPods(plane().client, shop.namespace, "web");
        await plane().client.apply(
            { ...bad, spec: { ...bad.spec, progressDeadlineSeconds: 8, replicas: 2 } },
            { force: true },
        );
        const stuck = await plane().client.waitFor(
            bad,
            "stuck",
            (object) => condition(object, "Progressing")?.status === "False",
        );
        expect(condition(stuck, "Progressing")).toMatchObject({ reason: "ProgressDeadlineExceeded" });
        expect(isTrue(stuck, "Available")).toBe(true);
        expect(await servingPods(plane().client, shop.namespace, "web")).toEqual(serving);
    });

    test("a rollback is an update like any other", async () => {
        const first = await shop.release("1");
        await shop.up(plane().client, first);
        const deployment = await plane().client.get(shop.one("Deployment", "web-app"));
        expect(imageOf(deployment)).toBe(imageOf(shop.one("Deployment", "web-app", first)));
        expect(isTrue(deployment, "Available")).toBe(true);
    });
}
