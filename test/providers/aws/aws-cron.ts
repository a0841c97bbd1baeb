/**
 * What EventBridge Scheduler makes of a cron expression, written from its user guide alone: six fields, weekdays from
 * 1 = SUN or by name, and exactly one of the day fields is a question mark.
 */
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

export class AwsCron {
    private readonly fields: readonly string[];

    constructor(expression: string) {
        const inner = /^cron\((.*)\)$/.exec(expression)?.[1];
        if (inner === undefined) throw new Error(`${expression} is not cron(…)`);
        if (expression.length > 256) throw new Error(`${expression} is longer than 256 characters`);
        this.fields = inner.split(" ");
        if (this.fields.length !== 6) throw new Error(`${expression} has ${this.fields.length} fields`);
        const questions = [this.fields[2], this.fields[4]].filter((field) => field === "?").length;
        if (questions !== 1) throw new Error(`${expression} needs a ? in one of the day fields`);
        if (this.fields[5] !== "*") throw new Error(`${expression} names years`);
    }

    /** Whether it fires in this minute, UTC. */
    fires(time: Date): boolean {
        const [minute = "", hour = "", day = "", month = "", weekday = ""] = this.fields;
        return (
            holds(minute, time.getUTCMinutes(), 0, 59) &&
            holds(hour, time.getUTCHours(), 0, 23) &&
            holds(day, time.getUTCDate(), 1, 31) &&
            holds(month, time.getUTCMonth() + 1, 1, 12) &&
            holds(weekday, time.getUTCDay() + 1, 1, 7)
        );
    }
}

function holds(field: string, value: number, first: number, last: number): boolean {
    if (field === "*" || field === "?") return true;
    return field.split(",").some((part) => {
        const [from = Number.NaN, to = from] = part.split("-").map((text) => numberOf(text));
        if (!(first <= from && from <= to && to <= last)) throw new Error(`${part} is not within ${first} to ${last}`);
        return from <= value && value <= to;
    });
}

function numberOf(text: string): number {
    const weekday = WEEKDAYS.indexOf(text);
    if (weekday >= 0) return weekday + 1;
    if (!/^\d+$/.test(text)) throw new Error(`${text} is no number`);
    return Number(text);
}
