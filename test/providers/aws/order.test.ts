import { App, Autoscaler, Database, Job, LoadBalancer, Queue } from "twelvefold";
import type { Recording } from "twelvefold/testing";
import { describe, expect, test } from "vitest";
import { everything, IMAGE, made, run, web } from "./programs.js";

/** Names of all that must be there before a resource; on deletion all of it goes after. */
function mustPrecede(recording: Recording, name: string): ReadonlySet<string> {
    const seen = new Set<string>();
    const visit = (at: string) => {
        for (const other of recording.resources.find((found) => found.name === at)?.dependsOn ?? []) {
            if (seen.has(other)) continue;
            seen.add(other);
            visit(other);
        }
    };
    visit(name);
    return seen;
}

/** A program with one of everything that order matters for. */
function shop(): void {
    const db = new Database("db");
    const mail = new Queue("mail");
    const front = new LoadBalancer("front");
    const autoscaler = new Autoscaler("scale", { maxReplicas: 4, cpuPercent: 70, schedules: [] });
    const api = web({}, "api");
    const app = web({
        secrets: { KEY: "hidden" },
        bindings: { DATABASE_URL: db, MAIL_URL: mail.toSend(), API_URL: api },
        release: { command: ["migrate"] },
        routes: [
            { loadBalancer: front, path: "/" },
            { loadBalancer: front, path: "/orders" },
        ],
        autoscaler,
    });
    new Job("seed", { app, command: ["seed"] });
    new Job("report", { app, command: ["report"], schedule: "0 6 * * 1" });
}

describe("order that AWS needs", () => {
    const recorded = run(shop);

    test.each([
        // Else ECS says that the target group has no load balancer.
        ["web-service", /^web-rule-/, 2],
        ["web-service", /^front-http$/, 1],
        // Else a task finds no secret, or may not read it.
        ["web-service", /^web-secret-version$/, 1],
        ["web-service", /^web-(execution|task)-policy$/, 2],
        // Else a task reaches nobody, and nobody reaches it.
        ["web-service", /^web-(egress|in-front|to-database-db|to-app-api)$/, 4],
        ["web-service", /^db-instance$/, 1],
        // A client of Service Connect never sees an endpoint that comes later.
        ["web-service", /^api-service$/, 1],
        ["web-service", /^web-release$/, 1],
        // A provider in use cannot be taken away.
        ["web-service", /^platform-capacity$/, 1],
        // Without a way out no image is fetched.
        ["web-service", /^platform-(private-route|nat)$/, 2],
        ["web-release", /^web-(task-def|execution-policy|task-policy|to-database-db|egress|secret-version)$/, 6],
        ["web-release", /^db-instance$/, 1],
        ["web-scale", /^web-service$/, 1],
        ["web-cpu", /^web-scale$/, 1],
        ["web-serving", /^web-service$/, 1],
        // A job follows a release that serves.
        ["seed-run", /^web-serving$/, 1],
        ["report-machine", /^web-serving$/, 1],
        ["report-schedule", /^report-(machine|schedule-policy)$/, 2],
    ])("%s comes after %s", async (name, pattern, count) => {
        const earlier = [...mustPrecede(await recorded, name)].filter((other) => pattern.test(other));
        expect(earlier).toHaveLength(count);
    });

    test("a release command runs before the service, not after", async () => {
        expect(mustPrecede(await recorded, "web-release").has("web-service")).toBe(false);
    });

    test("nothing waits for itself", async () => {
        const recording = await run(everything, { profile: "production" });
        const circles = made(recording).filter(({ name }) => mustPrecede(recording, name).has(name));
        expect(circles.map(({ name }) => name)).toEqual([]);
    });

    test("a route that is added makes the service wait for it too", async () => {
        const recording = await run(() => {
            const front = new LoadBalancer("front");
            const paths = ["/a", "/b", "/c", "/d"];
            web({ routes: paths.map((path) => ({ loadBalancer: front, path })) });
        });
        const rules = [...mustPrecede(recording, "web-service")].filter((name) => name.startsWith("web-rule-"));
        expect(rules).toHaveLength(4);
    });

    test("what a release shifts between is there before the service", async () => {
        const recording = await run(() => {
            const routes = [{ loadBalancer: new LoadBalancer("front"), path: "/" }];
            web({ routes, rollout: { strategy: "blueGreen" } });
        });
        const earlier = mustPrecede(recording, "web-service");
        const needed = ["web-tg-front", "web-alternate-front", "web-stuck", "web-errors", "platform-ecs-infra-policy"];
        expect(needed.filter((name) => !earlier.has(name))).toEqual([]);
    });
});

test("a share of another app's traffic waits until that app serves", async () => {
    const recording = await run(() => {
        const front = new LoadBalancer("front");
        const old = web({ routes: [{ loadBalancer: front, path: "/" }] }, "old");
        web({ routes: [{ loadBalancer: front, path: "/", percent: 10, otherwise: old }] });
    });
    const [rule] = recording.resources.filter(({ name }) => name.startsWith("web-rule-"));
    expect(mustPrecede(recording, rule?.name ?? "")).toContain("old-serving");
});

test("what needs nothing of the network does not wait for it", async () => {
    const recording = await run(shop, { profile: "production" });
    const early = ["web-execution-role", "db-log-postgresql", "db-url", "platform-default-logs"];
    const waiting = early.filter((name) => mustPrecede(recording, name).has("platform-vpc"));
    expect(waiting).toEqual([]);
    expect(mustPrecede(recording, "web-to-database-db").has("db-instance")).toBe(false);
});

test("a worker waits for no load balancer", async () => {
    const recording = await run(() => new App("worker", { image: IMAGE, command: ["work"] }));
    expect([...mustPrecede(recording, "worker-service")].some((name) => /rule|tg/.test(name))).toBe(false);
});
