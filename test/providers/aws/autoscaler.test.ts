import { App, type AppArgs, Autoscaler, type AutoscalerArgs, LoadBalancer, Queue } from "twelvefold";
import { type Recording, runProgram } from "twelvefold/testing";
import { describe, expect, test } from "vitest";

const IMAGE = `registry.example.com/shop@sha256:${"0".repeat(64)}`;

function run(program: () => unknown): Promise<Recording> {
    return runProgram(program, { target: "aws", profile: "development" });
}

function worker(args: Partial<AutoscalerArgs>, app: Partial<AppArgs> = {}): Promise<Recording> {
    return run(
        () =>
            new App("web", { image: IMAGE, ...app, autoscaler: new Autoscaler("scale", { maxReplicas: 9, ...args }) }),
    );
}

/** What scales the app, one `Type name` a line. */
function scalers({ resources }: Recording): readonly string[] {
    return resources
        .filter(({ type }) => type.startsWith("aws:appautoscaling/"))
        .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
        .sort();
}

function configuration(recording: Recording, key: string): unknown {
    return recording.child("web", key).inputs.targetTrackingScalingPolicyConfiguration;
}

const COOLDOWNS = { scaleInCooldown: 300, scaleOutCooldown: 0 };

describe("what scales an app", () => {
    test("the service within its bounds, and a policy for each signal", async () => {
        const recording = await worker({ minReplicas: 2, cpuPercent: 70, memoryPercent: 80 });
        expect(scalers(recording)).toEqual(["Policy web-cpu", "Policy web-memory", "Target web-scale"]);
        const resourceId = expect.stringMatching(/^service\/platform-cluster-0123456\/test-dev-web$/);
        const service = { resourceId, scalableDimension: "ecs:service:DesiredCount", serviceNamespace: "ecs" };
        expect(recording.child("web", "scale").inputs).toMatchObject({ ...service, minCapacity: 2, maxCapacity: 9 });
        expect(recording.child("web", "cpu").inputs).toMatchObject({ ...service, policyType: "TargetTrackingScaling" });
        expect(configuration(recording, "cpu")).toEqual({
            targetValue: 70,
            predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
            ...COOLDOWNS,
        });
        expect(configuration(recording, "memory")).toMatchObject({
            targetValue: 80,
            predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageMemoryUtilization" },
        });
    });

    test("the service starts with the fewest, and later counts are not Pulumi's", async () => {
        const service = (await worker({ minReplicas: 3, cpuPercent: 70 })).child("web", "service");
        expect(service.inputs.desiredCount).toBe(3);
        expect(service.ignoreChanges).toEqual(["desiredCount"]);
    });

    test("made after the service, so that deletion goes the other way", async () => {
        const recording = await worker({ cpuPercent: 70 });
        expect(recording.child("web", "scale").dependsOn).toContain("web-service");
        expect(recording.child("web", "cpu").dependsOn).toContain("web-scale");
    });

    test("cooldowns as asked for", async () => {
        const recording = await worker({ cpuPercent: 70, scaleInCooldownSeconds: 600, scaleOutCooldownSeconds: 30 });
        expect(configuration(recording, "cpu")).toMatchObject({ scaleInCooldown: 600, scaleOutCooldown: 30 });
    });
});

describe("requests", () => {
    const on = (paths: number, args: Partial<AppArgs> = {}) =>
        run(() => {
            const routes = Array.from({ length: paths }, (_, index) => ({
                loadBalancer: new LoadBalancer(`front-${index}`),
                path: "/",
            }));
            const autoscaler = new Autoscaler("scale", { maxReplicas: 9, requestsPerSecondPerReplica: 50 });
            new App("web", { image: IMAGE, port: 8080, routes, autoscaler, ...args });
        });

    test("are counted by the minute, at the load balancer", async () => {
        const recording = await on(1);
        expect(scalers(recording)).toEqual(["Policy web-requests", "Target web-scale"]);
        expect(configuration(recording, "requests")).toEqual({
            targetValue: 3000,
            predefinedMetricSpecification: {
                predefinedMetricType: "ALBRequestCountPerTarget",
                resourceLabel: expect.stringMatching(/^app\/[^/]+\/[0-9a-f]{16}\/targetgroup\/[^/]+\/[0-9a-f]{16}$/),
            },
            ...COOLDOWNS,
        });
    });

    test.each([
        ["two load balancers", () => on(2)],
        ["the two target groups of a canary", () => on(1, { rollout: { strategy: "canary" } })],
    ])("of %s are added", async (_, program) => {
        const { customizedMetricSpecification } = configuration(await program(), "requests") as {
            readonly customizedMetricSpecification: { readonly metrics: readonly Record<string, unknown>[] };
        };
        const { metrics } = customizedMetricSpecification;
        expect(metrics.map(({ expression, returnData }) => [expression, returnData])).toEqual([
            [undefined, false],
            [undefined, false],
            ["FILL(m0, 0) + FILL(m1, 0)", true],
        ]);
    });

    test("of an app without a route are nobody's to count", async () => {
        await expect(worker({ requestsPerSecondPerReplica: 50 }, { port: 8080 })).rejects.toThrow(
            'App "web" with Autoscaler "scale": requestsPerSecondPerReplica. Requests are counted by load balancers; ' +
                "give the app a route, or scale on cpuPercent.",
        );
    });
});

test("messages that wait for each task", async () => {
    const recording = await run(() => {
        const queueBacklogPerReplica = { queue: new Queue("mail"), messages: 25 };
        new App("web", {
            image: IMAGE,
            autoscaler: new Autoscaler("scale", { maxReplicas: 9, queueBacklogPerReplica }),
        });
    });
    expect(scalers(recording)).toEqual(["Policy web-backlog", "Target web-scale"]);
    expect(configuration(recording, "backlog")).toMatchObject({
        targetValue: 25,
        customizedMetricSpecification: {
            metrics: [
                { metricStat: { metric: { dimensions: [{ name: "QueueName", value: "mail-queue-0123456" }] } } },
                {
                    metricStat: {
                        metric: {
                            dimensions: [
                                { name: "ClusterName", value: "platform-cluster-0123456" },
                                { name: "ServiceName", value: "test-dev-web" },
                            ],
                        },
                    },
                },
                { expression: "m1 / m2", returnData: true },
            ],
        },
    });
});

describe("schedules", () => {
    const day = { cron: "0 8 * * 1-5", timeZone: "Europe/Berlin", minReplicas: 3, maxReplicas: 9 };
    const night = { cron: "0 20 * * *", minReplicas: 1, maxReplicas: 2 };

    test("are bounds from their times on", async () => {
        const recording = await worker({ schedules: [day, night] });
        const [, , target] = scalers(recording);
        expect(target).toBe("Target web-scale");
        const actions = recording.resources.filter(({ type }) => type.endsWith(":ScheduledAction"));
        expect(actions.map(({ inputs }) => [inputs.schedule, inputs.timezone, inputs.scalableTargetAction])).toEqual([
            ["cron(0 8 ? * MON-FRI *)", "Europe/Berlin", { minCapacity: 3, maxCapacity: 9 }],
            ["cron(0 20 * * ? *)", "UTC", { minCapacity: 1, maxCapacity: 2 }],
        ]);
    });

    test("one more touches none of the others", async () => {
        const before = scalers(await worker({ schedules: [day] }));
        expect(scalers(await worker({ schedules: [night, day] }))).toEqual(expect.arrayContaining([...before]));
    });

    test.each([
        [
            { ...day, cron: "0 8 1 * 1" },
            'schedules[0].cron is "0 8 1 * 1". EventBridge Scheduler cannot join day of month and weekday; write two entries, one for each.',
        ],
        [{ ...day, minReplicas: 0 }, "schedules[0].minReplicas is 0; allowed on aws: 1 or more."],
    ])("%#: what AWS does not have", async (schedule, message) => {
        await expect(worker({ schedules: [schedule] })).rejects.toThrow(message);
    });

    test("the same times twice", async () => {
        await expect(worker({ schedules: [day, { ...day, minReplicas: 4 }] })).rejects.toThrow(
            "schedules[1] has the times of schedules[0]; leave one of them out.",
        );
    });
});

test("an autoscaler of nobody makes nothing", async () => {
    const recording = await run(() => new Autoscaler("scale", { maxReplicas: 3, cpuPercent: 70 }));
    expect(recording.resources.filter(({ parent }) => parent === "scale")).toEqual([]);
});
