import { App, type AppArgs, Job, type JobArgs, LogSink } from "twelvefold";
import { type ProgramOptions, type Recording, runProgram } from "twelvefold/testing";
import { describe, expect, test } from "vitest";
import { json, made } from "./data-programs.js";

const IMAGE = `registry.example.com/shop@sha256:${"0".repeat(64)}`;

function run(program: () => unknown, options: ProgramOptions = {}): Promise<Recording> {
    return runProgram(program, { target: "aws", profile: "development", ...options });
}

function ofApp(args: Partial<JobArgs>, options?: ProgramOptions, app: Partial<AppArgs> = {}): Promise<Recording> {
    return run(() => {
        const web = new App("web", { image: IMAGE, ...app });
        new Job("report", { app: web, command: ["npm", "run", "report"], ...args });
    }, options);
}

/** What the job adds to the app's resources. */
async function added(recording: Recording): Promise<readonly string[]> {
    return made({
        ...recording,
        resources: recording.resources.filter(({ parent }) => parent === "report"),
    } as Recording);
}

const CLUSTER = "arn:aws:ecs:eu-central-1:123456789012:cluster/platform-cluster-0123456";
const FAMILY = "arn:aws:ecs:eu-central-1:123456789012:task-definition/test-dev-web";
const MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:test-dev-report";
const SCHEDULED = [
    "Role report-machine-role",
    "Role report-schedule-role",
    "RolePolicy report-machine-policy",
    "RolePolicy report-schedule-policy",
    "Schedule report-schedule",
    "StateMachine report-machine",
];

interface Definition {
    readonly StartAt: string;
    readonly States: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

async function definition(args: Partial<JobArgs>): Promise<Definition> {
    return json(await ofApp({ schedule: "0 6 * * 1", ...args }), "report", "machine", "definition") as Definition;
}

describe("by the clock", () => {
    test.each([
        "development",
        "production",
    ] as const)("%s: a schedule starts a machine, each with a role", async (profile) => {
        const recording = await ofApp({ schedule: "0 6 * * 1", timeZone: "Europe/Berlin" }, { profile });
        expect(await added(recording)).toEqual(SCHEDULED);
        expect(recording.child("report", "schedule").inputs).toMatchObject({
            scheduleExpression: "cron(0 6 ? * MON *)",
            scheduleExpressionTimezone: "Europe/Berlin",
            flexibleTimeWindow: { mode: "OFF" },
            state: "ENABLED",
            target: {
                arn: MACHINE,
                input: "{}",
                retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 },
            },
            ...(profile === "production" ? { kmsKeyArn: expect.stringContaining(":key/") } : {}),
        });
    });

    test("runs the task definition of the app's release, in its network, with its command", async () => {
        const { States } = await definition({});
        expect(States.Run).toEqual({
            Type: "Task",
            Resource: "arn:aws:states:::ecs:runTask.sync",
            Arguments: {
                Cluster: CLUSTER,
                TaskDefinition: `${FAMILY}:1`,
                LaunchType: "FARGATE",
                NetworkConfiguration: {
                    AwsvpcConfiguration: {
                        Subnets: ["platform-private-0-id", "platform-private-1-id"],
                        SecurityGroups: ["web-sg-id"],
                        AssignPublicIp: "DISABLED",
                    },
                },
                Overrides: { ContainerOverrides: [{ Name: "app", Command: ["npm", "run", "report"] }] },
                PropagateTags: "TASK_DEFINITION",
            },
            TimeoutSeconds: 900,
            End: true,
        });
    });

    test("gives way to a run that is there, unless runs may overlap", async () => {
        const alone = await definition({});
        expect(alone.StartAt).toBe("Look");
        expect(alone.States.Look).toMatchObject({
            Resource: "arn:aws:states:::aws-sdk:sfn:listExecutions",
            Next: "Alone",
        });
        expect(alone.States.Alone).toEqual({
            Type: "Choice",
            Choices: [{ Condition: "{% $states.input.others > 0 %}", Next: "Skipped" }],
            Default: "Run",
        });
        const together = await definition({ allowOverlap: true });
        expect([together.StartAt, Object.keys(together.States)]).toEqual(["Run", ["Run"]]);
    });

    test("ends what takes too long, and tries again", async () => {
        const { States } = await definition({ timeoutSeconds: 60, retries: 2 });
        expect(States.Run).toMatchObject({
            TimeoutSeconds: 60,
            Retry: [
                {
                    ErrorEquals: ["States.TaskFailed", "States.Timeout"],
                    MaxAttempts: 2,
                    IntervalSeconds: 10,
                    BackoffRate: 2,
                },
            ],
        });
    });

    test("may run this task in this cluster, and nothing else", async () => {
        const recording = await ofApp({ schedule: "0 6 * * 1" });
        const { Statement } = json(recording, "report", "machine-policy", "policy") as {
            readonly Statement: readonly Readonly<Record<string, unknown>>[];
        };
        expect(Statement[0]).toEqual({
            Effect: "Allow",
            Action: ["ecs:RunTask"],
            Resource: `${FAMILY}:*`,
            Condition: { ArnEquals: { "ecs:cluster": CLUSTER } },
        });
        const pass = Statement.find(({ Action }) => String(Action) === "iam:PassRole");
        expect(pass?.Resource).toEqual([
            "arn:aws:iam::123456789012:role/web-task-role-0123456",
            "arn:aws:iam::123456789012:role/web-execution-role-0123456",
        ]);
        // X-Ray knows no resources.
        expect(Statement.filter(({ Resource }) => Resource === "*")).toHaveLength(1);
        expect(json(recording, "report", "schedule-policy", "policy")).toEqual({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: ["states:StartExecution"], Resource: MACHINE }],
        });
    });

    test("what it needs is there first: policies before the machine and the schedule, the app before both", async () => {
        const recording = await ofApp({ schedule: "0 6 * * 1" });
        expect(recording.child("report", "machine").dependsOn).toEqual(
            expect.arrayContaining(["report-machine-policy", "report-machine-role"]),
        );
        expect(recording.child("report", "schedule").dependsOn).toEqual(
            expect.arrayContaining(["report-machine", "report-schedule-policy"]),
        );
    });
});

test("once for each release: one run, that waits for nothing but the app", async () => {
    const recording = await ofApp({ retries: 1, timeoutSeconds: 1200 });
    expect(await added(recording)).toEqual(["EcsRun report-run"]);
});

test("of its own code: a task definition, roles and a security group of its own", async () => {
    const recording = await run(
        () =>
            new Job("report", {
                image: IMAGE,
                command: ["true"],
                schedule: "0 6 * * 1",
                logs: new LogSink("logs", { retentionDays: 7 }),
            }),
    );
    const all = await added(recording);
    expect(all).toEqual(expect.arrayContaining(SCHEDULED));
    expect(all.filter((line) => !SCHEDULED.includes(line))).toMatchInlineSnapshot(`
      [
        "Role report-execution-role",
        "Role report-task-role",
        "RolePolicy report-execution-policy",
        "SecurityGroup report-sg",
        "SecurityGroupEgressRule report-egress",
        "TaskDefinition report-task",
      ]
    `);
});

describe("what it refuses", () => {
    test.each([
        [
            { schedule: "0 6 1 * 1" },
            'schedule is "0 6 1 * 1". EventBridge Scheduler cannot join day of month and weekday; write two entries, one for each.',
        ],
        [
            { schedule: "0 6 L * *" },
            'schedule is "0 6 L * *". "L" is not plain cron; use numbers, names, lists, ranges and steps.',
        ],
    ])("%j", async (args, message) => {
        await expect(ofApp(args)).rejects.toThrow(message);
    });

    test("lines of a job of an app anywhere else than the app's", async () => {
        await expect(
            run(() => {
                const app = new App("web", { image: IMAGE });
                new Job("report", { app, command: ["true"], logs: new LogSink("logs") });
            }),
        ).rejects.toThrow("logs goes with a job of its own code on aws; one of an app writes where the app does.");
    });
});
