import * as pulumi from "@pulumi/pulumi";
import { Cron } from "croner";
import type { JobRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";

/** Every pause of a schedule shows within its first hundred starts, or within two months. */
const MOST_STARTS = 100;
const MOST_DAYS = 62;
const FROM = new Date("2024-01-01T00:00:00Z");

// A thousand jobs have few schedules.
const known = new Map<string, number>();

/** The shortest time between two starts, in seconds; infinite for one that starts more seldom than in two months. */
export function shortestPause(schedule: string): number {
    const pause = known.get(schedule) ?? measure(schedule);
    known.set(schedule, pause);
    return pause;
}

function measure(schedule: string): number {
    const cron = new Cron(schedule, { utcOffset: 0, paused: true });
    const end = FROM.getTime() + MOST_DAYS * 86_400_000;
    let shortest = Number.POSITIVE_INFINITY;
    let last = cron.nextRun(FROM);
    for (let starts = 0; last !== null && starts < MOST_STARTS; starts++) {
        const next = cron.nextRun(last);
        if (next === null || next.getTime() > end) break;
        shortest = Math.min(shortest, next.getTime() - last.getTime());
        last = next;
    }
    return shortest / 1000;
}

/**
 * Azure starts a run whether the last one has ended or not, so a run that must not overlap has to end before the next.
 *
 * @returns the time that a run may take
 * @throws ProgramError when runs could overlap and must not
 */
export function checkOverlap(scope: Scope, request: JobRequest): pulumi.Output<number> {
    const { schedule } = request;
    return pulumi
        .all([request.timeoutSeconds, request.retries, request.allowOverlap])
        .apply(([timeoutSeconds, retries, allowOverlap]) => {
            if (schedule === undefined || allowOverlap) return timeoutSeconds;
            const longest = timeoutSeconds * (retries + 1);
            const pause = shortestPause(schedule);
            if (longest <= pause) return timeoutSeconds;
            throw new ProgramError(
                `Job "${scope.name}": allowOverlap is false, a run may take ${longest} seconds, and "${schedule}" starts one after ` +
                    `${pause} seconds. Container Apps starts a run while the last one still runs: lower timeoutSeconds or retries, or set allowOverlap: true.`,
            );
        });
}
