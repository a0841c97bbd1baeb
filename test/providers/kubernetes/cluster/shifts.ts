import { App, type AppArgs, LoadBalancer } from "twelvefold";
import { platformRecord, runProgram } from "twelvefold/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "../../../support/control-plane/client.js";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { until } from "../../../support/until.js";
import { manifestsOf, stateOf } from "../manifests.js";
import { isReady, remove } from "./release.js";
import {
    type Ended,
    fakePrometheus,
    one,
    type Prometheus,
    type ShiftProcess,
    startShift,
    tokenOf,
} from "./shift-process.js";

const RECORD = "twelvefold-system/twelvefold-platform";

/** An app whose releases are shifted to: the Job's own files and rights, a real API server, and kwok's pods. */
export function shifts(plane: () => ControlPlane, strategy: "canary" | "blueGreen"): void {
    const namespace = `shift-${strategy.toLowerCase()}`;
    let prometheus: Prometheus;
    let live: readonly ApiObject[] = [];

    beforeAll(async () => {
        prometheus = await fakePrometheus();
    });
    afterAll(() => prometheus.close());

    const objectsOf = async (version: string, bakeSeconds = 1): Promise<readonly ApiObject[]> => {
        const known = stateOf(version);
        const record = platformRecord({
            gateway: { className: "public", from: [], drainSeconds: 1 },
            prometheus: { address: prometheus.address, errorPercent: 'errors{service="{service}"}[{window}]' },
        });
        const rollout: AppArgs["rollout"] =
            strategy === "canary"
                ? { strategy, steps: [{ percent: 20, bakeSeconds }], rollbackOn: { errorPercent: 1 } }
                : { strategy, bakeSeconds, rollbackOn: { errorPercent: 1 } };
        const recording = await runProgram(
            () => {
                const front = new LoadBalancer("front");
                const build = { context: "test/support/fixtures/app" };
                new App("web", {
                    build,
                    port: 8080,
                    replicas: 2,
                    rollout,
                    routes: [{ loadBalancer: front, path: "/" }],
                });
            },
            {
                target: "kubernetes",
                profile: "development",
                project: "shift",
                stack: strategy.toLowerCase(),
                state: (resource) => (resource.id === RECORD ? record : known(resource)),
            },
        );
        return manifestsOf(recording);
    };

    /** As `pulumi up` does: in order, the Job in its place, and the old release last of all. */
    const up = async (
        objects: readonly ApiObject[],
        during: (process: ShiftProcess) => Promise<void> = async () => {},
    ) => {
        const { client } = plane();
        const job = one(objects, "Job");
        const after = objects.indexOf(job);
        const known = new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
        for (const object of objects.slice(0, after)) {
            await client.apply(object, { force: isForced(object) });
            await isReady(client, object);
        }
        const process = await startShift(plane(), objects);
        await during(process);
        const ended = await process.ended;
        if (ended.code !== 0) return ended;
        for (const object of objects.slice(after)) await client.apply(object, { force: isForced(object) });
        await remove(
            client,
            live.filter(({ kind, metadata }) => !known.has(`${kind} ${metadata.name}`)),
        );
        live = objects;
        return ended;
    };

    const servingRelease = async () => {
        const service = await plane().client.get({
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "web", namespace },
        });
        return (service?.spec?.selector as Readonly<Record<string, string>>)["twelvefold.dev/release"];
    };
    const weights = async (): Promise<readonly (number | undefined)[]> => {
        const [route] = await plane().client.list("gateway.networking.k8s.io/v1", "HTTPRoute", namespace);
        const [rule] = (route?.spec?.rules ?? []) as readonly {
            readonly backendRefs: readonly { readonly weight?: number }[];
        }[];
        return rule?.backendRefs.map(({ weight }) => weight) ?? [];
    };
    const releaseOf = (objects: readonly ApiObject[]) => planOf(objects).release;
    const share = strategy === "canary" ? [80, 20] : [0, 100];

    test("the first release has nothing to shift from", async () => {
        const ended = await up(await objectsOf("1"));
        expect(ended).toEqual({ code: 0, output: "nothing to shift\n" });
        expect([await servingRelease(), await weights()]).toEqual([releaseOf(live), [100, 0]]);
    });

    test("the second one takes over by its share, and leaves what the program declares", async () => {
        const second = await objectsOf("2");
        const seen = new Set<string>();
        const ended = await up(second, async ({ ended }) => {
            let over = false;
            void ended.then(() => {
                over = true;
            });
            await until(async () => {
                seen.add(JSON.stringify(await weights()));
                return over;
            });
        });
        expect(ended).toEqual({ code: 0, output: expect.stringContaining(`release ${releaseOf(second)} serves\n`) });
        expect(seen).toContain(JSON.stringify(share));
        expect([await servingRelease(), await weights()]).toEqual([releaseOf(second), [100, 0]]);
        expect([...prometheus.queries]).toEqual(['errors{service="web-next"}[60s]']);
        const deployments = await plane().client.list("apps/v1", "Deployment", namespace);
        expect(deployments).toHaveLength(1);
    });

    test("a bad one is taken back, the update fails, and the next one cleans up", async () => {
        const before = releaseOf(live);
        prometheus.value = "50";
        const bad = await objectsOf("3");
        const { code, output } = await up(bad);
        expect(code).toBe(1);
        expect(output).toContain(
            `Release ${releaseOf(bad)} does not serve: 50 % of the requests failed (allowed are 1 %).`,
        );
        expect([await servingRelease(), await weights()]).toEqual([before, [100, 0]]);
        prometheus.value = "0";
        const good = await objectsOf("4");
        live = [
            ...live,
            ...bad.filter(({ metadata }) => !live.some((object) => object.metadata.name === metadata.name)),
        ];
        expect((await up(good)).code).toBe(0);
        expect([await servingRelease(), await weights()]).toEqual([releaseOf(good), [100, 0]]);
        expect(await plane().client.list("apps/v1", "Deployment", namespace)).toHaveLength(1);
    });

    test("one that is told to end takes the traffic back; the same update once more goes through", async () => {
        const before = releaseOf(live);
        const next = await objectsOf("5", 600);
        const ended: Ended = await up(next, async (process) => {
            await until(async () => JSON.stringify(await weights()) === JSON.stringify(share));
            process.terminate();
        });
        expect(ended).toEqual({ code: 1, output: expect.stringContaining("the shift was told to end") });
        expect([await servingRelease(), await weights()]).toEqual([before, [100, 0]]);
        expect((await up(await objectsOf("5"))).code).toBe(0);
    });

    test("its account may do this and nothing else", async () => {
        const { client, folder } = plane();
        const account = new ApiClient(
            client.http.server,
            await caOf(folder),
            await tokenOf(plane(), namespace, "web-shift"),
        );
        const allowed = { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace } };
        expect(await account.get(allowed)).toBeDefined();
        await expect(account.list("v1", "Secret", namespace)).rejects.toThrow("forbidden");
        await expect(account.list("v1", "Pod", "default")).rejects.toThrow("forbidden");
        await expect(account.delete(allowed)).rejects.toThrow("forbidden");
        account.http.close();
    });

    test("the pod of the Job is one that the namespace admits, and the API server accepts every object", async () => {
        for (const object of live) await isReady(plane().client, object);
        const job = await plane().client.get(one(live, "Job"));
        expect(job?.status?.succeeded).toBe(1);
    });
}

async function caOf(folder: string): Promise<string> {
    const { readdirSync, readFileSync } = await import("node:fs");
    const file = readdirSync(folder).find((name) => name.endsWith(".crt")) ?? "";
    return readFileSync(`${folder}/${file}`, "utf8");
}

function planOf(objects: readonly ApiObject[]): { readonly release: string } {
    const [container] = one(objects, "Job").spec?.template?.spec.containers ?? [];
    const [variable] = container?.env as readonly { readonly value: string }[];
    return JSON.parse(variable?.value ?? "") as { readonly release: string };
}

/** Pulumi takes the fields of others only where an annotation says so. */
function isForced({ metadata }: ApiObject): boolean {
    return metadata.annotations?.["pulumi.com/patchForce"] === "true";
}
