import { Cron } from "croner";
import type { ScheduleSpec } from "../spec.js";

export interface Bounds {
    readonly minReplicas: number;
    readonly maxReplicas: number;
}

/**
 * Bounds by time: an entry holds from its time until the next time of any entry. So the entry of any instant is the
 * one with the latest past occurrence; of two at the same minute the later in the list.
 */
export class Schedule {
    readonly #entries: readonly { readonly cron: Cron; readonly spec: ScheduleSpec }[];
    readonly #otherwise: Bounds;

    constructor(entries: readonly ScheduleSpec[], otherwise: Bounds) {
        for (const bounds of [otherwise, ...entries]) check(bounds);
        this.#entries = entries.map((spec) => ({ spec, cron: parse(spec) }));
        this.#otherwise = otherwise;
    }

    boundsAt(instant: Date): Bounds {
        let active: Bounds = this.#otherwise;
        let since = Number.NEGATIVE_INFINITY;
        for (const { cron, spec } of this.#entries) {
            const last = lastOccurrence(cron, instant);
            if (last === undefined || last < since) continue;
            active = spec;
            since = last;
        }
        return { minReplicas: active.minReplicas, maxReplicas: active.maxReplicas };
    }
}

function lastOccurrence(cron: Cron, instant: Date): number | undefined {
    // The search is for times strictly before and ignores milliseconds; an entry holds from its very second on.
    const reference = new Date((Math.floor(instant.getTime() / 1000) + 1) * 1000);
    try {
        return cron.previousRuns(1, reference)[0]?.getTime();
    } catch {
        // Croner 10 looks backwards only within the year, and throws a TypeError for 29 February.
        return lastOfRare(cron, reference);
    }
}

/** Forwards from so long ago that even a leap day has come (2100 has none); few steps, as such times are rare. */
function lastOfRare(cron: Cron, before: Date): number | undefined {
    let last: Date | undefined;
    const start = new Date(before);
    start.setUTCFullYear(start.getUTCFullYear() - 9);
    for (let next = cron.nextRun(start); next !== null && next < before; next = cron.nextRun(next)) last = next;
    return last?.getTime();
}

function parse(spec: ScheduleSpec): Cron {
    try {
        const cron = new Cron(spec.cron, { mode: "5-part", timezone: spec.timeZone });
        // The time zone is looked at only when it is used.
        cron.nextRun();
        return cron;
    } catch (error) {
        throw new Error(
            `Schedule "${spec.cron}" in time zone "${spec.timeZone}" cannot be read: ${(error as Error).message} ` +
                `Write a five-field cron expression such as "0 8 * * 1-5" and an IANA time zone such as "Europe/Berlin".`,
        );
    }
}

function check(bounds: Bounds): void {
    const { minReplicas: min, maxReplicas: max } = bounds;
    if (Number.isInteger(min) && Number.isInteger(max) && min >= 0 && max >= min) return;
    throw new Error(
        `Autoscaling bounds must be whole numbers with 0 <= minReplicas <= maxReplicas, got ${min} and ${max}.`,
    );
}
