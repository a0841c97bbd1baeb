import * as pulumi from "@pulumi/pulumi";
import { Cron } from "croner";
import type { JobRequest, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";

/** Enough starts to see the shortest pause of any schedule that repeats within a month. */
const STARTS = 750;
/** A leap day far from a change of clocks. */
const FROM = new Date("2024-02-01T00:00:00Z");

/** The shortest time between two starts, in seconds; infinite for one that starts once. */
export function shortestPause(schedule: string): number {
    const starts = new Cron(schedule, { timezone: "UTC", paused: true }).nextRuns(STARTS, FROM);
    const pauses = starts.slice(1).map((start, index) => start.getTime() - (starts[index]?.getTime() ?? 0));
    return Math.min(...pauses, Number.POSITIVE_INFINITY) / 1000;
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
