/**
 * The shop on a real node: its containers, database, broker and gateway run. What it costs (root, a throwaway machine, half
 * an hour of builds) is more than CI has, so it runs on demand: `npm run test:node`.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Load, type LoadReport } from "../../../e2e/support/load.js";
import { type ApiObject, condition, isTrue } from "../../../support/control-plane/objects.js";
import { type Cluster, startCluster } from "../../../support/node/index.js";
import { TOOL_MILLISECONDS } from "../../../support/tool-cache.js";
import { until } from "../../../support/until.js";
import { deploy, isReady } from "../cluster/release.js";
import { makePlatform } from "./platform.js";
import { type ShopImages, shopImages, shopObjects } from "./shop.js";

const NAMESPACE = "shop-node";
const ADDRESS = "10.97.0.1";
const URL = `http://${ADDRESS}`;
const LONG = 15 * 60_000;

/** The condition that `up` waits for, where an operator says when it is ready. */
function awaitedOf({ metadata }: ApiObject): string | undefined {
    return /^condition=(\w+)$/.exec(metadata.annotations?.["pulumi.com/waitFor"] ?? "")?.[1];
}

describe.skipIf(process.env.TWELVEFOLD_NODE === undefined)("the shop on a real node", () => {
    let running: Cluster | undefined;
    let images: ShopImages;
    let record: Record<string, unknown>;
    let live: readonly ApiObject[] = [];
    const cluster = (): Cluster => {
        if (running === undefined) throw new Error("The cluster does not run.");
        return running;
    };

    beforeAll(async () => {
        running = await startCluster();
        images = await shopImages(running);
        record = await makePlatform(running, images.node);
    }, 2 * TOOL_MILLISECONDS);

    afterAll(async () => running?.stop(), LONG);

    test(
        "up: each operator makes what it is asked for, migrations run, all pods are ready",
        async () => {
            const { client } = cluster();
            const objects = await shopObjects(images, record, "one");
            for (const object of objects) {
                await client.apply(object);
                if (object.kind === "Gateway") await giveAddress(object);
                const awaited = awaitedOf(object);
                if (awaited === undefined) await isReady(client, object);
                else await client.waitFor(object, awaited, (found) => isTrue(found, awaited), 600);
            }
            live = objects;
            const route = objects.find(({ kind }) => kind === "HTTPRoute") as ApiObject;
            const parents = (await client.get(route))?.status?.parents as { conditions: unknown[] }[];
            expect(parents[0]?.conditions).toEqual([
                expect.objectContaining({ type: "Accepted", status: "True" }),
                expect.objectContaining({ type: "ResolvedRefs", status: "True" }),
            ]);
        },
        LONG,
    );

    test("an order goes through the gateway into the database, and its mail through the broker to the worker", async () => {
        const order = { item: "tea", quantity: 2, email: "a@example.com" };
        const headers = { "content-type": "application/json" };
        const placed = await fetch(`${URL}/orders`, { method: "POST", headers, body: JSON.stringify(order) });
        expect(placed.status).toBe(201);
        const { id } = (await placed.json()) as { readonly id: string };
        const { orders } = (await (await fetch(`${URL}/orders`)).json()) as {
            readonly orders: readonly { id: string }[];
        };
        expect(orders.map((one) => one.id)).toContain(id);
        const logs = ["--namespace", NAMESPACE, "logs", "--selector=app.kubernetes.io/name=mailer", "--tail=-1"];
        await until(async () => cluster().kubectl(logs).includes(`"mail sent","order":"${id}"`), 60);
    });

    test("the autoscaler reads the pods' real use of CPU", async () => {
        const scaler = live.find(({ kind }) => kind === "HorizontalPodAutoscaler") as ApiObject;
        const found = await cluster().client.waitFor(scaler, "active", (object) => isTrue(object, "ScalingActive"));
        expect(condition(found, "ScalingActive")?.reason).toBe("ValidMetricFound");
    });

    test(
        "an update under load loses no request",
        async () => {
            const next = await shopObjects(images, record, "two");
            const plain = { echo: false, postShare: 0, holdShare: 0, timeoutSeconds: 20 };
            const load = new Load(`${URL}/healthz`, plain);
            let report: LoadReport;
            try {
                await load.rate(60);
                await deploy(cluster().client, next, live);
                live = next;
            } finally {
                report = await load.stop();
            }
            expect(report.failures).toEqual([]);
            expect(report.requests).toBeGreaterThan(300);
            console.log(`${report.requests} requests, p99 ${Math.round(report.milliseconds.p99)} ms`);
        },
        LONG,
    );

    test(
        "destroy takes away each object before what it depends on, and leaves nothing",
        async () => {
            const { client } = cluster();
            for (const object of [...live].reverse()) {
                if ((await client.get(object)) === undefined) continue;
                await client.delete(object);
                // As Pulumi does: an operator that gives back a user of a broker needs the broker for it.
                await client.waitFor(object, "gone", (found) => found === undefined);
            }
        },
        LONG,
    );

    /** What the controller of a cloud does: an address for the Service that the gateway's controller makes. */
    async function giveAddress(gateway: ApiObject): Promise<void> {
        const { client } = cluster();
        const label = `gateway.envoyproxy.io/owning-gateway-name=${gateway.metadata.name}`;
        const services = () => client.list("v1", "Service", "envoy-gateway-system", label);
        await until(async () => (await services()).length > 0, 60);
        const [service] = (await services()) as [ApiObject];
        await client.patch(service, { status: { loadBalancer: { ingress: [{ ip: ADDRESS }] } } }, "status");
    }
});
