import { expect, test } from "vitest";
import type { Profile } from "#dist/providers/contract.js";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import { type ApiObject, isTrue } from "../../../support/control-plane/objects.js";
import { inventory } from "./inventory.js";
import { remove } from "./release.js";
import { fewestServing, servingPods } from "./serving.js";
import { imageOf, ShopStack } from "./shop-stack.js";

/** The life of the shop: its objects as recorded from the program, applied as Pulumi would, updated, taken away. */
export function shopLife(plane: () => ControlPlane, profile: Profile, catalogReplicas: number): void {
    const shop = new ShopStack(profile, profile.slice(0, 4));
    let before: ReadonlySet<string>;

    test("is accepted whole, without one warning, in a namespace of the restricted level", async () => {
        before = await inventory(plane().client);
        await shop.up(plane().client, await shop.release("1"));
        const space = await plane().client.get(shop.one("Namespace", shop.namespace));
        expect(space?.metadata.labels).toMatchObject({ "pod-security.kubernetes.io/enforce": "restricted" });
        expect(plane().client.http.warnings).toEqual([]);
    });

    test("runs: Deployments available, the release command done, no pod refused", async () => {
        for (const deployment of shop.all("Deployment")) {
            const found = await plane().client.get(deployment);
            expect(isTrue(found, "Available"), deployment.metadata.name).toBe(true);
            expect(found?.status?.availableReplicas, deployment.metadata.name).toBe(found?.spec?.replicas);
        }
        expect(await plane().client.get(shop.one("Job", "web-release"))).toMatchObject({ status: { succeeded: 1 } });
        const events = await plane().client.list("v1", "Event", shop.namespace);
        expect(events.filter(({ reason }) => reason === "FailedCreate").map(({ message }) => message)).toEqual([]);
    });

    test("serves: every Service has the ready pods of its Deployment and no others", async () => {
        for (const [service, replicas] of [
            ["web", 2],
            ["catalog", catalogReplicas],
        ] as const) {
            const pods = await servingPods(plane().client, shop.namespace, service);
            expect(pods, service).toHaveLength(replicas);
            expect(
                pods.every((pod) => pod.startsWith(`${shop.one("Deployment", `${service}-app`).metadata.name}-`)),
            ).toBe(true);
        }
    });

    test("is spread: the replicas of web are on two nodes and in two zones", async () => {
        const pods = await plane().client.list(
            "v1",
            "Pod",
            shop.namespace,
            "app.kubernetes.io/name=web,app.kubernetes.io/component=web",
        );
        const nodes = new Set(pods.map(({ spec }) => String(spec?.nodeName)));
        expect(nodes.size).toBe(2);
        const all = await plane().client.list("v1", "Node");
        const zones = all.filter(({ metadata }) => nodes.has(metadata.name)).map(({ metadata }) => metadata.labels);
        expect(new Set(zones.map((labels) => labels?.["topology.kubernetes.io/zone"])).size).toBe(2);
    });

    test("scales: the autoscaler has found its Deployment and the limits are as asked for", async () => {
        const scaler = shop.one("HorizontalPodAutoscaler", "web");
        const found = await plane().client.waitFor(scaler, "able to scale", (object) => isTrue(object, "AbleToScale"));
        expect(found?.spec).toMatchObject({
            scaleTargetRef: { kind: "Deployment", name: shop.one("Deployment", "web-app").metadata.name },
            minReplicas: 2,
            maxReplicas: 4,
        });
        expect(found?.status).toMatchObject({ currentReplicas: 2 });
    });

    test("may be drained one replica at a time", async () => {
        for (const budget of shop.all("PodDisruptionBudget")) {
            const found = await plane().client.waitFor(
                budget,
                "counted",
                (object) => object?.status?.disruptionsAllowed === 1,
            );
            expect(found?.status, budget.metadata.name).toMatchObject({ expectedPods: found?.status?.currentHealthy });
        }
        expect(shop.all("PodDisruptionBudget")).toHaveLength(shop.profile === "production" ? 3 : 1);
    });

    test("is bounded: the quota counts its pods and refuses a way in beside the gateway", async () => {
        const quota = shop.one("ResourceQuota", "platform-quota");
        const pods = (await plane().client.list("v1", "Pod", shop.namespace)).filter(
            ({ status }) => status?.phase === "Running",
        );
        await plane().client.waitFor(
            quota,
            "up to date",
            (object) => (object?.status?.used as { readonly pods?: string })?.pods === String(pods.length),
        );
        const back = {
            metadata: { name: "back-door", namespace: shop.namespace },
            spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
        };
        const service: ApiObject = { apiVersion: "v1", kind: "Service", ...back };
        await expect(plane().client.apply(service)).rejects.toThrow(/exceeded quota.*services\.loadbalancers=0/);
    });

    test("an update of code and secret rolls everything, without a moment of too few, and takes the old away", async () => {
        const old = shop.live;
        const next = await shop.release("2", { config: { "shop:sessionKey": "another-key" } });
        const { fewest, looks } = await fewestServing(plane().client, shop.namespace, "web", () =>
            shop.up(plane().client, next),
        );
        expect(fewest).toBe(2);
        expect(looks).toBeGreaterThan(10);
        const [was, is] = [shop.one("Deployment", "web-app", old), shop.one("Deployment", "web-app")];
        expect(is.metadata.name).toBe(was.metadata.name);
        expect(imageOf(is)).not.toBe(imageOf(was));
        expect(imageOf(await plane().client.get(is))).toBe(imageOf(is));
        for (const [kind, name] of [
            ["Secret", "web-secrets"],
            ["Job", "web-release"],
        ] as const) {
            expect(shop.one(kind, name).metadata.name).not.toBe(shop.one(kind, name, old).metadata.name);
            expect(await plane().client.get(shop.one(kind, name, old))).toBeUndefined();
            expect(await plane().client.get(shop.one(kind, name))).toBeDefined();
        }
    });

    test("destroy leaves nothing", async () => {
        await remove(plane().client, shop.live);
        const left = [...(await inventory(plane().client))].filter((object) => !before.has(object));
        expect(left).toEqual([]);
    });
}
