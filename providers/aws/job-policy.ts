/** What the roles of a scheduled job may do, as plain data. */
import { allow, type Statement } from "./role.js";

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
}

/** Run this task in this cluster, stop it, and look for runs of its own. */
export function machineStatements(at: MachineRights, machine: string): readonly Statement[] {
    const { partition, region, accountId, clusterArn } = at;
    const machineArn = `arn:${partition}:states:${region}:${accountId}:stateMachine:${machine}`;
    const tasks = `arn:${partition}:ecs:${region}:${accountId}:task/${at.clusterName}/*`;
    return [
        allow(["ecs:RunTask"], `${at.taskFamilyArn}:*`, { ArnEquals: { "ecs:cluster": clusterArn } }),
        allow(["ecs:StopTask", "ecs:DescribeTasks"], tasks),
        allow(["ecs:TagResource"], tasks, { StringEquals: { "ecs:CreateAction": "RunTask" } }),
        allow(["iam:PassRole"], [at.taskRoleArn, at.executionRoleArn], {
            StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
        }),
        // How Step Functions learns of a task's end.
        allow(
            ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            `arn:${partition}:events:${region}:${accountId}:rule/StepFunctionsGetEventsForECSTaskRule`,
        ),
        allow(["states:ListExecutions"], machineArn),
        // X-Ray knows no resources.
        allow(
            ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
            "*",
        ),
    ];
}

/** Start the machine, whose name is encrypted in the schedule where there is a key. */
export function scheduleStatements(machineArn: string, keyArn: string | undefined): readonly Statement[] {
    return [
        allow(["states:StartExecution"], machineArn),
        ...(keyArn === undefined ? [] : [allow(["kms:Decrypt"], keyArn)]),
    ];
}
