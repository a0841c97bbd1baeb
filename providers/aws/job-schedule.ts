import { Schedule, type ScheduleArgs } from "@pulumi/aws/scheduler";
import { StateMachine, type StateMachineArgs } from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";
import type { JobRequest, Scope } from "../contract.js";
import { awsCron } from "./cron.js";
import { ground } from "./handles.js";
import { definitionOf } from "./job-machine.js";
import { machineStatements, scheduleStatements } from "./job-policy.js";
import { fullName, LIMITS } from "./names.js";
import { roleFor } from "./role.js";
import { tagsOf } from "./tags.js";
import type { Task } from "./task.js";

/** What runs a job by its clock, with a role of its own. */
export function makeMachine(scope: Scope, request: JobRequest, task: Task): StateMachine {
    const name = fullName(scope, LIMITS.stateMachine);
    const [partition, region, accountId] = [
        ground(scope, "partition"),
        ground(scope, "region"),
        ground(scope, "accountId"),
    ];
    const { clusterArn, clusterName, taskFamilyArn, taskRoleArn, executionRoleArn } = task;
    const rights = { clusterArn, clusterName, taskFamilyArn, taskRoleArn, executionRoleArn };
    const statements = pulumi
        .output({ partition, region, accountId, ...rights })
        .apply((at) => machineStatements(at, name));
    const { role, policy } = roleFor(scope, "machine", "states.amazonaws.com", statements);
    const { taskDefinitionArn, containerName, subnetIds, securityGroupId } = task;
    const run = { partition, clusterArn, taskDefinitionArn, containerName, subnetIds, securityGroupId };
    const { command, timeoutSeconds, retries, allowOverlap } = request;
    const definition = pulumi.output({ ...run, command, timeoutSeconds, retries, allowOverlap }).apply(definitionOf);
    return scope.child(
        "machine",
        {
            // Fixed, since its role may list runs of just this one, and must be able to before it is made.
            name,
            type: "STANDARD",
            roleArn: role.arn,
            definition: definition.apply((known) => JSON.stringify(known)),
            tracingConfiguration: { enabled: true },
            tags: tagsOf(scope),
        },
        (child, args: StateMachineArgs, opts) => new StateMachine(child, args, opts),
        { dependsOn: [policy, ...task.dependsOn] },
    );
}

export function makeSchedule(scope: Scope, request: JobRequest, schedule: string, machine: StateMachine): Schedule {
    const translated = awsCron(schedule);
    if ("problem" in translated) throw new Error(translated.problem);
    const keyArn = ground(scope, "keyArn");
    const statements = pulumi.all([machine.arn, keyArn]).apply(([arn, key]) => scheduleStatements(arn, key));
    const { role, policy } = roleFor(scope, "schedule", "scheduler.amazonaws.com", statements);
    return scope.child(
        "schedule",
        {
            scheduleExpression: translated.cron,
            scheduleExpressionTimezone: request.timeZone,
            flexibleTimeWindow: { mode: "OFF" },
            kmsKeyArn: keyArn,
            state: "ENABLED",
            target: {
                arn: machine.arn,
                roleArn: role.arn,
                input: "{}",
                retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 },
            },
        },
        (child, args: ScheduleArgs, opts) => new Schedule(child, args, opts),
        { dependsOn: policy },
    );
}
