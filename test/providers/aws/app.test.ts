import { secret } from "@pulumi/pulumi";
import { App, type AppArgs, Database, LoadBalancer, LogSink, Platform, Queue } from "twelvefold";
import { describe, expect, test } from "vitest";
import { runShop, runStrangler } from "../../support/stacks.js";
import {
    build,
    container,
    IMAGE,
    inputs,
    type Json,
    otherReference,
    otherStack,
    routed,
    run,
    web,
} from "./programs.js";

const policy = (json: Json): Json => JSON.parse(String(json)) as Json;

describe("the container", () => {
    test("is read-only, non-blocking, and stops in order", async () => {
        const recording = await run(() => routed({ stopTimeoutSeconds: 60, aws: { user: 10001 } }));
        expect(container(recording, "web")).toEqual({
            name: "app",
            image: IMAGE,
            essential: true,
            portMappings: [{ name: "http", containerPort: 8080, protocol: "tcp", appProtocol: "http" }],
            environment: [
                { name: "PORT", value: "8080" },
                { name: "RELEASE_ID", value: expect.stringMatching(/^[0-9a-f]{12}$/) },
            ],
            secrets: [],
            stopTimeout: 60,
            readonlyRootFilesystem: true,
            linuxParameters: {
                initProcessEnabled: true,
                tmpfs: [{ containerPath: "/tmp", size: 64, mountOptions: ["mode=1777"] }],
            },
            user: "10001",
            logConfiguration: {
                logDriver: "awslogs",
                options: {
                    "awslogs-group": expect.stringMatching(/^platform-default-logs/),
                    "awslogs-region": "eu-central-1",
                    "awslogs-stream-prefix": "web",
                    mode: "non-blocking",
                    "max-buffer-size": "25m",
                },
            },
        });
    });

    test("runs the Procfile's line, a command, or what the image says", async () => {
        const given = await run(() => new App("web", { build, port: 8080 }));
        expect(container(given, "web").command?.[2]).toMatch(/^exec /);
        expect(container(await run(() => web({ command: ["serve"] })), "web").command).toEqual(["serve"]);
        expect(container(await run(() => web()), "web")).not.toHaveProperty("command");
    });

    test("without a route is asked from inside, with a route by the load balancer", async () => {
        const health = { readinessPath: "/ready", intervalSeconds: 7, timeoutSeconds: 3, failureThreshold: 4 };
        const inside = await run(() => web({ health }));
        expect(container(inside, "web").healthCheck).toMatchObject({
            command: [
                "CMD-SHELL",
                expect.stringContaining("curl -fsS -m 3 -o /dev/null 'http://127.0.0.1:8080/ready'"),
            ],
            interval: 7,
            timeout: 3,
            retries: 4,
            startPeriod: 60,
        });
        const off = await run(() => web({ health, aws: { containerProbe: false } }));
        expect(container(off, "web")).not.toHaveProperty("healthCheck");
        const outside = await run(() => routed({ health }));
        expect(container(outside, "web")).not.toHaveProperty("healthCheck");
        expect(inputs(outside, "web", "tg-front")).toMatchObject({
            targetType: "ip",
            deregistrationDelay: 5,
            loadBalancingAlgorithmType: "round_robin",
            healthCheck: {
                path: "/ready",
                interval: 7,
                timeout: 3,
                healthyThreshold: 2,
                unhealthyThreshold: 4,
                matcher: "200-399",
            },
        });
        const worker = await run(() => new App("worker", { image: IMAGE, health: { command: ["alive"] } }));
        expect(container(worker, "worker").healthCheck).toMatchObject({ command: ["CMD", "alive"] });
    });
});

describe("configuration", () => {
    const args: Partial<AppArgs> = { environment: { GREETING: "hello" }, secrets: { KEY: secret("hidden") } };

    test("plain values lie open, secrets are references to a version", async () => {
        const recording = await run(() => web({ ...args, bindings: { DATABASE_URL: new Database("db") } }));
        const { environment, secrets } = container(recording, "web") as unknown as Record<string, Json[]>;
        expect(environment?.map(({ name }) => name)).toEqual(["GREETING", "PORT", "RELEASE_ID"]);
        expect(secrets).toEqual([
            { name: "DATABASE_URL", valueFrom: expect.stringMatching(/:secret:db-url-.*:url::[0-9a-f]{32}$/) },
            { name: "KEY", valueFrom: expect.stringMatching(/:secret:web-secret-.*:KEY::[0-9a-f]{32}$/) },
        ]);
        expect(JSON.stringify(inputs(recording, "web", "task-def"))).not.toContain("hidden");
        const version = recording.child("web", "secret-version");
        expect(version.secretInputs).toEqual(["secretString"]);
        expect(version.retainOnDelete).toBe(true);
        expect(version.inputs.secretString).toBe('{"KEY":"hidden"}');
    });

    test("a change is another release, a change of size is not", async () => {
        const idOf = async (changed: Partial<AppArgs>) => {
            const { environment } = container(await run(() => web({ ...args, ...changed })), "web");
            return (environment as unknown as { name: string; value: string }[]).find((e) => e.name === "RELEASE_ID")
                ?.value;
        };
        const first = await idOf({});
        expect(await idOf({ cpu: 1, replicas: 3 })).toBe(first);
        expect(await idOf({ environment: { GREETING: "bye" } })).not.toBe(first);
        expect(await idOf({ secrets: { KEY: "other" } })).not.toBe(first);
        expect(await idOf({ command: ["x"] })).not.toBe(first);
    });

    test("a size is rounded up, with room for the proxy of Service Connect where there is one", async () => {
        const sizeOf = async (program: () => unknown) => {
            const { cpu, memory } = inputs(await run(program), "web", "task-def");
            return [cpu, memory];
        };
        expect(await sizeOf(() => routed({ cpu: 0.5, memoryMiB: 512 }))).toEqual(["512", "1024"]);
        expect(await sizeOf(() => web({ cpu: 0.25, memoryMiB: 512 }))).toEqual(["512", "1024"]);
        expect(await sizeOf(() => routed({ aws: { internal: true } }))).toEqual(["512", "1024"]);
    });

    test("a tag becomes a digest, in ECR by ECR", async () => {
        const imageOf = async (image: string) => container(await run(() => web({ image })), "web").image;
        expect(await imageOf("registry.example.com:5000/shop:1.0")).toMatch(
            /^registry\.example\.com:5000\/shop@sha256:[0-9a-f]{64}$/,
        );
        const own = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/shop";
        const recording = await run(() => web({ image: `${own}:1.0` }));
        expect(container(recording, "web").image).toMatch(
            /^123456789012\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/team\/shop@sha256:[0-9a-f]{64}$/,
        );
        expect(String(inputs(recording, "web", "execution-policy").policy)).toContain(
            "arn:aws:ecr:eu-west-1:123456789012:repository/team/shop",
        );
    });
});

describe("rights", () => {
    test("the execution role reads exactly its image, its secrets and its log group", async () => {
        const recording = await run(() => new App("web", { build, port: 8080, secrets: { KEY: "k" } }));
        expect(policy(inputs(recording, "web", "execution-policy").policy as Json).Statement).toEqual([
            { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
            {
                Effect: "Allow",
                Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
                Resource: expect.stringMatching(/:repository\/platform-repository-app-/),
            },
            {
                Effect: "Allow",
                Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
                Resource: expect.stringMatching(/:log-group:platform-default-logs-.*:\*$/),
            },
            {
                Effect: "Allow",
                Action: ["secretsmanager:GetSecretValue"],
                Resource: [expect.stringMatching(/:secret:web-secret-/)],
            },
        ]);
    });

    test("tasks may do what is bound, and a role trusts ECS of this account only", async () => {
        const recording = await run(() => {
            const mail = new Queue("mail");
            web({ bindings: { MAIL_URL: mail.toSend() } }, "sender");
            web({ bindings: { MAIL_URL: mail.toReceive() } }, "receiver");
            web({}, "neither");
        });
        const actions = (app: string) =>
            policy(inputs(recording, app, "task-policy").policy as Json).Statement as unknown as { Action: string[] }[];
        expect(actions("sender")).toEqual([
            {
                Effect: "Allow",
                Action: ["sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"],
                Resource: expect.stringMatching(/:mail-queue/),
            },
        ]);
        expect(actions("receiver")[0]?.Action).toContain("sqs:ReceiveMessage");
        expect(actions("receiver")[0]?.Action).not.toContain("sqs:SendMessage");
        expect(recording.resources.map(({ name }) => name)).not.toContain("neither-task-policy");
        expect(policy(inputs(recording, "neither", "task-role").assumeRolePolicy as Json).Statement?.[0]).toEqual({
            Effect: "Allow",
            Principal: { Service: "ecs-tasks.amazonaws.com" },
            Action: "sts:AssumeRole",
            Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        });
    });

    test("in production the key is used through Secrets Manager only", async () => {
        const recording = await run(() => web({ secrets: { KEY: "k" } }), { profile: "production" });
        const statements = policy(inputs(recording, "web", "execution-policy").policy as Json).Statement;
        expect((statements as unknown as Json[]).at(-1)).toEqual({
            Effect: "Allow",
            Action: ["kms:Decrypt"],
            Resource: [expect.stringMatching(/:key\/platform-key/)],
            Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" } },
        });
    });

    test("the network admits who is bound, and nobody else", async () => {
        const recording = await runShop({ target: "aws" });
        const rules = recording.resources.filter(({ type }) => type.endsWith(":SecurityGroupIngressRule"));
        const ways = rules.map(({ inputs }) => [
            inputs.referencedSecurityGroupId,
            inputs.securityGroupId,
            inputs.fromPort,
        ]);
        expect(ways.filter(([from]) => from !== undefined).sort()).toEqual([
            ["front-sg-id", "web-sg-id", 8080],
            ["mailer-sg-id", "db-sg-id", 5432],
            ["web-sg-id", "catalog-sg-id", 8080],
            ["web-sg-id", "db-sg-id", 5432],
        ]);
        for (const { inputs, name } of rules) expect(inputs.description, name).toMatch(/\.$/);
    });
});

describe("calls between apps", () => {
    const connection = (recording: Awaited<ReturnType<typeof run>>, app: string) =>
        inputs(recording, app, "service").serviceConnectConfiguration;

    test("go by a name: an app without a route has one, and who binds it joins", async () => {
        const shop = await runShop({ target: "aws" });
        const namespace = expect.stringContaining("platform-mesh");
        expect(connection(shop, "catalog")).toEqual({
            enabled: true,
            namespace,
            services: [
                { portName: "http", discoveryName: "catalog", clientAlias: [{ dnsName: "catalog", port: 8080 }] },
            ],
        });
        expect(connection(shop, "web")).toEqual({ enabled: true, namespace });
        expect(connection(shop, "mailer")).toEqual({ enabled: false });
        expect(container(shop, "web").environment).toContainEqual({
            name: "CATALOG_URL",
            value: "http://catalog:8080",
        });
    });

    test("an app with a route gets a name when it is bound", async () => {
        const strangler = await runStrangler(20, { target: "aws" });
        expect(connection(strangler, "legacy")).toMatchObject({
            enabled: true,
            services: [{ discoveryName: "legacy" }],
        });
        expect(container(strangler, "orders").environment).toContainEqual({
            name: "LEGACY_URL",
            value: "http://legacy:8080",
        });
        expect(connection(await run(() => routed()), "web")).toEqual({ enabled: false });
    });

    test("an app that is bound too late says so", async () => {
        const program = async () => {
            const legacy = routed();
            await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
            web({ bindings: { LEGACY_URL: legacy } }, "orders");
        };
        await expect(run(program)).rejects.toThrow(
            'bindings.LEGACY_URL is App "web", which was declared before this program waited for something, without a name ' +
                "that other apps can call. Give it aws: { internal: true }.",
        );
    });

    const binding = () => {
        const platform = Platform.fromStack(otherReference(), "ground");
        web({ platform, routes: [], bindings: { LEGACY_URL: App.fromStack(otherReference(), "legacy") } });
    };

    test("into another stack join its namespace, or say why they cannot", async () => {
        const worker = () => {
            const platform = Platform.fromStack(otherReference(), "ground");
            const legacy = App.fromStack(otherReference(), "legacy");
            new App("worker", { image: IMAGE, platform, bindings: { LEGACY_URL: legacy } });
        };
        const recording = await run(worker, { state: otherStack() });
        expect(connection(recording, "worker")).toEqual({
            enabled: true,
            namespace: expect.stringContaining("ns-other"),
        });
        await expect(run(binding, { state: otherStack() })).rejects.toThrow(
            'App "web" is on one platform and calls an app on another by its name; a service of ECS joins one namespace.',
        );
        await expect(run(worker, { state: otherStack({ namespaceArn: undefined }) })).rejects.toThrow(
            'bindings.LEGACY_URL is App "legacy" of another stack, and has no name that other apps can call.',
        );
        await expect(run(worker, { state: otherStack({ vpcId: "vpc-far" }) })).rejects.toThrow(
            'App "legacy" lives in another VPC; put both on one Platform.',
        );
    });
});

describe("rollouts", () => {
    const service = async (args: Partial<AppArgs>, profile: "development" | "production" = "development") =>
        inputs(await run(() => routed(args), { profile }), "web", "service");

    test("rolling: the circuit breaker, and nothing below what should run", async () => {
        expect(await service({ health: { startupSeconds: 90 } })).toMatchObject({
            name: "test-dev-web",
            desiredCount: 1,
            deploymentMinimumHealthyPercent: 100,
            deploymentMaximumPercent: 200,
            deploymentCircuitBreaker: { enable: true, rollback: true },
            deploymentConfiguration: { strategy: "ROLLING" },
            availabilityZoneRebalancing: "ENABLED",
            healthCheckGracePeriodSeconds: 90,
            waitForSteadyState: true,
            enableExecuteCommand: false,
            capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
        });
        expect(await service({})).not.toHaveProperty("alarms");
    });

    test("in production there are two, and what serves users never runs on spare capacity", async () => {
        const recording = await run(
            () => {
                routed();
                new App("worker", { image: IMAGE });
            },
            { profile: "production", config: { "twelvefold:aws": '{"spot":true}' } },
        );
        expect(inputs(recording, "web", "service")).toMatchObject({
            desiredCount: 2,
            capacityProviderStrategies: [{ capacityProvider: "FARGATE" }],
        });
        expect(inputs(recording, "worker", "service")).toMatchObject({
            capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT" }],
        });
    });

    test.each<[string, AppArgs["rollout"], object]>([
        ["blueGreen", { strategy: "blueGreen", bakeSeconds: 90 }, { strategy: "BLUE_GREEN", bakeTimeInMinutes: "2" }],
        [
            "one step",
            { strategy: "canary", steps: [{ percent: 10, bakeSeconds: 60 }] },
            { strategy: "CANARY", canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: "1" } },
        ],
        [
            "equal steps",
            { strategy: "canary", steps: [25, 50, 75].map((percent) => ({ percent, bakeSeconds: 30 })) },
            { strategy: "LINEAR", linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: "1" } },
        ],
    ])("%s in ECS's own words", async (_, rollout, expected) => {
        const made = await service({ rollout });
        expect(made.deploymentConfiguration).toMatchObject(expected);
        expect(made).not.toHaveProperty("deploymentCircuitBreaker");
        expect(made.alarms).toMatchObject({
            enable: true,
            rollback: true,
            alarmNames: [expect.stringMatching(/^web-stuck/), expect.stringMatching(/^web-errors/)],
        });
    });

    test("alarms look at each target group on its own", async () => {
        const rollout = { strategy: "canary" as const, rollbackOn: { p99Milliseconds: 500 } };
        const recording = await run(() => routed({ rollout }));
        const queries = inputs(recording, "web", "errors").metricQueries as unknown as Json[];
        expect(queries.at(-1)?.expression).toMatch(/^MAX\(\[IF\(FILL\(r0, 0\) > 0, .*FILL\(r1, 0\)/);
        const groups = new Set(queries.map(({ metric }) => String(metric?.dimensions?.TargetGroup)));
        expect([...groups].filter((name) => name.startsWith("targetgroup/"))).toHaveLength(2);
        expect(inputs(recording, "web", "slow")).toMatchObject({ threshold: 0.5, treatMissingData: "notBreaching" });
        expect(inputs(recording, "web", "stuck")).toMatchObject({ evaluationPeriods: 6, threshold: 1 });
    });

    test("alerts of a log sink are alarms by their own names; another name is taken as it is", async () => {
        const recording = await run(() => {
            const logs = new LogSink("logs", { alerts: [{ name: "errors", match: "ERROR" }] });
            const front = new LoadBalancer("front");
            const rollbackOn = { alarms: ["errors", "somebody-elses"] };
            web({ logs, routes: [{ loadBalancer: front, path: "/" }], rollout: { strategy: "rolling", rollbackOn } });
        });
        expect(inputs(recording, "web", "service").alarms?.alarmNames).toEqual([
            expect.stringMatching(/^logs-alarm-errors/),
            "somebody-elses",
        ]);
    });

    test("the judge asks about the declared task definition, for as long as the rollout may take", async () => {
        const rollout = { strategy: "blueGreen" as const, bakeSeconds: 90 };
        const recording = await run(() => routed({ rollout }), { config: { "aws:profile": "deployer" } });
        expect(inputs(recording, "web", "serving")).toMatchObject({
            app: "web",
            region: "eu-central-1",
            profile: "deployer",
            service: "test-dev-web",
            taskDefinition: expect.stringMatching(/task-definition\/test-dev-web:1$/),
            timeoutSeconds: 1200 + 60 + 120,
        });
        const { __provider } = recording.child("web", "serving").inputs;
        expect(String(__provider).length).toBeLessThan(200);
    });
});
