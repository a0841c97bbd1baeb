import { App, type AppArgs, Autoscaler, Job, LoadBalancer, LogSink, Queue } from "twelvefold";
import type { Recording } from "twelvefold/testing";
import { describe, expect, test } from "vitest";
import { shortestPause } from "#dist/providers/azure/overlap.js";
import { build, container, everything, IMAGE, inputs, type Json, otherStack, run, web } from "./programs.js";

/** Resources by the last part of their type. */
const ofType = ({ resources }: Recording, type: string) =>
    resources.filter((resource) => resource.type.endsWith(`:${type}`));

const name = (component: string) => expect.stringMatching(new RegExp(`^${component}-[0-9a-f]{8}$`));

describe("an app", () => {
    test("has all three probes, one container, no volume and no revision suffix", async () => {
        const app = await run(() =>
            web({ health: { startupSeconds: 90, failureThreshold: 4 }, stopTimeoutSeconds: 60 }),
        );
        const { template, configuration } = inputs(app, "web", "app") as Json;
        expect(template).not.toHaveProperty("volumes");
        expect(template).not.toHaveProperty("revisionSuffix");
        expect(template?.terminationGracePeriodSeconds).toBe(60);
        const get = (path: string) => ({ path, port: 8080, scheme: "HTTP" });
        expect(container(app, "web").probes).toEqual([
            { type: "Readiness", httpGet: get("/readyz"), periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 4 },
            { type: "Liveness", httpGet: get("/healthz"), periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 8 },
            { type: "Startup", httpGet: get("/healthz"), periodSeconds: 9, timeoutSeconds: 2, failureThreshold: 10 },
        ]);
        expect(configuration).toMatchObject({
            activeRevisionsMode: "Single",
            maxInactiveRevisions: 10,
            ingress: { external: false, targetPort: 8080, transport: "auto", allowInsecure: false },
        });
    });

    test("without a port has no probe and no ingress", async () => {
        const app = await run(() => new App("worker", { image: IMAGE }));
        expect(container(app, "worker")).not.toHaveProperty("probes");
        expect(inputs(app, "worker", "app").configuration).not.toHaveProperty("ingress");
    });

    test.each<readonly [Partial<AppArgs>, object]>([
        [{}, { cpu: 0.25, memory: "0.5Gi" }],
        [
            { cpu: 0.5, memoryMiB: 512 },
            { cpu: 0.5, memory: "1.0Gi" },
        ],
        [
            { cpu: 0.25, memoryMiB: 1100 },
            { cpu: 0.75, memory: "1.5Gi" },
        ],
        [
            { cpu: 4, memoryMiB: 8192 },
            { cpu: 4, memory: "8.0Gi" },
        ],
        [
            { cpu: 8, memoryMiB: 16_384, azure: { workloadProfile: "large" } },
            { cpu: 8, memory: "16.0Gi" },
        ],
    ])("%j gets %j", async (args, size) => {
        expect(container(await run(() => web(args)), "web").resources).toEqual(size);
    });

    test("ends at the Consumption profile", async () => {
        await expect(run(() => web({ cpu: 4, memoryMiB: 9000 }))).rejects.toThrow(
            'App "web": cpu is 4 and memoryMiB is 9000. The Consumption profile ends at 4 vCPU and 8 GiB; ' +
                "set azure.workloadProfile to a dedicated one.",
        );
    });

    test("at preview shows what is known, though its image is not built", async () => {
        const app = await run(() => new App("web", { build, port: 8080, environment: { GREETING: "hello" } }), {
            preview: true,
        });
        const env = container(app, "web").env as unknown as readonly Json[];
        expect(env).toContainEqual({ name: "GREETING", value: "hello" });
        expect(env.map(({ name }) => name)).toEqual(["GREETING", "PORT", "RELEASE_ID"]);
    });

    test("another configuration, size or scale is another release, and an equal one is not", async () => {
        const idOf = async (args: Partial<AppArgs>) =>
            inputs(await run(() => web(args)), "web", "serving").releaseId as unknown as string;
        const first = await idOf({ environment: { A: "1", B: "2" } });
        expect(first).toMatch(/^[0-9a-f]{12}$/);
        expect(await idOf({ environment: { B: "2", A: "1" } })).toBe(first);
        for (const other of [{ environment: { A: "2", B: "2" } }, { replicas: 3 }, { cpu: 1 }, { command: ["x"] }]) {
            expect(await idOf({ environment: { A: "1", B: "2" }, ...other }), JSON.stringify(other)).not.toBe(first);
        }
    });
});

describe("order", () => {
    test("the release command, then the app, then who serves, then routes and jobs", async () => {
        const app = await run(everything, { state: otherStack });
        const reliesOn = (component: string, key: string) => app.child(component, key).dependsOn ?? [];
        expect(reliesOn("web", "release")).toContain("web-release-job");
        expect(reliesOn("web", "app")).toEqual(
            expect.arrayContaining(["web-release", "ground-puller", "web-scaler-role"]),
        );
        expect(reliesOn("web", "serving")).toContain("web-app");
        // A share has two origins; who joins by country has one, and a rule instead of a route.
        const leads = [...ofType(app, "Route"), ...ofType(app, "Rule")];
        const origins = leads.map(({ name, dependsOn = [] }) => {
            expect(dependsOn, name).toContain("web-serving");
            return dependsOn.filter((other) => /^web-(origin|otherwise)-/.test(other)).length;
        });
        expect(origins).toEqual([2, 1, 1]);
        expect(reliesOn("report", "job")).toContain("web-serving");
        expect(reliesOn("import", "run")).toContain("import-job");
    });

    test("a share of another app's traffic waits until that app serves", async () => {
        const app = await run(() => {
            const front = new LoadBalancer("front");
            const old = new App("old", { image: IMAGE, port: 8080, routes: [{ loadBalancer: front, path: "/" }] });
            web({ routes: [{ loadBalancer: front, path: "/a", percent: 10, otherwise: old }] });
        });
        const [origin] = app.resources.filter(({ name }) => name.startsWith("web-otherwise-"));
        expect(origin?.dependsOn).toContain("old-serving");
    });

    test("the environment comes after the right to read secrets, and in production after the vault's address", async () => {
        const app = await run(everything, { state: otherStack, profile: "production" });
        expect(app.child("ground", "environment").dependsOn).toEqual(
            expect.arrayContaining(["ground-vault-reader", "ground-vault-dns", "ground-zone-vault-link"]),
        );
        expect(app.child("db", "min-tls").dependsOn).toContain("db-tls");
        expect(app.child("db", "extensions").dependsOn).toContain("db-min-tls");
    });
});

describe("rollout", () => {
    const rollouts = async (args: Partial<AppArgs>) => {
        const app = await run(() => web(args));
        return { app, configuration: inputs(app, "web", "app").configuration as Json };
    };

    test("a shifted release is declared as all to the latest, and proved before", async () => {
        const steps = [{ percent: 10, bakeSeconds: 60 }];
        const { app, configuration } = await rollouts({ rollout: { strategy: "canary", steps } });
        expect(configuration).toMatchObject({
            activeRevisionsMode: "Multiple",
            ingress: { traffic: [{ latestRevision: true, weight: 100 }] },
        });
        const release = inputs(app, "web", "release");
        expect(release.shift).toEqual({ steps: [...steps, { percent: 100, bakeSeconds: 0 }], alarms: [] });
        expect((release.desired as Json).template).toEqual(inputs(app, "web", "app").template);
        expect(inputs(app, "web", "serving")).toMatchObject({ takesBack: false });
    });

    test("blue-green is one step", async () => {
        const { app } = await rollouts({ rollout: { strategy: "blueGreen", bakeSeconds: 90 } });
        expect(inputs(app, "web", "release").shift).toEqual({ steps: [{ percent: 100, bakeSeconds: 90 }], alarms: [] });
    });

    test("alarms are the rules of the log sink", async () => {
        const app = await run(everything, { state: otherStack });
        const { shift } = inputs(app, "web", "release") as Json;
        const rule = inputs(app, "logs", "alert-errors").ruleName;
        expect(shift).toMatchObject({ errorPercent: 5 });
        const [alarm] = (shift as Json).alarms as unknown as readonly string[];
        expect(alarm?.endsWith(`/providers/Microsoft.Insights/scheduledQueryRules/${rule}`)).toBe(true);
    });

    test("held by hand names a revision, and nobody moves anything", async () => {
        const { app, configuration } = await rollouts({ azure: { hold: { revision: "web--1", percent: 20 } } });
        expect(configuration.ingress?.traffic).toEqual([
            { revisionName: "web--1", weight: 80 },
            { latestRevision: true, weight: 20 },
        ]);
        expect(() => app.child("web", "release")).toThrow();
    });

    test.each<readonly [string, () => unknown, string]>([
        [
            "blue-green of a worker",
            () => new App("worker", { image: IMAGE, rollout: { strategy: "blueGreen" } }),
            'rollout.strategy is "blueGreen". Without ingress every active revision takes messages; use rolling.',
        ],
        [
            "signals of a rolling update",
            () => web({ rollout: { rollbackOn: { errorPercent: 1 } } }),
            "rollout.rollbackOn.errorPercent goes with canary or blueGreen on azure; nobody watches a rolling update.",
        ],
        [
            "another platform of the image",
            () => new App("web", { build: { ...build, platform: "linux/arm64" }, port: 8080 }),
            'build.platform is "linux/arm64"; allowed on azure: "linux/amd64", the only one that Container Apps run.',
        ],
    ])("refuses %s", async (_, program, message) => {
        await expect(run(program)).rejects.toThrow(message);
    });
});

describe("scaling", () => {
    const scaled = (args: Omit<ConstructorParameters<typeof Autoscaler>[1], "maxReplicas">) => () =>
        web({ autoscaler: new Autoscaler("scale", { maxReplicas: 6, ...args }) });
    const scaleOf = async (program: () => unknown) => (inputs(await run(program), "web", "app").template as Json).scale;

    test("a number of replicas is both bounds", async () => {
        expect(await scaleOf(() => web({ replicas: 3 }))).toEqual({ minReplicas: 3, maxReplicas: 3 });
    });

    test("each signal is a rule; requests are counted per second", async () => {
        const args = { cpuPercent: 70, memoryPercent: 80, requestsPerSecondPerReplica: 25 };
        expect(await scaleOf(scaled(args))).toEqual({
            minReplicas: 1,
            maxReplicas: 6,
            rules: [
                { name: "cpu", custom: { type: "cpu", metadata: { type: "Utilization", value: "70" } } },
                { name: "memory", custom: { type: "memory", metadata: { type: "Utilization", value: "80" } } },
                { name: "requests", http: { metadata: { concurrentRequests: "25" } } },
            ],
        });
    });

    test("by the clock: each schedule holds until the next one", async () => {
        const schedules = [
            { cron: "0 8 * * *", minReplicas: 4, maxReplicas: 6 },
            { cron: "0 20 * * *", minReplicas: 1, maxReplicas: 6 },
        ];
        const cron = (index: number, start: string, end: string, desiredReplicas: string) => ({
            name: `schedule-${index}`,
            custom: { type: "cron", metadata: { timezone: "Etc/UTC", start, end, desiredReplicas } },
        });
        expect((await scaleOf(scaled({ schedules })))?.rules).toEqual([
            cron(0, "0 8 * * *", "0 20 * * *", "4"),
            cron(1, "0 20 * * *", "0 8 * * *", "1"),
        ]);
    });

    test("on a queue from zero, with the time that the last replica stays", async () => {
        const app = await run(() => {
            const queueBacklogPerReplica = { queue: new Queue("mail"), messages: 10 };
            const azure = { cooldownSeconds: 60 };
            return scaled({ scaleToZero: true, queueBacklogPerReplica, azure })();
        });
        expect((inputs(app, "web", "app").template as Json).scale).toMatchObject({
            minReplicas: 0,
            cooldownPeriod: 60,
            rules: [{ name: "backlog", custom: { type: "azure-servicebus", identity: "web-scaler-id" } }],
        });
    });

    test.each<readonly [string, () => unknown, string]>([
        [
            "one schedule alone",
            scaled({ schedules: [{ cron: "0 8 * * *", minReplicas: 4, maxReplicas: 6 }] }),
            'App "web" with Autoscaler "scale": its one schedule holds from its first time on for ever.',
        ],
        [
            "a schedule with another maximum",
            scaled({ cpuPercent: 50, schedules: [{ cron: "0 8 * * *", minReplicas: 4, maxReplicas: 5 }] }),
            "schedules[0].maxReplicas is 5; allowed on azure: 6, like maxReplicas.",
        ],
        [
            "requests of a worker",
            () => {
                const autoscaler = new Autoscaler("scale", { maxReplicas: 6, requestsPerSecondPerReplica: 5 });
                return new App("worker", { image: IMAGE, autoscaler });
            },
            "requestsPerSecondPerReplica, and without a port it gets no requests; give it one.",
        ],
    ])("refuses %s", async (_, program, message) => {
        await expect(run(program)).rejects.toThrow(message);
    });
});

describe("routes", () => {
    const routed = (extra: object = {}, balancer: object = {}) =>
        run(() => {
            const loadBalancer = new LoadBalancer("front", balancer);
            return web({ routes: [{ loadBalancer, path: "/orders", ...extra }] });
        });

    test("one origin without probes, by the app's own host name, over HTTPS only", async () => {
        const app = await routed({ stripPrefix: true });
        const [group, origin, route] = ["AFDOriginGroup", "AFDOrigin", "Route"].map(
            (type) => app.resources.find((resource) => resource.type.endsWith(`:${type}`))?.inputs as Json | undefined,
        );
        expect(group).not.toHaveProperty("healthProbeSettings");
        expect(origin).toMatchObject({
            hostName: origin?.originHostHeader,
            weight: 1000,
            enforceCertificateNameCheck: true,
        });
        expect(inputs(app, "web", "app").configuration).toMatchObject({ ingress: { external: true } });
        expect(route).toMatchObject({
            patternsToMatch: ["/orders", "/orders/*"],
            originPath: "/",
            httpsRedirect: "Enabled",
            forwardingProtocol: "HttpsOnly",
            linkToDefaultDomain: "Enabled",
            customDomains: [],
        });
        expect(route).not.toHaveProperty("cacheConfiguration");
    });

    test("a share is a weight, and has probes", async () => {
        const app = await run(everything, { state: otherStack });
        const [group] = ofType(app, "AFDOriginGroup");
        const origins = ofType(app, "AFDOrigin").filter(
            ({ inputs }) => inputs.originGroupName === group?.inputs.originGroupName,
        );
        expect(origins.map(({ inputs }) => inputs.weight).sort()).toEqual([200, 800]);
        expect(group?.inputs).toMatchObject({
            loadBalancingSettings: { additionalLatencyInMilliseconds: 1000 },
            healthProbeSettings: { probePath: "/readyz", probeProtocol: "Https" },
        });
    });

    test("of a domain leave the load balancer's own name", async () => {
        const app = await routed({ host: "shop.example.com" }, { domain: "shop.example.com" });
        const route = app.resources.find(({ type }) => type.endsWith(":Route"));
        expect(route?.inputs).toMatchObject({
            linkToDefaultDomain: "Disabled",
            customDomains: [{ id: "front-domain-id" }],
        });
    });

    test("joins the group that another stack's app has made, and makes nothing else", async () => {
        const one = await run(
            () => {
                const front = new LoadBalancer("front", { routing: "latency" });
                return web({ routes: [{ loadBalancer: front, path: "/" }] });
            },
            { stack: "eu" },
        );
        const two = await run(
            () =>
                web({
                    routes: [
                        { loadBalancer: new LoadBalancer("front", { routing: "latency" }), path: "/", joins: "eu/web" },
                    ],
                }),
            { stack: "us" },
        );
        const group = one.resources.find(({ type }) => type.endsWith(":AFDOriginGroup"))?.inputs;
        const origin = two.resources.find(({ type }) => type.endsWith(":AFDOrigin"))?.inputs;
        expect(origin?.originGroupName).toBe(group?.originGroupName);
        expect(two.list().filter((line) => /AFDOriginGroup|:Route /.test(line))).toEqual([]);
    });

    describe("by country", () => {
        const front = () => new LoadBalancer("front", { routing: "geographic" });
        const [here, there] = [
            ["DE", "AT"],
            ["US", "CA"],
        ];
        const owner = () => run(() => web({ routes: [{ loadBalancer: front(), path: "/", countries: here }] }));
        const inputsOf = (recording: Recording, type: string) =>
            ofType(recording, type).map(({ inputs }) => inputs as Json);

        test("the app that has the route takes everybody whom no rule takes", async () => {
            const eu = await owner();
            expect(inputsOf(eu, "Rule")).toEqual([]);
            const [set] = inputsOf(eu, "RuleSet");
            expect(inputsOf(eu, "Route")).toMatchObject([
                { ruleSets: [{ id: expect.stringMatching(/^web-rule-set-[0-9a-f]{8}-id$/) }] },
            ]);
            expect(set?.ruleSetName).toMatch(/^[a-z][a-z0-9]+$/);
        });

        test("an app that joins it takes those of its countries to a group of its own", async () => {
            const eu = await owner();
            const us = await run(
                () => web({ routes: [{ loadBalancer: front(), path: "/", countries: there, joins: "dev/web" }] }),
                { stack: "us" },
            );
            expect(inputsOf(us, "Route")).toEqual([]);
            expect(inputsOf(us, "RuleSet")).toEqual([]);
            const [group] = inputsOf(us, "AFDOriginGroup");
            expect(inputsOf(us, "AFDOrigin")).toMatchObject([{ originGroupName: group?.originGroupName }]);
            expect(group?.originGroupName).not.toBe(inputsOf(eu, "AFDOriginGroup")[0]?.originGroupName);
            expect(inputsOf(us, "Rule")).toMatchObject([
                {
                    ruleSetName: inputsOf(eu, "RuleSet")[0]?.ruleSetName,
                    conditions: [{ name: "RemoteAddress", parameters: { operator: "GeoMatch", matchValues: there } }],
                    actions: [{ parameters: { originGroupOverride: { originGroup: { id: expect.any(String) } } } }],
                },
            ]);
        });

        test("rules of several apps have numbers of their own", async () => {
            const orders = new Set<unknown>();
            for (const stack of ["us", "asia", "africa"]) {
                const routes = () => [{ loadBalancer: front(), path: "/", countries: there, joins: "dev/web" }];
                const [rule] = inputsOf(await run(() => web({ routes: routes() }), { stack }), "Rule");
                expect(rule?.order).toBeGreaterThan(0);
                orders.add(rule?.order);
            }
            expect(orders.size).toBe(3);
        });
    });

    test.each<readonly [string, () => Promise<unknown>, string]>([
        [
            "two apps that have one route",
            () =>
                run(() => {
                    const loadBalancer = new LoadBalancer("front", { routing: "geographic" });
                    web({ routes: [{ loadBalancer, path: "/", countries: ["DE"] }] });
                    const routes = [{ loadBalancer, path: "/", countries: ["US"] }];
                    return new App("other", { image: IMAGE, port: 8080, routes });
                }),
            'App "other": App "web" has the route / of LoadBalancer "front" too, and Front Door refuses two equal ones. Let this one join it, with countries of its own: joins: "dev/web".',
        ],
        [
            "a host that nobody declared",
            () => routed({ host: "other.example.com" }, { domain: "shop.example.com" }),
            "a route has the host other.example.com. Front Door needs the host declared on the load balancer;",
        ],
        [
            "two equal routes",
            () =>
                run(() => {
                    const loadBalancer = new LoadBalancer("front");
                    const otherwise = new App("legacy", {
                        image: IMAGE,
                        port: 8080,
                        routes: [{ loadBalancer, path: "/" }],
                    });
                    web({ routes: [{ loadBalancer, path: "/", percent: 20, otherwise }] });
                }),
            'drop it from "legacy": this route sends it the rest.',
        ],
        [
            "an app that Front Door cannot reach",
            () =>
                run(() => {
                    const otherwise = new App("legacy", { image: IMAGE, port: 8080 });
                    web({ routes: [{ loadBalancer: new LoadBalancer("front"), path: "/", percent: 20, otherwise }] });
                }),
            'otherwise is App "legacy", which has no route of its own',
        ],
    ])("refuses %s", async (_, program, message) => {
        await expect(program()).rejects.toThrow(message);
    });
});

describe("jobs", () => {
    test("share the app's image, variables and secrets, and keep UTC", async () => {
        const app = await run(everything, { state: otherStack });
        const job = inputs(app, "report", "job");
        expect(job.configuration).toMatchObject({
            triggerType: "Schedule",
            scheduleTriggerConfig: { cronExpression: "0 6 * * 1", parallelism: 1 },
            replicaRetryLimit: 0,
        });
        expect(container(app, "report", "job")).toMatchObject({
            image: container(app, "web").image,
            env: container(app, "web").env,
            command: ["report"],
        });
    });

    test("without a schedule are run once for each release", async () => {
        const app = await run(everything, { state: otherStack });
        expect(inputs(app, "import", "job").configuration).toMatchObject({ triggerType: "Manual" });
        expect(inputs(app, "import", "run")).toMatchObject({ job: name("import"), timeoutSeconds: 900 });
    });

    test("must end before the next run starts, unless they may overlap", async () => {
        const every = (schedule: string, more: object = {}) =>
            run(() => new Job("report", { image: IMAGE, command: ["true"], schedule, ...more }));
        await expect(every("*/5 * * * *")).rejects.toThrow(
            'Job "report": allowOverlap is false, a run may take 900 seconds, and "*/5 * * * *" starts one after 300 seconds.',
        );
        await every("*/5 * * * *", { allowOverlap: true });
        await every("*/5 * * * *", { timeoutSeconds: 300 });
        await every("*/15 * * * *");
    });
});

test.each([
    ["*/5 * * * *", 300],
    ["*/7 * * * *", 240],
    ["0 6 * * 1", 7 * 86_400],
    ["0,59 23 * * *", 59 * 60],
    ["0 0 1,31 * *", 86_400],
    ["0 0 1 1 *", Number.POSITIVE_INFINITY],
])("the shortest pause of %s is %d seconds", (schedule, seconds) => {
    expect(shortestPause(schedule)).toBe(seconds);
});

describe("logs", () => {
    test("are wired by environment; an alert is a rule over a legal window", async () => {
        const app = await run(() => {
            const alerts = [
                {
                    name: "slow",
                    match: "/took \\d{4}ms/",
                    threshold: 5,
                    windowSeconds: 400,
                    notify: "https://example.com/hook",
                },
            ];
            new LogSink("logs", { retentionDays: 7, alerts });
        });
        expect(inputs(app, "logs", "workspace").retentionInDays).toBe(30);
        expect(inputs(app, "logs", "wire")).toMatchObject({
            resourceUri: "platform-environment-id",
            workspaceId: "logs-workspace-id",
            logs: [
                { category: "ContainerAppConsoleLogs", enabled: true },
                { category: "ContainerAppSystemLogs", enabled: true },
            ],
        });
        expect(inputs(app, "logs", "alert-slow")).toMatchObject({
            windowSize: "PT10M",
            evaluationFrequency: "PT5M",
            skipQueryValidation: true,
            criteria: {
                allOf: [
                    {
                        query: 'ContainerAppConsoleLogs | where Log matches regex "took \\\\d{4}ms"',
                        operator: "GreaterThanOrEqual",
                        threshold: 5,
                    },
                ],
            },
            actions: { actionGroups: ["logs-action-slow-id"] },
        });
        expect(inputs(app, "logs", "action-slow")).toMatchObject({
            webhookReceivers: [{ serviceUri: "https://example.com/hook" }],
        });
    });
});
