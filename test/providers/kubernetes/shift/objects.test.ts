import { readdirSync, readFileSync } from "node:fs";
import { App, type AppArgs, Autoscaler, LoadBalancer } from "twelvefold";
import type { ProgramOptions, Recording } from "twelvefold/testing";
import { describe, expect, test } from "vitest";
import type { ShiftPlan } from "#dist/providers/kubernetes/shift/plan.js";
import { build, type Json, metadata, objects, platformRecordWith, run, spec } from "../programs.js";

const canary: AppArgs["rollout"] = { strategy: "canary", steps: [{ percent: 10, bakeSeconds: 60 }] };

function shifted(
    rollout: AppArgs["rollout"],
    options: ProgramOptions = {},
    args: Partial<AppArgs> = {},
): Promise<Recording> {
    return run(() => {
        const front = new LoadBalancer("front");
        new App("web", { build, port: 8080, routes: [{ loadBalancer: front, path: "/" }], rollout, ...args });
    }, options);
}

function planOf(recording: Recording): ShiftPlan {
    const pod = spec(recording, "web", "shift").template?.spec as Json;
    return JSON.parse(String(pod.containers?.[0]?.env?.[0]?.value)) as ShiftPlan;
}

describe("an app whose releases are shifted to", () => {
    test("has seven objects more than one that rolls", async () => {
        const rolling = objects(await shifted({ strategy: "rolling" }));
        const more = objects(await shifted(canary)).filter((object) => !rolling.includes(object));
        expect(more).toEqual([
            "ConfigMap web-shift-script",
            "Job web-shift",
            "NetworkPolicy web-shift-policy",
            "Role web-shift-role",
            "RoleBinding web-shift-binding",
            "Service web-next",
            "ServiceAccount web-shift-account",
        ]);
    });

    test("tells its releases apart: a new one is a new Deployment, and both Services name it", async () => {
        const app = await shifted(canary);
        const { release } = planOf(app);
        const label = { "twelvefold.dev/release": release };
        expect(spec(app, "web", "app").selector?.matchLabels).toMatchObject(label);
        expect(spec(app, "web", "app").template?.metadata?.labels).toMatchObject(label);
        for (const key of ["service", "next"]) expect(spec(app, "web", key).selector).toMatchObject(label);
        expect((await shifted(canary)).child("web", "app").inputs).toEqual(app.child("web", "app").inputs);
        const other = planOf(await shifted(canary, {}, { environment: { MORE: "1" } }));
        expect(other.release).not.toBe(release);
    });

    test("is declared as a shift leaves it, and lets the Job write to what it declares", async () => {
        const app = await shifted(canary);
        const route = app.resources.find(({ type }) => type.endsWith(":HTTPRoute"));
        const [rule] = (route?.inputs.spec as Json).rules as unknown as { backendRefs: Json[] }[];
        expect(rule?.backendRefs.map(({ name, weight }) => [name, weight])).toEqual([
            ["web", 100],
            ["web-next", 0],
        ]);
        for (const key of ["service", "next"]) {
            expect(metadata(app, "web", key).annotations).toMatchObject({ "pulumi.com/patchForce": "true" });
        }
        expect((route?.inputs.metadata as Json).annotations).toMatchObject({ "pulumi.com/patchForce": "true" });
    });

    test("is made in the order Deployment, next, Job, Service, route and scaler", async () => {
        const app = await run(() => {
            const front = new LoadBalancer("front");
            const autoscaler = new Autoscaler("scale", { minReplicas: 3, maxReplicas: 9, cpuPercent: 70 });
            new App("web", {
                build,
                port: 8080,
                routes: [{ loadBalancer: front, path: "/" }],
                rollout: canary,
                autoscaler,
            });
        });
        const dependenciesOf = (key: string) => app.child("web", key).dependsOn ?? [];
        expect(dependenciesOf("next")).toContain("web-app");
        expect(dependenciesOf("shift")).toEqual(
            expect.arrayContaining(["web-next", "web-shift-binding", "web-shift-policy"]),
        );
        expect(dependenciesOf("service")).toContain("web-shift");
        expect(dependenciesOf("scaler")).toContain("web-service");
        const route = app.resources.find(({ type }) => type.endsWith(":HTTPRoute"));
        expect(route?.dependsOn).toContain("web-service");
        expect(planOf(app).minReplicas).toBe(3);
    });

    test("gives its Job a token of its own, the rights that it needs, and time for all of its waits", async () => {
        const app = await shifted({ strategy: "blueGreen", bakeSeconds: 300 });
        const pod = spec(app, "web", "shift").template?.spec as Json;
        expect(pod.automountServiceAccountToken).toBe(false);
        expect(JSON.stringify(pod.volumes)).toContain(
            '"serviceAccountToken":{"expirationSeconds":3600,"path":"token"}',
        );
        expect(spec(app, "web", "shift").activeDeadlineSeconds).toBeGreaterThan(300 + 2 * planOf(app).readySeconds);
        const rules = (app.child("web", "shift-role").inputs as unknown as Json).rules as unknown as {
            verbs: string[];
            resources: string[];
        }[];
        expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(["get", "list", "patch"]));
        expect(rules.flatMap(({ resources }) => resources)).not.toContain("secrets");
    });

    test("is not judged by a Prometheus that there is not, unless somebody asks for it", async () => {
        const none = { state: platformRecordWith({ prometheus: undefined }) };
        expect(planOf(await shifted(canary, none)).limits).toEqual({ mustKnow: false });
        expect(planOf(await shifted(canary)).limits).toEqual({ errorPercent: 5, mustKnow: false });
        const asked = planOf(await shifted({ ...canary, rollbackOn: { p99Milliseconds: 500 } }));
        expect(asked.limits).toEqual({ errorPercent: 5, p99Milliseconds: 500, mustKnow: true });
        expect(asked.prometheus?.p99Milliseconds).toBe('p99{service="web-next",namespace="test-dev"}');
        await expect(shifted({ ...canary, rollbackOn: { errorPercent: 1 } }, none)).rejects.toThrow(
            'App "web": rollout.rollbackOn.errorPercent. The platform record names no query of the gateway\'s metrics for it; ' +
                "drop it, or add prometheus.errorPercent to the record (docs/kubernetes.md).",
        );
    });

    test("needs an image for its Job", async () => {
        await expect(shifted(canary, { state: platformRecordWith({ images: undefined }) })).rejects.toThrow(
            'App "web": its rollout is a Job that runs Node, and the platform record names no image for it.',
        );
    });

    test.each<[AppArgs["rollout"], Partial<AppArgs>, string]>([
        [
            canary,
            { routes: [] },
            'rollout.strategy is "canary". An app without a route has no traffic to move; use rolling.',
        ],
        [
            { strategy: "blueGreen", bakeSeconds: 0, rollbackOn: { errorPercent: 1 } },
            {},
            "rollout.rollbackOn.errorPercent with no bakeSeconds above 0: a release that nobody waits for is not judged.",
        ],
        [
            { rollbackOn: { errorPercent: 1 } },
            {},
            "rollout.rollbackOn.errorPercent goes with canary or blueGreen on kubernetes; nobody watches a rolling update.",
        ],
    ])("refuses what could not be done: %o", async (rollout, args, message) => {
        await expect(shifted(rollout, {}, args)).rejects.toThrow(message);
    });
});

test("what the Job runs needs nothing but Node", () => {
    const folder = "providers/kubernetes/shift";
    const imports = readdirSync(folder).flatMap((file) =>
        [...readFileSync(`${folder}/${file}`, "utf8").matchAll(/from "([^"]+)"/g)].map((match) => match[1]),
    );
    expect(imports.filter((name) => !/^(node:|\.\/)/.test(name ?? ""))).toEqual([]);
});
