import { Cron } from "croner";
import { shown } from "./errors.js";
import type { Check } from "./fields.js";

/** A cron expression of five fields, which is what every target understands. */
export const cron: Check = (value, path) => {
    const allowed = 'five fields (minute, hour, day of month, month, day of week), for example "0 6 * * 1"';
    if (typeof value !== "string") return [`${path} is ${shown(value)}; allowed: ${allowed}.`];
    const fields = value.trim().split(/\s+/);
    if (fields.length !== 5)
        return [
            `${path} is ${shown(value)}, which has ${fields.length === 1 ? "one field" : `${fields.length} fields`}; allowed: ${allowed}.`,
        ];
    try {
        new Cron(value, { paused: true });
        return [];
    } catch (error) {
        const reason = (error instanceof Error ? error.message : String(error)).replace(/^CronPattern: /, "");
        return [`${path} is ${shown(value)}: ${reason}. Allowed: ${allowed}.`];
    }
};

/** A time zone of the IANA database. */
export const timeZone: Check = (value, path) => {
    try {
        if (typeof value === "string") {
            new Intl.DateTimeFormat("en", { timeZone: value });
            return [];
        }
    } catch {
        // Falls through to the sentence below: Intl has no other way of asking.
    }
    return [`${path} is ${shown(value)}; allowed: a time zone of the IANA database, for example "Europe/Berlin".`];
};
