import { Cron } from "croner";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { awsCron } from "#dist/providers/aws/cron.js";
import { AwsCron } from "./aws-cron.js";

const MONTHS = ["JAN", "feb", "Mar", "APR", "MAY", "JUN", "jul", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "mon", "Tue", "WED", "THU", "FRI", "SAT"];

/** A field of plain cron: stars, numbers, names, ranges, steps, lists. */
function field(first: number, last: number, names: readonly string[] = []): fc.Arbitrary<string> {
    const number = fc.integer({ min: first, max: last });
    const written = (n: number) => fc.constantFrom(String(n), ...(names[n - first] ? [names[n - first] ?? ""] : []));
    const one = number.chain(written);
    const range = fc
        .tuple(number, number)
        .chain(([a, b]) => fc.tuple(written(Math.min(a, b)), fc.constant(String(Math.max(a, b)))))
        .map(([a, b]) => `${a}-${b}`);
    const stepped = fc
        .tuple(fc.oneof(fc.constant("*"), range), fc.integer({ min: 1, max: last }))
        .map((s) => s.join("/"));
    const part = fc.oneof(one, range, stepped);
    const list = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(","));
    return fc.oneof({ weight: 3, arbitrary: fc.constant("*") }, { weight: 2, arbitrary: list });
}

const expression = fc
    .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12, MONTHS), field(0, 7, DAYS))
    .map((fields) => fields.join(" "))
    .filter((text) => {
        try {
            new Cron(text, { paused: true });
            return true;
        } catch {
            return false;
        }
    });

const START = Date.UTC(2026, 0, 1);
const YEARS_4 = 4 * 366 * 24 * 60;

test("fires in exactly the minutes that the five fields say", () => {
    fc.assert(
        fc.property(
            expression,
            fc.array(fc.integer({ min: 0, max: YEARS_4 }), { minLength: 30, maxLength: 30 }),
            (text, minutes) => {
                const translated = awsCron(text);
                const [, , day, , weekday] = text.split(" ");
                if ("problem" in translated) {
                    expect([day, weekday]).not.toContain("*");
                    return;
                }
                const ours = new AwsCron(translated.cron);
                const theirs = new Cron(text, { paused: true, timezone: "UTC" });
                for (const minute of minutes) {
                    const time = new Date(START + minute * 60_000);
                    expect([text, time.toISOString(), ours.fires(time)]).toEqual([
                        text,
                        time.toISOString(),
                        theirs.match(time),
                    ]);
                }
                // Where it seldom fires, random minutes would miss it.
                for (const time of theirs.nextRuns(3, new Date(START))) expect(ours.fires(time), text).toBe(true);
            },
        ),
        { numRuns: 500 },
    );
});

describe("the forms that people write", () => {
    test.each([
        ["0 6 * * 1", "cron(0 6 ? * MON *)"],
        ["*/15 * * * *", "cron(0,15,30,45 * * * ? *)"],
        ["0 8 * * 1-5", "cron(0 8 ? * MON-FRI *)"],
        ["30 2 1 */3 *", "cron(30 2 1 1,4,7,10 ? *)"],
        ["0 0 * * 0", "cron(0 0 ? * SUN *)"],
        ["0 0 * * 7", "cron(0 0 ? * SUN *)"],
        ["0 0 * * 5-7", "cron(0 0 ? * SUN,FRI-SAT *)"],
        ["0 0 * jan,DEC mon", "cron(0 0 ? 1,12 MON *)"],
        [" 0  0 * * * ", "cron(0 0 * * ? *)"],
        ["0 0 1-31 * 1", "cron(0 0 * * ? *)"],
    ])("%s", (text, cron) => {
        expect(awsCron(text)).toEqual({ cron });
    });
});

describe("what AWS cannot say", () => {
    test.each([
        ["0 0 1 * 1", "EventBridge Scheduler cannot join day of month and weekday; write two entries, one for each."],
        ["0 0 L * *", '"L" is not plain cron; use numbers, names, lists, ranges and steps.'],
        ["0 0 15W * *", '"15W" is not plain cron; use numbers, names, lists, ranges and steps.'],
        ["0 0 * * 5L", '"5L" is not plain cron; use numbers, names, lists, ranges and steps.'],
        ["0 0 * * 1#2", '"1#2" is not plain cron; use numbers, names, lists, ranges and steps.'],
        ["0 0 ? * 1", '"?" is not plain cron; use numbers, names, lists, ranges and steps.'],
    ])("%s", (text, problem) => {
        expect(awsCron(text)).toEqual({ problem });
    });
});
