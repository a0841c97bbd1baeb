import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { LogsSpec } from "../spec.js";
import { ARCHIVE, deleteSegment, listSegments, type Segment } from "./segments.js";

const DAY_MILLISECONDS = 86_400_000;

/**
 * Deletes (or archives, when the spec says so) the segments whose youngest record is older than `retentionDays`, the
 * archived ones `archiveDays` after that, and then the oldest until the sink is within `maxMiB`. The newest segment of
 * each app is left to its writer, which keeps the bound while it writes.
 */
export async function applyRetention(folder: string, spec: LogsSpec, now: Date): Promise<void> {
    await deleteUnfinished(folder);
    for (const segment of await listSegments(folder)) {
        const ageDays = (now.getTime() - Date.parse(`${segment.date}T00:00:00Z`)) / DAY_MILLISECONDS - 1;
        const { retentionDays, archiveDays } = spec;
        if (segment.compressed) {
            if (ageDays >= retentionDays + (archiveDays ?? 0)) await deleteSegment(segment);
        } else if (ageDays >= retentionDays) {
            if (archiveDays !== undefined && ageDays < retentionDays + archiveDays) await archive(folder, segment);
            await deleteSegment(segment);
        }
    }
    await trim(folder, spec.maxMiB * 1024 * 1024);
}

async function trim(folder: string, mostBytes: number): Promise<void> {
    const segments = await listSegments(folder);
    const newest = new Map(segments.filter(({ compressed }) => !compressed).map((segment) => [segment.app, segment]));
    let total = segments.reduce((sum, segment) => sum + segment.bytes, 0);
    for (const segment of segments) {
        if (total <= mostBytes) return;
        if (newest.get(segment.app) === segment) continue;
        await deleteSegment(segment);
        total -= segment.bytes;
    }
}

/** The archived copy appears whole or not at all. */
async function archive(folder: string, segment: Segment): Promise<void> {
    const target = path.join(folder, ARCHIVE, segment.app, `${path.basename(segment.path)}.gz`);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    const unfinished = `${target}.tmp`;
    await pipeline(createReadStream(segment.path), createGzip(), createWriteStream(unfinished, { mode: 0o600 }));
    await rename(unfinished, target);
}

/** What an archiving that was killed has left. */
async function deleteUnfinished(folder: string): Promise<void> {
    const entries = await readdir(path.join(folder, ARCHIVE), { recursive: true }).catch(() => []);
    for (const entry of entries) {
        if (entry.endsWith(".gz.tmp")) await rm(path.join(folder, ARCHIVE, entry), { force: true });
    }
}
