import {
    DescribeTasksCommand,
    type ECSClient,
    ListTasksCommand,
    RunTaskCommand,
    StopTaskCommand,
    type Task,
} from "@aws-sdk/client-ecs";
import type { Clock } from "./clients.js";
import type { RunInputs } from "./inputs.js";

export interface TaskState {
    readonly arn: string;
    readonly stopped: boolean;
    /** Of the container; undefined while it runs, and when it never started. */
    readonly exitCode?: number;
    readonly reason?: string;
}

/** Runs with a mark, also those that ended: ECS remembers them for about an hour. */
export async function findTasks(ecs: ECSClient, inputs: RunInputs, mark: string): Promise<readonly TaskState[]> {
    const { cluster } = inputs;
    // The mark may not be combined with another filter, and by default only running tasks are listed.
    const running = await ecs.send(new ListTasksCommand({ cluster, startedBy: mark }));
    const family = familyOf(inputs.taskDefinition);
    const stopped = await ecs.send(new ListTasksCommand({ cluster, family, desiredStatus: "STOPPED" }));
    const tasks = [...new Set([...(running.taskArns ?? []), ...(stopped.taskArns ?? [])])];
    if (tasks.length === 0) return [];
    const described = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
    return (described.tasks ?? []).filter(({ startedBy }) => startedBy === mark).map(stateOf);
}

export async function readTask(ecs: ECSClient, cluster: string, arn: string): Promise<TaskState> {
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
    const [task] = tasks;
    if (task !== undefined) return stateOf(task);
    return { arn, stopped: true, reason: "ECS has forgotten the task" };
}

export async function stopTask(ecs: ECSClient, cluster: string, task: string, reason: string): Promise<void> {
    await ecs.send(new StopTaskCommand({ cluster, task, reason }));
}

/** A role that was made a moment ago is not known everywhere yet. */
const PATIENCE_MILLISECONDS = 60_000;
const RETRY_MILLISECONDS = 5_000;

/** @throws Error when ECS does not start it */
export async function startTask(ecs: ECSClient, inputs: RunInputs, mark: string, clock: Clock): Promise<string> {
    const end = clock.now() + PATIENCE_MILLISECONDS;
    for (;;) {
        try {
            return await start(ecs, inputs, mark);
        } catch (error) {
            if (!isAboutRoles(error) || clock.now() >= end) throw error;
            await clock.sleep(RETRY_MILLISECONDS);
        }
    }
}

async function start(ecs: ECSClient, inputs: RunInputs, mark: string): Promise<string> {
    const { container, command, subnetIds, securityGroupId } = inputs;
    const { tasks = [], failures = [] } = await ecs.send(
        new RunTaskCommand({
            cluster: inputs.cluster,
            taskDefinition: inputs.taskDefinition,
            launchType: "FARGATE",
            count: 1,
            startedBy: mark,
            propagateTags: "TASK_DEFINITION",
            networkConfiguration: {
                awsvpcConfiguration: {
                    subnets: [...subnetIds],
                    securityGroups: [securityGroupId],
                    assignPublicIp: "DISABLED",
                },
            },
            overrides: { containerOverrides: [{ name: container, command: [...command] }] },
        }),
    );
    const arn = tasks[0]?.taskArn;
    if (arn !== undefined) return arn;
    const reasons = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": "));
    throw new Error(`"${inputs.owner}": ECS does not start a task: ${reasons.join("; ") || "it gives no reason"}.`);
}

function isAboutRoles(error: unknown): boolean {
    const { name, message } = error as Error;
    return name === "AccessDeniedException" || /assume the role|unable to assume/i.test(message);
}

function stateOf(task: Task): TaskState {
    const container = task.containers?.[0];
    const reason = container?.reason ?? task.stoppedReason;
    return {
        arn: task.taskArn ?? "",
        stopped: task.lastStatus === "STOPPED",
        ...(container?.exitCode === undefined ? {} : { exitCode: container.exitCode }),
        ...(reason === undefined ? {} : { reason }),
    };
}

function familyOf(taskDefinition: string): string {
    return (taskDefinition.split("/").at(-1) ?? taskDefinition).replace(/:\d+$/, "");
}
