import * as pulumi from "@pulumi/pulumi";
import type { Builder, JobRequest } from "../contract.js";
import { awsCron } from "./cron.js";
import { ground } from "./handles.js";
import { makeMachine, makeSchedule } from "./job-schedule.js";
import { runOnce } from "./run-once.js";
import { taskOf } from "./task.js";

/** A command by the clock, or once for each release: the app's own image, environment, secrets and roles. */
export const job: Builder<"Job"> = (scope, request) => {
    const task = taskOf(scope, request);
    const region = ground(scope, "region");
    const { schedule } = request;
    if (schedule === undefined) {
        const { command, timeoutSeconds, retries } = request;
        const { taskArn } = runOnce(scope, "run", { task, command, timeoutSeconds, retries }, task.dependsOn);
        return {
            outputs: {
                lastRun: pulumi.interpolate`aws ecs describe-tasks --cluster ${task.clusterName} --tasks ${taskArn} --region ${region}`,
            },
            handle: { region },
        };
    }
    const machine = makeMachine(scope, request, task);
    const made = makeSchedule(scope, request, schedule, machine);
    return {
        outputs: {
            lastRun: pulumi.interpolate`aws stepfunctions list-executions --state-machine-arn ${machine.arn} --max-items 1 --region ${region}`,
        },
        handle: { region, scheduleArn: made.arn, stateMachineArn: machine.arn },
    };
};

/** One sentence for each thing that a job cannot be here. */
export function jobProblems({ runs, schedule, logs }: JobRequest): readonly string[] {
    const translated = schedule === undefined ? undefined : awsCron(schedule);
    return [
        ...(translated !== undefined && "problem" in translated
            ? [`schedule is "${schedule}". ${translated.problem}`]
            : []),
        ...(logs !== undefined && "app" in runs
            ? ["logs goes with a job of its own code on aws; one of an app writes where the app does."]
            : []),
    ];
}
