import { secret } from "@pulumi/pulumi";
import { App, Autoscaler, Database, Job, LoadBalancer, LogSink, Queue } from "twelvefold";
import { describe, expect, test } from "vitest";
import { build, everything, IMAGE, type Json, metadata, otherStack, run, spec, web } from "./programs.js";

function container(recording: Awaited<ReturnType<typeof run>>, app: string, key = "app"): Json {
    return spec(recording, app, key).template?.spec?.containers?.[0] as Json;
}

describe("pods", () => {
    test("meet the restricted Pod Security level, without a token", async () => {
        const app = await run(() => web());
        const pod = spec(app, "web", "app").template?.spec;
        expect(pod).toMatchObject({
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            serviceAccountName: "web",
            securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
        });
        expect(container(app, "web")).toMatchObject({
            image: IMAGE,
            securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
            },
        });
        expect(app.child("web", "account").inputs).toMatchObject({ automountServiceAccountToken: false });
    });

    test("a request is a quarter of cpu and half of memory in development, and all of it in production", async () => {
        const args = { cpu: 0.5, memoryMiB: 1024 };
        const development = container(await run(() => web(args)), "web").resources;
        const production = container(await run(() => web(args), { profile: "production" }), "web").resources;
        expect(development).toMatchObject({
            limits: { cpu: "500m", memory: "1024Mi" },
            requests: { cpu: "125m", memory: "512Mi" },
        });
        expect(production?.requests).toEqual(production?.limits);
        const free = container(await run(() => web({ ...args, kubernetes: { cpuLimit: false } })), "web").resources;
        expect(free?.limits).not.toHaveProperty("cpu");
    });

    test("run the Procfile's line, a command, or what the image says", async () => {
        const given = await run(() => new App("web", { build, port: 8080 }));
        expect(container(given, "web").command?.[2]).toMatch(/^exec /);
        const other = await run(() => web({ command: ["serve", "--fast"] }));
        expect(container(other, "web").command).toEqual(["serve", "--fast"]);
        expect(container(await run(() => web()), "web")).not.toHaveProperty("command");
    });

    test("a tag becomes a digest", async () => {
        const app = await run(() => web({ image: "registry.example.com:5000/shop:1.0" }));
        expect(container(app, "web").image).toMatch(/^registry\.example\.com:5000\/shop@sha256:[0-9a-f]{64}$/);
    });

    test("without a registry a build says what to do", async () => {
        const { platformRecord } = await import("twelvefold/testing");
        const record = platformRecord({ registry: undefined });
        const state = ({ id }: { id?: string }) => (id?.endsWith("twelvefold-platform") ? record : undefined);
        await expect(run(() => new App("web", { build, port: 8080 }), { state })).rejects.toThrow(
            "build needs a registry; set kubernetes.registry, or give image.",
        );
    });
});

describe("environment", () => {
    test("plain values lie open, secrets are references to an immutable Secret", async () => {
        const app = await run(() => web({ environment: { GREETING: "hello" }, secrets: { KEY: secret("hidden") } }));
        const env = container(app, "web").env as unknown as { name: string; value?: string; valueFrom?: object }[];
        expect(env.map(({ name }) => name)).toEqual(["GREETING", "NODE_EXTRA_CA_CERTS", "PORT", "RELEASE_ID", "KEY"]);
        expect(env.at(-1)?.valueFrom).toEqual({
            secretKeyRef: { name: expect.stringMatching(/^web-secrets-/), key: "KEY" },
        });
        expect(app.child("web", "secrets").inputs).toMatchObject({ immutable: true, type: "Opaque" });
        expect(JSON.stringify(app.child("web", "app").inputs)).not.toContain("hidden");
    });

    test("as files, with their paths in the environment", async () => {
        const app = await run(() => web({ secrets: { KEY: "hidden" }, kubernetes: { secretsAs: "files" } }));
        expect(container(app, "web").env).toContainEqual({
            name: "KEY_FILE",
            value: "/run/secrets/twelvefold/KEY",
        });
        expect(spec(app, "web", "app").template?.spec?.volumes).toContainEqual({
            name: "secrets",
            secret: {
                secretName: expect.stringMatching(/^web-secrets-/),
                defaultMode: 0o440,
                items: [{ key: "KEY", path: "KEY" }],
            },
        });
    });

    test("a change of configuration is another release, a change of scale is not", async () => {
        const idOf = async (args: Parameters<typeof web>[0]) =>
            metadata(await run(() => web(args)), "web", "app").labels?.["app.kubernetes.io/version"];
        const first = await idOf({ environment: { A: "1" } });
        expect(first).toMatch(/^[0-9a-f]{12}$/);
        expect(await idOf({ environment: { A: "1" }, replicas: 3, cpu: 1 })).toBe(first);
        expect(await idOf({ environment: { A: "2" } })).not.toBe(first);
        expect(await idOf({ environment: { A: "1" }, command: ["x"] })).not.toBe(first);
    });
});

describe("release command", () => {
    test("runs before the Deployment, once, and keeps the log of a failure", async () => {
        const app = await run(() => web({ release: { command: ["migrate"], timeoutSeconds: 120 } }));
        expect(app.child("web", "app").dependsOn).toContain("web-release");
        expect(spec(app, "web", "release")).toMatchObject({
            backoffLimit: 0,
            activeDeadlineSeconds: 120,
            template: { spec: { restartPolicy: "Never" } },
        });
        expect(spec(app, "web", "release")).not.toHaveProperty("ttlSecondsAfterFinished");
        expect(metadata(app, "web", "release").annotations).toEqual({
            "pulumi.com/replaceUnready": "true",
            "pulumi.com/timeoutSeconds": "180",
        });
        expect(container(app, "web", "release").command).toEqual(["migrate"]);
        expect(container(app, "web", "release").env).toEqual(container(app, "web").env);
    });
});

describe("scaling", () => {
    const scaled = (args: Omit<ConstructorParameters<typeof Autoscaler>[1], "maxReplicas">) => () => {
        const autoscaler = new Autoscaler("scale", { maxReplicas: 6, ...args });
        return new App("worker", { image: IMAGE, autoscaler });
    };

    test("on cpu and memory is an HPA, whose count Pulumi leaves alone", async () => {
        const app = await run(scaled({ minReplicas: 2, cpuPercent: 70, scaleInCooldownSeconds: 60 }));
        expect(spec(app, "worker", "scaler")).toMatchObject({
            scaleTargetRef: { kind: "Deployment", name: expect.stringMatching(/^worker-app-/) },
            minReplicas: 2,
            maxReplicas: 6,
            metrics: [
                {
                    type: "ContainerResource",
                    containerResource: { name: "cpu", container: "worker", target: { averageUtilization: 70 } },
                },
            ],
            behavior: { scaleUp: { selectPolicy: "Max" }, scaleDown: { stabilizationWindowSeconds: 60 } },
        });
        expect(app.child("worker", "app").ignoreChanges).toEqual(["spec.replicas"]);
        expect(spec(app, "worker", "app").replicas).toBe(2);
    });

    test("on a queue is KEDA for all signals together, with a login that may only look", async () => {
        const app = await run(() => {
            const queue = new Queue("mail");
            scaled({ scaleToZero: true, cpuPercent: 70, queueBacklogPerReplica: { queue, messages: 10 } })();
        });
        expect(spec(app, "worker", "scaler")).toMatchObject({
            minReplicaCount: 0,
            maxReplicaCount: 6,
            fallback: { replicas: 1 },
            triggers: [
                { type: "cpu", metadata: { value: "70", containerName: "worker" } },
                {
                    type: "rabbitmq",
                    metadata: { queueName: "mail", mode: "QueueLength", value: "10" },
                    authenticationRef: { name: "worker-queue" },
                },
            ],
        });
        expect(app.list().filter((line) => line.includes("HorizontalPodAutoscaler"))).toEqual([]);
        expect(spec(app, "worker", "permission-measure").permissions).toEqual({
            configure: "",
            write: "",
            read: "^mail$",
        });
        // A release that starts nothing would look as if it worked.
        expect(spec(app, "worker", "app").replicas).toBe(1);
    });

    test("by the clock: each schedule holds until the next one", async () => {
        const schedules = [
            { cron: "0 8 * * *", minReplicas: 4, maxReplicas: 6 },
            { cron: "0 20 * * *", minReplicas: 1, maxReplicas: 6 },
        ];
        const app = await run(scaled({ schedules }));
        const cron = (start: string, end: string, desiredReplicas: string) => ({
            type: "cron",
            metadata: { timezone: "UTC", start, end, desiredReplicas },
        });
        expect(spec(app, "worker", "scaler").triggers).toEqual([
            cron("0 8 * * *", "0 20 * * *", "4"),
            cron("0 20 * * *", "0 8 * * *", "1"),
        ]);
    });

    test.each([
        [
            "zero behind a route",
            () => {
                const queueBacklogPerReplica = { queue: new Queue("mail"), messages: 1 };
                const autoscaler = new Autoscaler("scale", {
                    maxReplicas: 3,
                    scaleToZero: true,
                    queueBacklogPerReplica,
                });
                web({ autoscaler, routes: [{ loadBalancer: new LoadBalancer("front"), path: "/" }] });
            },
            "Nothing holds a request while an app starts from zero; keep one replica.",
        ],
        [
            "zero on requests alone",
            scaled({ scaleToZero: true, requestsPerSecondPerReplica: 5 }),
            "Nothing measures a replica that does not run; add a queue or a schedule.",
        ],
        [
            "one schedule alone",
            scaled({ schedules: [{ cron: "0 8 * * *", minReplicas: 4, maxReplicas: 6 }] }),
            "its one schedule holds from its first time on for ever",
        ],
        [
            "a schedule with another maximum",
            scaled({ cpuPercent: 50, schedules: [{ cron: "0 8 * * *", minReplicas: 4, maxReplicas: 5 }] }),
            "schedules[0].maxReplicas is 5; allowed on kubernetes: 6",
        ],
    ])("refuses %s", async (_, program, message) => {
        await expect(run(program as () => unknown)).rejects.toThrow(message);
    });
});

describe("routes", () => {
    test("are Accepted HTTPRoutes of the app's own, after its pods are ready", async () => {
        const app = await run(() => {
            const front = new LoadBalancer("front", { domain: "shop.example.com" });
            return web({ routes: [{ loadBalancer: front, path: "/orders", stripPrefix: true }] });
        });
        const routes = app.resources.filter(({ type }) => type.endsWith(":HTTPRoute")).map(({ name }) => name);
        expect(routes).toEqual(["front-redirect", expect.stringMatching(/^web-route-[0-9a-f]{8}$/)]);
        const own = app.resources.find(({ name }) => name.startsWith("web-route-"));
        expect(own?.dependsOn).toContain("web-app");
        expect(own?.inputs.spec).toEqual({
            parentRefs: [{ name: "front", namespace: "test-dev", sectionName: "https" }],
            rules: [
                {
                    matches: [{ path: { type: "PathPrefix", value: "/orders" } }],
                    filters: [
                        {
                            type: "URLRewrite",
                            urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } },
                        },
                    ],
                    timeouts: { request: "30s" },
                    backendRefs: [{ name: "web", port: 80, weight: 100 }],
                },
            ],
        });
    });

    test("a share is a weight, in another namespace by a grant there", async () => {
        const all = await run(everything, { state: otherStack });
        const route = all.resources.find(({ name }) => name.startsWith("web-route-"))?.inputs.spec as Json;
        expect(route.rules?.[0]?.backendRefs).toEqual([
            { name: "web", port: 80, weight: 2000 },
            { name: "legacy", namespace: "other-dev", port: 80, weight: 8000 },
        ]);
        const grant = all.resources.find(({ type }) => type.endsWith(":ReferenceGrant"));
        expect(grant?.inputs).toMatchObject({
            metadata: { namespace: "other-dev" },
            spec: { from: [{ kind: "HTTPRoute", namespace: "test-dev" }], to: [{ kind: "Service", name: "legacy" }] },
        });
    });

    test("two equal routes are refused, because the older would win", async () => {
        const program = () => {
            const front = new LoadBalancer("front");
            const path = "/orders";
            const legacy = new App("legacy", { image: IMAGE, port: 8080, routes: [{ loadBalancer: front, path }] });
            web({ routes: [{ loadBalancer: front, path, percent: 20, otherwise: legacy }] });
        };
        await expect(run(program)).rejects.toThrow('drop it from "legacy": this route sends it the rest.');
    });

    test("a host that no listener answers is refused", async () => {
        const program = () => {
            const front = new LoadBalancer("front", { domain: "shop.example.com" });
            web({ routes: [{ loadBalancer: front, host: "api.example.com", path: "/" }] });
        };
        await expect(run(program)).rejects.toThrow("answers under shop.example.com only");
    });
});

test("a job follows a release that serves, and a broker user a broker that is ready", async () => {
    const recording = await run(() => {
        const bindings = { MAIL_URL: new Queue("mail").toSend() };
        const app = web({ bindings });
        new Job("seed", { app, command: ["seed"] });
        new Job("report", { app, command: ["report"], schedule: "0 6 * * 1" });
    });
    for (const name of ["seed", "report"]) expect(recording.child(name, "job").dependsOn).toContain("web-service");
    expect(recording.child("web", "user-MAIL_URL").dependsOn).toContain("platform-broker");
});

test("log labels: of the sink, or of the profile's class", async () => {
    const labels = async (program: () => unknown, profile: "development" | "production" = "development") =>
        spec(await run(program, { profile }), "web", "app").template?.metadata?.labels as unknown as Record<
            string,
            string
        >;
    expect(await labels(() => web({ logs: new LogSink("logs", { retentionDays: 30 }) }))).toMatchObject({
        "twelvefold.dev/log-retention": "90",
        "twelvefold.dev/log-sink": "logs",
    });
    expect(await labels(() => web())).toMatchObject({ "twelvefold.dev/log-retention": "7" });
    expect(await labels(() => web(), "production")).toMatchObject({ "twelvefold.dev/log-retention": "90" });
    await expect(run(() => new LogSink("logs", { retentionDays: 365 }))).rejects.toThrow(
        "This cluster keeps logs for at most 90 days; ask for less, or add a class to the record.",
    );
});

test("at preview policies can read the labels and the network of an app whose image is not built", async () => {
    const app = await run(
        () => {
            const db = new Database("db");
            return new App("web", { build, port: 8080, bindings: { DATABASE_URL: db } });
        },
        { preview: true },
    );
    expect(spec(app, "web", "app").template?.metadata?.labels).toMatchObject({ "app.kubernetes.io/name": "web" });
    expect(spec(app, "web", "policy").egress?.[0]?.ports).toEqual([{ port: 5432, protocol: "TCP" }]);
});
