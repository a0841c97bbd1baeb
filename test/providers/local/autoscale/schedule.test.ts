import { describe, expect, test } from "vitest";
import { Schedule } from "#dist/providers/local/autoscale/schedule.js";

const BASE = { minReplicas: 1, maxReplicas: 4 };
const entry = (cron: string, minReplicas: number, timeZone = "Europe/Berlin") => ({
    cron,
    timeZone,
    minReplicas,
    maxReplicas: minReplicas + 10,
});

const WORKDAYS = [entry("0 8 * * 1-5", 5), entry("0 18 * * 1-5", 2), entry("0 0 * * 6", 1)];

describe("the entry that holds", () => {
    test.each([
        ["2026-03-02T06:59:59.999Z", 1], // Monday before eight: still the weekend's entry
        ["2026-03-02T07:00:00.000Z", 5],
        ["2026-03-02T07:00:00.500Z", 5],
        ["2026-03-02T16:59:59.000Z", 5],
        ["2026-03-02T17:00:00.000Z", 2],
        ["2026-03-03T06:00:00.000Z", 2], // the night after
        ["2026-03-06T22:59:59.000Z", 2],
        ["2026-03-06T23:00:00.000Z", 1], // Saturday in Berlin
        ["2026-03-30T05:59:59.000Z", 1], // summer time since Sunday
        ["2026-03-30T06:00:00.000Z", 5],
    ])("at %s has minReplicas %i", (instant, minReplicas) => {
        const schedule = new Schedule(WORKDAYS, BASE);
        expect(schedule.boundsAt(new Date(instant))).toEqual({ minReplicas, maxReplicas: minReplicas + 10 });
    });

    test("of two at the same minute is the later in the list", () => {
        const schedule = new Schedule([entry("0 8 * * *", 5), entry("0 8 * * 1", 7)], BASE);
        expect(schedule.boundsAt(new Date("2026-03-02T07:30:00Z")).minReplicas).toBe(7);
        expect(schedule.boundsAt(new Date("2026-03-03T07:30:00Z")).minReplicas).toBe(5);
    });

    test("is a rare one for years", () => {
        const schedule = new Schedule([entry("0 0 29 2 *", 9, "UTC")], BASE);
        expect(schedule.boundsAt(new Date("2027-12-31T00:00:00Z")).minReplicas).toBe(9);
    });

    test("is none when there is none, or none that ever comes", () => {
        expect(new Schedule([], BASE).boundsAt(new Date())).toEqual(BASE);
        const never = new Schedule([entry("0 0 30 2 *", 9, "UTC")], BASE);
        expect(never.boundsAt(new Date("2026-03-02T00:00:00Z"))).toEqual(BASE);
    });

    test("in a time zone whose clock goes back, holds through the doubled hour", () => {
        const schedule = new Schedule([entry("30 2 * * *", 6), entry("0 4 * * *", 2)], BASE);
        expect(schedule.boundsAt(new Date("2026-10-25T00:29:00Z")).minReplicas).toBe(2);
        expect(schedule.boundsAt(new Date("2026-10-25T00:30:00Z")).minReplicas).toBe(6);
        expect(schedule.boundsAt(new Date("2026-10-25T01:45:00Z")).minReplicas).toBe(6);
        expect(schedule.boundsAt(new Date("2026-10-25T03:00:00Z")).minReplicas).toBe(2);
    });
});

test.each([
    ["8 o'clock", "UTC"],
    ["* * * * * *", "UTC"],
    ["0 8 * *", "UTC"],
    ["61 8 * * *", "UTC"],
    ["0 8 * * *", "Berlin"],
])("%s in %s is refused with both named", (cron, timeZone) => {
    const create = () => new Schedule([entry(cron, 1, timeZone)], BASE);
    expect(create).toThrow(`Schedule "${cron}" in time zone "${timeZone}" cannot be read`);
});
