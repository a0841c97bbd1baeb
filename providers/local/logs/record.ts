/** One line that a process wrote, or that the supervisor wrote about it (`system`). */
export interface LogRecord {
    /** When the line was read: ISO 8601, UTC, milliseconds. */
    readonly time: string;
    readonly app: string;
    /** `<project>/<stack>` of the app, when the sink is another stack's. */
    readonly stack?: string;
    readonly process: string;
    readonly replica: string;
    readonly release: string;
    readonly stream: "stdout" | "stderr" | "system";
    /** The line as it was written, without its end. */
    readonly line: string;
    /** trace, debug, info, warn, error or fatal where the line says so in a usual way, else its own word. */
    readonly level?: string;
    /** All fields of a line that is a JSON object: always the fields of `line`. */
    readonly fields?: Record<string, unknown>;
}

let lastMillisecond = Number.NaN;
let lastTimestamp = "";

/** The `time` of a record of now. Under a flood thousands of lines share a millisecond, so the text is kept. */
export function timestamp(): string {
    const now = Date.now();
    if (now !== lastMillisecond) {
        lastMillisecond = now;
        lastTimestamp = new Date(now).toISOString();
    }
    return lastTimestamp;
}

/** From unimportant to important. */
export const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

const SYNONYMS: Readonly<Record<string, string>> = {
    warning: "warn",
    err: "error",
    severe: "error",
    critical: "fatal",
    crit: "fatal",
    alert: "fatal",
    emergency: "fatal",
    emerg: "fatal",
    panic: "fatal",
    notice: "info",
    information: "info",
    informational: "info",
    default: "info",
    verbose: "debug",
};

/**
 * What a line says of itself. A JSON object keeps its fields, and its `level` or `severity` becomes the level, as
 * names or as the numbers of pino and bunyan (10 trace … 60 fatal); any other line has neither.
 */
export function parseLine(line: string): { level?: string; fields?: Record<string, unknown> } {
    // Cheap refusal of nearly all plain text.
    if (line.charCodeAt(0) !== 0x7b || line.charCodeAt(line.length - 1) !== 0x7d) return {};
    let fields: Record<string, unknown>;
    try {
        fields = JSON.parse(line) as Record<string, unknown>;
    } catch {
        return {};
    }
    const level = levelOf(fields.level ?? fields.severity);
    return level === undefined ? { fields } : { level, fields };
}

/** The common name of a level, or the name itself in lower case. */
export function levelOf(value: unknown): string | undefined {
    if (typeof value === "number" && value >= 10 && value < 70) return LEVELS[Math.floor(value / 10) - 1];
    if (typeof value !== "string" || value === "") return undefined;
    const name = value.toLowerCase();
    return SYNONYMS[name] ?? name;
}

/** True when a record of this level is as important as asked for; words that are no usual level must be equal. */
export function isAtLeast(level: string | undefined, wanted: string): boolean {
    const least = levelOf(wanted) ?? wanted;
    const rank = LEVELS.indexOf(least as (typeof LEVELS)[number]);
    if (level === undefined || rank < 0) return level === least;
    return LEVELS.indexOf(level as (typeof LEVELS)[number]) >= rank;
}

const FIELDS = ',"fields":';

/**
 * A record as one line of a segment. A JSON line is stored once, as it is, as the value of `fields`, which comes last;
 * so no second copy is needed to give the exact line back.
 */
export function formatRecord(record: LogRecord): string {
    const level = record.level === undefined ? "" : `,"level":${JSON.stringify(record.level)}`;
    const head = `{"time":${JSON.stringify(record.time)}${originOf(record)}${level}`;
    const { line, fields } = record;
    return fields === undefined ? `${head},"line":${JSON.stringify(line)}}\n` : `${head}${FIELDS}${line}}\n`;
}

/** The record of one line of a segment, or undefined when the line was torn. */
export function readRecord(text: string): LogRecord | undefined {
    let stored: Record<string, unknown>;
    try {
        stored = JSON.parse(text) as Record<string, unknown>;
    } catch {
        return undefined;
    }
    if (typeof stored !== "object" || stored === null || typeof stored.time !== "string") return undefined;
    if (typeof stored.line === "string") return stored as unknown as LogRecord;
    // No value before it can contain this text: quotes within values are escaped.
    const at = text.indexOf(FIELDS);
    if (at < 0) return undefined;
    const line = text.slice(at + FIELDS.length, text.lastIndexOf("}"));
    const { fields, ...rest } = stored;
    return { ...rest, line, fields } as unknown as LogRecord;
}

let lastOrigin: LogRecord | undefined;
let lastOriginText = "";

/** The part of a line that is equal for thousands of records in a row. */
function originOf(record: LogRecord): string {
    const last = lastOrigin;
    if (
        last === undefined ||
        last.replica !== record.replica ||
        last.app !== record.app ||
        last.stack !== record.stack ||
        last.process !== record.process ||
        last.release !== record.release ||
        last.stream !== record.stream
    ) {
        const { app, stack, process, replica, release, stream } = record;
        lastOriginText = `,${JSON.stringify({ app, stack, process, replica, release, stream }).slice(1, -1)}`;
        lastOrigin = record;
    }
    return lastOriginText;
}
