/**
 * The state machine of a scheduled job. EventBridge Scheduler starts a task and looks away; the machine ends a run that
 * takes too long, tries it again, and keeps a second one from starting beside it.
 */
export interface MachineRun {
    readonly partition: string;
    readonly clusterArn: string;
    readonly taskDefinitionArn: string;
    readonly containerName: string;
    readonly command: readonly string[];
    readonly subnetIds: readonly string[];
    readonly securityGroupId: string;
    readonly timeoutSeconds: number;
    readonly retries: number;
    readonly allowOverlap: boolean;
}

type State = Readonly<Record<string, unknown>>;

/** Its definition in the Amazon States Language. */
export function definitionOf(run: MachineRun): object {
    const states = run.allowOverlap ? {} : givingWay(run);
    return {
        QueryLanguage: "JSONata",
        StartAt: run.allowOverlap ? "Run" : "Look",
        States: { ...states, Run: running(run) },
    };
}

/** A run that finds another one ends at once. Two that begin in the same moment both do. */
function givingWay({ partition }: MachineRun): Readonly<Record<string, State>> {
    const others = "$count($states.result.Executions[ExecutionArn != $states.context.Execution.Id])";
    return {
        Look: {
            Type: "Task",
            Resource: `arn:${partition}:states:::aws-sdk:sfn:listExecutions`,
            Arguments: { StateMachineArn: "{% $states.context.StateMachine.Id %}", StatusFilter: "RUNNING" },
            Output: { others: `{% ${others} %}` },
            Next: "Alone",
        },
        Alone: {
            Type: "Choice",
            Choices: [{ Condition: "{% $states.input.others > 0 %}", Next: "Skipped" }],
            Default: "Run",
        },
        Skipped: { Type: "Succeed" },
    };
}

function running(run: MachineRun): State {
    const retry = { ErrorEquals: ["States.TaskFailed", "States.Timeout"], IntervalSeconds: 10, BackoffRate: 2 };
    return {
        Type: "Task",
        Resource: `arn:${run.partition}:states:::ecs:runTask.sync`,
        Arguments: {
            Cluster: run.clusterArn,
            TaskDefinition: run.taskDefinitionArn,
            LaunchType: "FARGATE",
            NetworkConfiguration: {
                AwsvpcConfiguration: {
                    Subnets: run.subnetIds,
                    SecurityGroups: [run.securityGroupId],
                    AssignPublicIp: "DISABLED",
                },
            },
            Overrides: { ContainerOverrides: [{ Name: run.containerName, Command: run.command }] },
            PropagateTags: "TASK_DEFINITION",
        },
        TimeoutSeconds: run.timeoutSeconds,
        ...(run.retries === 0 ? {} : { Retry: [{ ...retry, MaxAttempts: run.retries }] }),
        End: true,
    };
}
