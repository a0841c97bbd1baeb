import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timing } from "#dist/providers/kubernetes/timing.js";
import { type Json, platformRecordWith, run, spec, web } from "./programs.js";

/** Whatever the components let through. */
const health = fc.record({
    readinessPath: fc.constant("/readyz"),
    livenessPath: fc.constant("/healthz"),
    startupSeconds: fc.integer({ min: 1, max: 3600 }),
    intervalSeconds: fc.integer({ min: 1, max: 300 }),
    timeoutSeconds: fc.integer({ min: 1, max: 60 }),
    failureThreshold: fc.integer({ min: 1, max: 10 }),
});
const stopTimeoutSeconds = fc.integer({ min: 1, max: 600 });
const drainSeconds = fc.integer({ min: 0, max: 90 });

describe("zero downtime holds for any arguments", () => {
    test("in the numbers", () => {
        fc.assert(
            fc.property(health, stopTimeoutSeconds, drainSeconds, (health, stop, drain) => {
                const t = timing(health, stop, drain);
                // The API server refuses a pause that is not shorter than the grace period.
                expect(t.drainSeconds).toBeGreaterThan(0);
                expect(t.drainSeconds).toBeGreaterThanOrEqual(drain);
                expect(t.drainSeconds).toBeLessThan(t.graceSeconds);
                // After the pause the process still has all of its time.
                expect(t.graceSeconds - t.drainSeconds).toBe(stop);
                // Out of the traffic first, restarted later.
                const failsAfter = (p: typeof t.readiness) => p.periodSeconds * p.failureThreshold;
                expect(failsAfter(t.readiness)).toBeLessThan(failsAfter(t.liveness));
                // A start that is allowed to take its time is not cut short, by nobody.
                expect(failsAfter(t.startup)).toBeGreaterThanOrEqual(health.startupSeconds);
                expect(t.progressDeadlineSeconds).toBeGreaterThan(failsAfter(t.startup));
                expect(t.awaitSeconds).toBeGreaterThan(t.progressDeadlineSeconds);
            }),
        );
    });

    test("in the objects", async () => {
        const property = fc.asyncProperty(
            health,
            stopTimeoutSeconds,
            drainSeconds,
            fc.integer({ min: 1, max: 20 }),
            async (health, stop, drain, replicas) => {
                const app = await run(() => web({ health, stopTimeoutSeconds: stop, replicas }), {
                    profile: "production",
                    state: platformRecordWith({ gateway: { className: "x", from: [], drainSeconds: drain } }),
                });
                const deployment = spec(app, "web", "app");
                const pod = deployment.template?.spec as Json;
                const container = pod.containers?.[0] as Json;
                const pause = Number(container.lifecycle?.preStop?.sleep?.seconds);
                expect(pause).toBeGreaterThan(0);
                expect(pause + stop).toBe(pod.terminationGracePeriodSeconds);
                expect(deployment.strategy?.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: "25%" });
                expect(deployment.progressDeadlineSeconds).toBeGreaterThan(Number(deployment.minReadySeconds));
                expect(container.readinessProbe?.httpGet?.path).not.toBe(container.livenessProbe?.httpGet?.path);
                const budgets = app.resources.filter(({ type }) => type.endsWith(":PodDisruptionBudget"));
                expect(budgets).toHaveLength(replicas > 1 ? 1 : 0);
            },
        );
        await fc.assert(property, { numRuns: 15 });
    });
});

test("a request may take no longer than a replica has to stop", async () => {
    const { App, LoadBalancer } = await import("twelvefold");
    const app = await run(() => {
        const front = new LoadBalancer("front");
        const image = `registry.example.com/shop@sha256:${"0".repeat(64)}`;
        new App("web", { image, port: 8080, stopTimeoutSeconds: 45, routes: [{ loadBalancer: front, path: "/" }] });
    });
    const route = app.resources.find(({ name }) => name.startsWith("web-route-"))?.inputs.spec as Json;
    expect(route.rules?.[0]?.timeouts).toEqual({ request: "45s" });
});
