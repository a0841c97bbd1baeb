import { linesOf } from "./read-segment.js";
import { isAtLeast, type LogRecord, readRecord } from "./record.js";
import { listSegments, type Segment } from "./segments.js";

export interface LogQuery {
    /** Folders of the sinks to look in. */
    readonly folders: readonly string[];
    readonly app?: string;
    /** From this time on. */
    readonly since?: Date;
    /** Before this time. */
    readonly until?: Date;
    /** This level or a more important one (trace, debug, info, warn, error, fatal); any other word: exactly that. */
    readonly level?: string;
    /** Text that the line contains, or a regular expression `/…/` or `/…/i`. */
    readonly text?: string;
    /** Only the newest so many. */
    readonly limit?: number;
}

/** A condition on stored lines. */
export interface Filter {
    /** False when the stored line can't match; much cheaper than reading it. */
    mayMatch(stored: string): boolean;
    matches(record: LogRecord): boolean;
}

/** Part of a segment: all of it, or up to a size. */
export interface Extent {
    readonly segment: Segment;
    readonly end?: number;
}

/**
 * Records of several sinks in the order of time. Lines that were torn by a crash are passed over.
 *
 * @throws Error when `text` is a regular expression that cannot be read.
 */
export async function* searchLogs(query: LogQuery): AsyncGenerator<LogRecord> {
    const filter = filterOf(query);
    const lanes: Extent[][] = [];
    for (const folder of query.folders) {
        lanes.push(...lanesOf((await listSegments(folder, query.app)).map((segment) => ({ segment }))));
    }
    yield* searchExtents(lanes, query, filter);
}

/** As {@link searchLogs}, in what is given: one lane for each app of each sink, oldest segment first. */
export async function* searchExtents(
    lanes: readonly (readonly Extent[])[],
    query: LogQuery,
    filter: Filter,
): AsyncGenerator<LogRecord> {
    const relevant = lanes.map((lane) => lane.filter(({ segment }) => mayHold(segment, query)));
    if (query.limit === undefined) {
        yield* merge(relevant.map((lane) => recordsOf(lane, filter)));
        return;
    }
    const newest = await Promise.all(relevant.map((lane) => newestOf(lane, filter, query.limit ?? 0)));
    // Stable, so lines of the same millisecond stay in their order.
    const sorted = newest.flat().sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    yield* sorted.slice(Math.max(0, sorted.length - query.limit));
}

export function lanesOf(extents: readonly Extent[]): Extent[][] {
    const lanes = new Map<string, Extent[]>();
    for (const extent of extents) {
        const lane = lanes.get(extent.segment.app);
        if (lane === undefined) lanes.set(extent.segment.app, [extent]);
        else lane.push(extent);
    }
    return [...lanes.values()];
}

export function filterOf(query: LogQuery): Filter {
    const since = query.since?.toISOString();
    const until = query.until?.toISOString();
    const { app, level, text } = query;
    const matchesText = text === undefined ? () => true : textMatcher(text);
    // Text that JSON never escapes is found as it is in the stored line, too.
    const literal = text !== undefined && /^[\w .:@=-]+$/.test(text) ? text : undefined;
    return {
        mayMatch: (stored) => stored !== "" && (literal === undefined || stored.includes(literal)),
        matches: (record) =>
            (app === undefined || record.app === app) &&
            (since === undefined || record.time >= since) &&
            (until === undefined || record.time < until) &&
            (level === undefined || isAtLeast(record.level, level)) &&
            matchesText(record.line),
    };
}

/**
 * Test for a text that must be contained, or for `/a regular expression/`.
 *
 * @throws Error when the expression cannot be read.
 */
export function textMatcher(text: string): (line: string) => boolean {
    const [, pattern, flags = ""] = /^\/(.+)\/([imsu]*)$/s.exec(text) ?? [];
    if (pattern === undefined) return (line) => line.includes(text);
    let expression: RegExp;
    try {
        expression = new RegExp(pattern, flags);
    } catch (error) {
        throw new Error(
            `${text} is not a regular expression that can be read: ${(error as Error).message}. ` +
                "Leave the slashes out to look for plain text.",
        );
    }
    return (line) => expression.test(line);
}

function mayHold(segment: Segment, query: LogQuery): boolean {
    if (query.since !== undefined && segment.date < query.since.toISOString().slice(0, 10)) return false;
    return query.until === undefined || segment.date <= query.until.toISOString().slice(0, 10);
}

async function* recordsOf(extents: readonly Extent[], filter: Filter): AsyncGenerator<LogRecord[]> {
    for (const { segment, end } of extents) {
        for await (const lines of linesOf(segment, 0, end)) yield selectRecords(lines, filter);
    }
}

export function selectRecords(lines: readonly string[], filter: Filter): LogRecord[] {
    const records: LogRecord[] = [];
    for (const line of lines) {
        const record = filter.mayMatch(line) ? readRecord(line) : undefined;
        if (record !== undefined && filter.matches(record)) records.push(record);
    }
    return records;
}

/** From the newest segment backwards, so that a few lines are found without reading gigabytes. */
async function newestOf(lane: readonly Extent[], filter: Filter, limit: number): Promise<LogRecord[]> {
    let newest: LogRecord[] = [];
    for (const extent of lane.toReversed()) {
        const missing = limit - newest.length;
        if (missing <= 0) break;
        let last: LogRecord[] = [];
        for await (const records of recordsOf([extent], filter)) last = [...last, ...records].slice(-missing);
        newest = [...last, ...newest];
    }
    return newest;
}

/** Of streams that are in order each, one that is in order; equal times in the order of the streams. */
async function* merge(streams: readonly AsyncGenerator<LogRecord[]>[]): AsyncGenerator<LogRecord> {
    const lanes = streams.map((stream) => ({ stream, records: [] as LogRecord[], at: 0, open: true }));
    const refill = async (lane: (typeof lanes)[number]): Promise<void> => {
        while (lane.open && lane.at >= lane.records.length) {
            const { value, done } = await lane.stream.next();
            lane.records = done ? [] : value;
            lane.at = 0;
            lane.open = !done;
        }
    };
    try {
        await Promise.all(lanes.map(refill));
        for (;;) {
            let first: (typeof lanes)[number] | undefined;
            let firstTime = "";
            for (const lane of lanes) {
                const time = lane.records[lane.at]?.time;
                if (time === undefined || (first !== undefined && time >= firstTime)) continue;
                first = lane;
                firstTime = time;
            }
            const record = first?.records[first.at];
            if (first === undefined || record === undefined) return;
            yield record;
            first.at++;
            if (first.at >= first.records.length) await refill(first);
        }
    } finally {
        for (const { stream } of lanes) await stream.return(undefined);
    }
}
