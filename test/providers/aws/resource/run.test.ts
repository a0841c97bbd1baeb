import { afterEach, describe, expect, test } from "vitest";
import type { RunInputs } from "#dist/providers/aws/resource/inputs.js";
import { run, startedBy, untilDone } from "#dist/providers/aws/resource/run.js";
import { fakeClock, type Script, StandIn } from "./stand-in.js";

const INPUTS: RunInputs = {
    owner: "web",
    region: "eu-central-1",
    cluster: "shop",
    taskDefinition: "arn:aws:ecs:eu-central-1:123456789012:task-definition/shop-dev-web:5",
    container: "app",
    subnetIds: ["subnet-1", "subnet-2"],
    securityGroupId: "sg-1",
    logGroup: "logs",
    streamPrefix: "web",
    command: ["npm", "run", "migrate"],
    releaseId: "0123456789ab",
    timeoutSeconds: 60,
    retries: 0,
};
const MARK = startedBy(INPUTS);
const ARN = "arn:aws:ecs:eu-central-1:123456789012:task/shop/1";
const COMMAND = '["npm","run","migrate"]';

let standIn: StandIn | undefined;
afterEach(() => standIn?.stop());

const task = (lastStatus: string, exitCode?: number, taskArn = ARN) => ({
    taskArn,
    lastStatus,
    startedBy: MARK,
    containers: [{ name: "app", ...(exitCode === undefined ? {} : { exitCode }) }],
});
const tasks = (...list: object[]) => ({ tasks: list });
const NONE = { taskArns: [] };

async function perform(scripts: Readonly<Record<string, Script>>, inputs = INPUTS): Promise<string> {
    standIn = await StandIn.start({
        ListTasks: NONE,
        RunTask: tasks({ taskArn: ARN }),
        GetLogEvents: { events: [{ message: "column exists" }, { message: "rolled back" }] },
        ...scripts,
    });
    return untilDone(standIn.ecs, standIn.logs, inputs, fakeClock());
}

describe("a command that runs once", () => {
    test("runs in the network of its app, with its container's command replaced", async () => {
        expect(await perform({ DescribeTasks: [tasks(task("RUNNING")), tasks(task("STOPPED", 0))] })).toBe(ARN);
        expect(standIn?.calls.find(({ operation }) => operation === "RunTask")?.input).toEqual({
            clientToken: expect.any(String),
            cluster: "shop",
            taskDefinition: INPUTS.taskDefinition,
            launchType: "FARGATE",
            count: 1,
            startedBy: MARK,
            propagateTags: "TASK_DEFINITION",
            networkConfiguration: {
                awsvpcConfiguration: {
                    subnets: ["subnet-1", "subnet-2"],
                    securityGroups: ["sg-1"],
                    assignPublicIp: "DISABLED",
                },
            },
            overrides: { containerOverrides: [{ name: "app", command: ["npm", "run", "migrate"] }] },
        });
    });

    test("waits for the run of an update that was killed", async () => {
        const scripts = {
            ListTasks: (input: object) => ("startedBy" in input ? { taskArns: [ARN] } : NONE),
            DescribeTasks: [tasks(task("RUNNING")), tasks(task("RUNNING")), tasks(task("STOPPED", 0))],
        };
        expect(await perform(scripts)).toBe(ARN);
        expect(standIn?.count("RunTask")).toBe(0);
    });

    test("does not run again what has ended well meanwhile", async () => {
        const scripts = {
            ListTasks: (input: object) => ("family" in input ? { taskArns: ["other", ARN] } : NONE),
            DescribeTasks: tasks({ ...task("STOPPED", 0, "other"), startedBy: "somebody" }, task("STOPPED", 0)),
        };
        expect(await perform(scripts)).toBe(ARN);
        expect(standIn?.count("RunTask")).toBe(0);
    });

    test("asks by the mark alone, as ECS wants it", async () => {
        await perform({ DescribeTasks: tasks(task("STOPPED", 0)) });
        expect(standIn?.calls.filter(({ operation }) => operation === "ListTasks").map(({ input }) => input)).toEqual([
            { cluster: "shop", startedBy: MARK },
            { cluster: "shop", family: "shop-dev-web", desiredStatus: "STOPPED" },
        ]);
    });

    test("fails with the exit code and the last lines", async () => {
        await expect(perform({ DescribeTasks: tasks(task("STOPPED", 3)) })).rejects.toThrow(
            `"web": the command ${COMMAND} ended with exit code 3. Its last lines:\ncolumn exists\nrolled back`,
        );
        expect(standIn?.calls.at(-1)?.input).toMatchObject({ logGroupName: "logs", logStreamName: "web/app/1" });
    });

    test("tells of the failure when its lines cannot be read", async () => {
        const scripts = {
            DescribeTasks: tasks(task("STOPPED", 3)),
            GetLogEvents: { error: "AccessDeniedException", message: "no" },
        };
        await expect(perform(scripts)).rejects.toThrow(
            "ended with exit code 3. Its lines are in logs, stream web/app/1, and could not be read: AccessDeniedException.",
        );
    });

    test("fails when the task does not start", async () => {
        const stopped = {
            taskArn: ARN,
            lastStatus: "STOPPED",
            startedBy: MARK,
            stoppedReason: "CannotPullContainerError",
        };
        const scripts = { DescribeTasks: tasks(stopped), GetLogEvents: { error: "ResourceNotFoundException" } };
        await expect(perform(scripts)).rejects.toThrow(
            `"web": the command ${COMMAND} did not start: CannotPullContainerError. It printed nothing.`,
        );
    });

    test("is stopped when it takes too long", async () => {
        const scripts = {
            DescribeTasks: (_: object, times: number) => tasks(times < 30 ? task("RUNNING") : task("STOPPED", 137)),
            StopTask: {},
        };
        await expect(perform(scripts, { ...INPUTS, retries: 2 })).rejects.toThrow(
            `"web": the command ${COMMAND} took more than 60 seconds and was stopped.`,
        );
        expect(standIn?.count("StopTask")).toBe(1);
        expect(standIn?.count("RunTask")).toBe(1);
    });

    test("is tried again as often as asked for", async () => {
        const failing = { DescribeTasks: tasks(task("STOPPED", 1)) };
        await expect(perform(failing, { ...INPUTS, retries: 2 })).rejects.toThrow("exit code 1 after 3 attempts.");
        expect(standIn?.count("RunTask")).toBe(3);
    });

    test("waits for a role that is not known everywhere yet, but not for ever", async () => {
        const refused = { error: "ClientException", message: "ECS was unable to assume the role 'arn'" };
        expect(
            await perform({
                RunTask: [refused, refused, tasks({ taskArn: ARN })],
                DescribeTasks: tasks(task("STOPPED", 0)),
            }),
        ).toBe(ARN);
        await standIn?.stop();
        await expect(perform({ RunTask: refused })).rejects.toThrow("unable to assume the role");
    });

    test("tells why ECS places no task", async () => {
        const scripts = { RunTask: { tasks: [], failures: [{ reason: "Capacity is unavailable at this time" }] } };
        await expect(perform(scripts)).rejects.toThrow(
            '"web": ECS does not start a task: Capacity is unavailable at this time.',
        );
    });
});

test("another release or another command runs again, another size or revision does not", async () => {
    const state = { ...INPUTS, taskArn: ARN };
    const changes = async (news: Partial<RunInputs>) => (await run.diff("", state, { ...INPUTS, ...news })).changes;
    expect(await changes({})).toBe(false);
    expect(await changes({ taskDefinition: "other:6", timeoutSeconds: 1, subnetIds: [] })).toBe(false);
    expect(await changes({ releaseId: "other" })).toBe(true);
    expect(await changes({ command: ["other"] })).toBe(true);
    expect(MARK).toMatch(/^tw-[0-9a-f]{32}$/);
    expect(startedBy({ ...INPUTS, taskDefinition: "other:6" })).toBe(MARK);
    expect(startedBy({ ...INPUTS, releaseId: "other" })).not.toBe(MARK);
});
