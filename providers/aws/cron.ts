/**
 * Cron expressions of five fields in AWS's own form of six, for EventBridge Scheduler and Application Auto Scaling:
 * weekdays by name (AWS counts from 1 = Sunday), steps as lists, and a question mark in the day field that says nothing.
 */
import { isDefined } from "./defined.js";

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Field {
    readonly first: number;
    readonly last: number;
    /** Names of values, from `first` on. */
    readonly names?: readonly string[];
}

const DAY_OF_MONTH = 2;
const DAY_OF_WEEK = 4;
const FIELDS: readonly Field[] = [
    { first: 0, last: 59 },
    { first: 0, last: 23 },
    { first: 1, last: 31 },
    { first: 1, last: 12, names: MONTHS },
    { first: 0, last: 6, names: WEEKDAYS },
];

/** `cron(…)`, or the sentence why AWS cannot say it. The expression is a legal one of five fields. */
export function awsCron(expression: string): { readonly cron: string } | { readonly problem: string } {
    const texts = expression.trim().toUpperCase().split(/\s+/);
    const odd = texts.find((text) => !/^[0-9A-Z*,/-]+$/.test(text) || /^L|[0-9]L$|W$/.test(text));
    if (odd !== undefined) {
        return { problem: `"${odd}" is not plain cron; use numbers, names, lists, ranges and steps.` };
    }
    const sets = FIELDS.map((field, index) => valuesOf(field, texts[index] ?? "*"));
    const [minute, hour, day, month, weekday] = sets.map((values, index) => print(FIELDS[index], values));
    // Cron fires when either day matches, unless the other field is a star; AWS knows one of the two only.
    if (texts[DAY_OF_MONTH] === "*") return six([minute, hour, weekday === "*" ? "*" : "?", month, weekday]);
    if (texts[DAY_OF_WEEK] === "*") return six([minute, hour, day, month, "*"]);
    if (day === "*" || weekday === "*") return six([minute, hour, "*", month, "*"]);
    return {
        problem: "EventBridge Scheduler cannot join day of month and weekday; write two entries, one for each.",
    };
}

function six([minute, hour, day, month, weekday]: readonly (string | undefined)[]): { readonly cron: string } {
    return { cron: `cron(${[minute, hour, day, month, weekday === "*" ? "?" : weekday, "*"].join(" ")})` };
}

function valuesOf(field: Field, text: string): ReadonlySet<number> {
    return new Set(text.split(",").flatMap((part) => rangeOf(field, part)));
}

function rangeOf(field: Field, part: string): readonly number[] {
    const [range = "", step = "1"] = part.split("/");
    const [from, to] = range === "*" ? [field.first, field.last] : bounds(field, range);
    const all = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    // 7 is Sunday too, for a weekday.
    return all.filter((_, index) => index % Number(step) === 0).map((n) => (isWeekday(field) ? n % 7 : n));
}

function bounds(field: Field, range: string): readonly [number, number] {
    const [from, to] = range.split("-").map((text) => numberOf(field, text));
    const start = from ?? field.first;
    const end = to ?? start;
    // "SAT-SUN": Sunday is 0 by name.
    return [start, isWeekday(field) && end < start ? end + 7 : end];
}

function numberOf({ first, names }: Field, text: string): number {
    const named = names?.indexOf(text.slice(0, 3)) ?? -1;
    return named < 0 ? Number(text) : named + first;
}

function isWeekday({ names }: Field): boolean {
    return names === WEEKDAYS;
}

/** A star, or runs of values: `1-5,7`. */
function print(field: Field | undefined, values: ReadonlySet<number>): string {
    if (field === undefined) return "*";
    const { first, last } = field;
    if (values.size === last - first + 1) return "*";
    const name = (value: number) => (isWeekday(field) ? (WEEKDAYS[value] ?? "") : String(value));
    const sorted = [...values].sort((a, b) => a - b);
    const starts = sorted.filter((value) => !values.has(value - 1));
    return starts
        .map((start) => {
            const end = sorted.find((value) => value >= start && !values.has(value + 1));
            return [start, end === start ? undefined : end].filter(isDefined).map(name).join("-");
        })
        .join(",");
}
