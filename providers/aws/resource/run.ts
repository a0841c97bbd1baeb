import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { ECSClient } from "@aws-sdk/client-ecs";
import { type Clock, ecsClient, logsClient, REAL_CLOCK } from "./clients.js";
import type { RunInputs } from "./inputs.js";
import { type LogsReader, lastLines } from "./lines.js";
import { findTasks, readTask, startTask, stopTask, type TaskState } from "./tasks.js";

interface Properties extends RunInputs {
    /** ARN of the task that ran the command. */
    readonly taskArn?: string;
}

const POLL_MILLISECONDS = 3_000;

/** What Pulumi's dynamic provider does for a command that runs once for each release. */
export const run = {
    async create(inputs: Properties) {
        const outs = await perform(inputs);
        return { id: startedBy(inputs), outs };
    },

    async diff(_id: string, olds: Properties, news: Properties) {
        const { releaseId, command, cluster } = news;
        const again =
            olds.releaseId !== releaseId || olds.cluster !== cluster || !isDeepStrictEqual(olds.command, command);
        return { changes: again };
    },

    async update(_id: string, _olds: Properties, news: Properties) {
        return { outs: await perform(news) };
    },

    async delete() {},
};

async function perform(inputs: Properties): Promise<Properties> {
    const taskArn = await untilDone(ecsClient(inputs), logsClient(inputs), inputs, REAL_CLOCK);
    return { ...inputs, taskArn };
}

/** By this a run is known again, so that an update that was killed does not run the command twice. */
export function startedBy({ owner, cluster, releaseId, command }: RunInputs): string {
    const identity = JSON.stringify([owner, cluster, releaseId, command]);
    return `tw-${createHash("sha256").update(identity).digest("hex").slice(0, 32)}`;
}

/**
 * Runs the command, or waits for the run that is there already.
 *
 * @returns ARN of the task that ended well
 * @throws Error when the command fails, or takes too long
 */
export async function untilDone(ecs: ECSClient, logs: LogsReader, inputs: RunInputs, clock: Clock): Promise<string> {
    const mark = startedBy(inputs);
    const before = await findTasks(ecs, inputs, mark);
    const done = before.find(({ exitCode }) => exitCode === 0);
    if (done !== undefined) return done.arn;
    let running = before.find(({ stopped }) => !stopped)?.arn;
    for (let attempt = 0; ; attempt++) {
        const arn = running ?? (await startTask(ecs, inputs, mark, clock));
        running = undefined;
        const ended = await untilStopped(ecs, inputs, arn, clock);
        if (ended.exitCode === 0) return arn;
        if (attempt < inputs.retries && !ended.late) continue;
        throw new Error(await failure(logs, inputs, ended, attempt + 1));
    }
}

type Ended = TaskState & { readonly late: boolean };

async function untilStopped(ecs: ECSClient, inputs: RunInputs, arn: string, clock: Clock): Promise<Ended> {
    const end = clock.now() + inputs.timeoutSeconds * 1000;
    let late = false;
    for (;;) {
        const state = await readTask(ecs, inputs.cluster, arn);
        if (state.stopped) return { ...state, late };
        if (!late && clock.now() >= end) {
            late = true;
            await stopTask(ecs, inputs.cluster, arn, `It took more than ${inputs.timeoutSeconds} seconds.`);
        }
        await clock.sleep(POLL_MILLISECONDS);
    }
}

async function failure(logs: LogsReader, inputs: RunInputs, ended: Ended, attempts: number): Promise<string> {
    const { owner, command, timeoutSeconds } = inputs;
    const what = ended.late
        ? `took more than ${timeoutSeconds} seconds and was stopped`
        : ended.exitCode === undefined
          ? `did not start: ${ended.reason ?? "ECS gives no reason"}`
          : `ended with exit code ${ended.exitCode}`;
    const times = attempts > 1 ? ` after ${attempts} attempts` : "";
    const lines = await lastLines(logs, inputs, ended.arn);
    return `"${owner}": the command ${JSON.stringify(command)} ${what}${times}. ${lines}`;
}
