import { setTimeout as sleep } from "node:timers/promises";
import { endOfLines, linesOf } from "./read-segment.js";
import type { LogRecord } from "./record.js";
import { type Extent, filterOf, type LogQuery, lanesOf, searchExtents, selectRecords } from "./search.js";
import { listSegments, type Segment } from "./segments.js";

const POLL_MILLISECONDS = 200;

/**
 * Records as they come, until the signal; in the order of time within each look (every 200 ms). With `since` or `limit`
 * what is there already comes first, and nothing between the two is missed or doubled.
 */
export async function* followLogs(query: LogQuery, signal: AbortSignal): AsyncGenerator<LogRecord> {
    const filter = filterOf(query);
    const ends = new Map<string, number>();
    const lanes: Extent[][] = [];
    for (const folder of query.folders) {
        const extents: Extent[] = [];
        for (const segment of await listSegments(folder, query.app)) {
            if (segment.compressed) {
                extents.push({ segment });
                continue;
            }
            const end = await endOfLines(segment);
            ends.set(segment.path, end);
            extents.push({ segment, end });
        }
        lanes.push(...lanesOf(extents));
    }
    if (query.since !== undefined || query.limit !== undefined) yield* searchExtents(lanes, query, filter);

    while (!signal.aborted) {
        const news: LogRecord[] = [];
        for (const segment of await growing(query, ends)) {
            const from = ends.get(segment.path) ?? 0;
            const end = await endOfLines(segment);
            for await (const lines of linesOf(segment, from, end)) news.push(...selectRecords(lines, filter));
            ends.set(segment.path, Math.max(from, end));
        }
        yield* news.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
        await sleep(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
}

/** Segments that have more than was read; deleted ones are forgotten. */
async function growing(query: LogQuery, ends: Map<string, number>): Promise<Segment[]> {
    const lists = await Promise.all(query.folders.map((folder) => listSegments(folder, query.app)));
    const plain = lists.flat().filter((segment) => !segment.compressed);
    const present = new Set(plain.map((segment) => segment.path));
    for (const known of ends.keys()) if (!present.has(known)) ends.delete(known);
    return plain.filter((segment) => segment.bytes > (ends.get(segment.path) ?? 0));
}
