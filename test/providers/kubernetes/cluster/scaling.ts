import { App, Autoscaler } from "twelvefold";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ControlPlane } from "../../../support/control-plane/index.js";
import { type Metrics, serveMetrics } from "../../../support/control-plane/metrics.js";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { manifestsOf, stateOf } from "../manifests.js";
import { IMAGE, run } from "../programs.js";
import { deploy } from "./release.js";

/** Kubernetes' own autoscaler at work on what an Autoscaler makes, with the use of CPU as the test says. */
export function scaling(plane: () => ControlPlane): void {
    let metrics: Metrics;
    let live: readonly ApiObject[] = [];

    const release = async (version: string): Promise<readonly ApiObject[]> => {
        const program = () => {
            const autoscaler = new Autoscaler("scale", {
                minReplicas: 2,
                maxReplicas: 5,
                cpuPercent: 50,
                scaleInCooldownSeconds: 0,
            });
            new App("web", { image: IMAGE, port: 8080, autoscaler, environment: { VERSION: version } });
        };
        return manifestsOf(await run(program, { project: "scaling", state: stateOf("1") }));
    };

    const up = async (version: string) => {
        const objects = await release(version);
        await deploy(plane().client, objects, live);
        live = objects;
    };

    const deployment = (): ApiObject => {
        const found = live.find(({ kind }) => kind === "Deployment");
        if (found === undefined) throw new Error("There is no Deployment.");
        return found;
    };

    const available = (replicas: number) =>
        plane().client.waitFor(
            deployment(),
            `at ${replicas} replicas`,
            ({ spec, status } = deployment()) => spec?.replicas === replicas && status?.availableReplicas === replicas,
        );

    beforeAll(async () => {
        metrics = await serveMetrics(plane());
        await up("1");
    });

    afterAll(() => metrics?.stop());

    test("scales out when the processors are busy, as far as it may", async () => {
        await available(2);
        // A replica asks for 62.5 m in development.
        metrics.use("scaling-dev", 200);
        await available(5);
    });

    test("an update keeps the count of the autoscaler", async () => {
        await up("2");
        const found = await plane().client.get(deployment());
        expect(found).toMatchObject({ spec: { replicas: 5 }, status: { availableReplicas: 5 } });
        expect(JSON.stringify(found?.spec?.template?.spec.containers[0]?.env)).toContain('"VERSION","value":"2"');
    });

    test("scales in when they are idle, no further than it may", async () => {
        metrics.use("scaling-dev", 1);
        await available(2);
    });
}
