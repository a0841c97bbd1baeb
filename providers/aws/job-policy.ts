/** What the roles of a scheduled job may do, as plain data. */
export interface Statement {
    readonly Effect: "Allow";
    readonly Action: readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface MachineRights {
    readonly partition: string;
    readonly region: string;
    readonly accountId: string;
    readonly clusterArn: string;
    readonly clusterName: string;
    /** ARN of the task definition without its revision. */
    readonly taskFamilyArn: string;
    readonly taskRoleArn: string;
    readonly executionRoleArn: string;
    readonly machineArn: string;
}

/** Run this task in this cluster, stop it, and look for runs of its own. */
export function machineStatements(at: MachineRights): readonly Statement[] {
    const { partition, region, accountId, clusterArn } = at;
    const tasks = `arn:${partition}:ecs:${region}:${accountId}:task/${at.clusterName}/*`;
    return [
        {
            Effect: "Allow",
            Action: ["ecs:RunTask"],
            Resource: `${at.taskFamilyArn}:*`,
            Condition: { ArnEquals: { "ecs:cluster": clusterArn } },
        },
        { Effect: "Allow", Action: ["ecs:StopTask", "ecs:DescribeTasks"], Resource: tasks },
        {
            Effect: "Allow",
            Action: ["ecs:TagResource"],
            Resource: tasks,
            Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
        },
        {
            Effect: "Allow",
            Action: ["iam:PassRole"],
            Resource: [at.taskRoleArn, at.executionRoleArn],
            Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
        },
        {
            // How Step Functions learns of a task's end.
            Effect: "Allow",
            Action: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            Resource: `arn:${partition}:events:${region}:${accountId}:rule/StepFunctionsGetEventsForECSTaskRule`,
        },
        { Effect: "Allow", Action: ["states:ListExecutions"], Resource: at.machineArn },
        {
            // X-Ray knows no resources.
            Effect: "Allow",
            Action: [
                "xray:PutTraceSegments",
                "xray:PutTelemetryRecords",
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
            ],
            Resource: "*",
        },
    ];
}

/** Start the machine, whose name is encrypted in the schedule where there is a key. */
export function scheduleStatements(machineArn: string, keyArn: string | undefined): readonly Statement[] {
    return [
        { Effect: "Allow", Action: ["states:StartExecution"], Resource: machineArn },
        ...(keyArn === undefined ? [] : [{ Effect: "Allow", Action: ["kms:Decrypt"], Resource: keyArn } as const]),
    ];
}
