import { readdir, rm, rmdir, stat } from "node:fs/promises";
import * as path from "node:path";

/** Size at which a segment is finished and the next one begun. */
export const SEGMENT_BYTES = 16 * 1024 * 1024;
export const ARCHIVE = "archive";

/**
 * One file of a sink: `<sink>/<app>/<YYYY-MM-DD>[.N].ndjson`, or `<sink>/archive/<app>/….ndjson.gz`. An app of another
 * stack has `<app>@<stack>` for `<app>`, as no two supervisors may write to one file.
 */
export interface Segment {
    readonly path: string;
    /** Name of the app's folder. */
    readonly app: string;
    /** Day (UTC) of all its records. */
    readonly date: string;
    readonly index: number;
    readonly bytes: number;
    readonly compressed: boolean;
}

/** Between an app and its stack; no app's own folder has it, since it is escaped there. */
const OF_STACK = "@";

/** Folder name of an app. @param stack Id of its stack, when the sink is another one's. */
export function appFolder(app: string, stack?: string): string {
    const safe = app.replace(/[^A-Za-z0-9_.-]/gu, (character) => encodeURIComponent(character));
    // Neither a hidden folder, nor a way out of the sink, nor the archive's own folder.
    const own = /^\.|^$/.test(safe) || safe === ARCHIVE ? `_${safe}` : safe;
    return stack === undefined ? own : `${own}${OF_STACK}${stack}`;
}

/** Whether a folder is written to by the stack of this id; undefined: the sink's own. */
export function isOfStack(folder: string, stack: string | undefined): boolean {
    return folder.split(OF_STACK)[1] === stack;
}

export function segmentName(date: string, index: number): string {
    return index === 0 ? `${date}.ndjson` : `${date}.${index}.ndjson`;
}

/** Segments of a sink, or of all apps of one name in it, oldest first; of an app, that is also the order of their records. */
export async function listSegments(folder: string, app?: string): Promise<Segment[]> {
    const plain = await listIn(folder, app, false);
    const known = new Set(plain.map(keyOf));
    // A segment that is being archived exists twice for a moment.
    const archived = (await listIn(path.join(folder, ARCHIVE), app, true)).filter(
        (segment) => !known.has(keyOf(segment)),
    );
    return [...archived, ...plain].sort(
        (a, b) => compare(a.date, b.date) || compare(a.app, b.app) || a.index - b.index,
    );
}

/** Deletes a segment and, with the last one, its app's folder. */
export async function deleteSegment(segment: Segment): Promise<void> {
    await rm(segment.path, { force: true });
    await rmdir(path.dirname(segment.path)).catch(() => undefined); // Not empty, or gone already.
}

async function listIn(folder: string, app: string | undefined, compressed: boolean): Promise<Segment[]> {
    const wanted = app && appFolder(app);
    const isWanted = (name: string) => wanted === undefined || name.split(OF_STACK)[0] === wanted;
    const apps = (await namesIn(folder)).filter(isWanted);
    const pattern = compressed
        ? /^(\d{4}-\d{2}-\d{2})(?:\.(\d+))?\.ndjson\.gz$/
        : /^(\d{4}-\d{2}-\d{2})(?:\.(\d+))?\.ndjson$/;
    const segments: Segment[] = [];
    for (const name of apps) {
        if (name === ARCHIVE) continue;
        for (const entry of await namesIn(path.join(folder, name))) {
            const [, date, index = "0"] = pattern.exec(entry) ?? [];
            if (date === undefined) continue;
            const file = path.join(folder, name, entry);
            const size = await stat(file).then(
                (found) => found.size,
                () => undefined, // Deleted meanwhile.
            );
            if (size === undefined) continue;
            segments.push({ path: file, app: name, date, index: Number(index), bytes: size, compressed });
        }
    }
    return segments;
}

async function namesIn(folder: string): Promise<string[]> {
    return readdir(folder).catch(() => []);
}

function keyOf(segment: Segment): string {
    return `${segment.app}/${segment.date}.${segment.index}`;
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
