import { AppSegment } from "./app-segment.js";
import { Batch } from "./batch.js";
import { formatRecord, type LogRecord, timestamp } from "./record.js";
import { appFolder, deleteSegment, isOfStack, listSegments, SEGMENT_BYTES, type Segment } from "./segments.js";

const FLUSH_MILLISECONDS = 100;
/** Enough for reading and writing to go on at the same time. */
const SETTLED_BYTES = 8 * 1024 * 1024;
/** More than this waits in memory only while the disk is far too slow; then lines are dropped and counted. */
const WAITING_BYTES = 32 * 1024 * 1024;

export interface SinkWriterOptions {
    /** Upper bound of the whole sink, archive included. */
    readonly maxMiB: number;
    /** Id of the stack that writes, when the sink is another one's: its lines get folders of their own. */
    readonly stack?: string;
    /** Called with every record, in order, before it is written. */
    readonly onRecord?: (record: LogRecord) => void;
}

/**
 * Writes records to the segments of one sink; each stack must have only one writer per sink folder. Nothing here throws because of
 * the disk: what cannot be written is dropped and counted, and a `system` record says so once writing works again.
 */
export class SinkWriter {
    readonly #folder: string;
    readonly #options: SinkWriterOptions;
    readonly #open = new Map<string, AppSegment>();
    readonly #folders = new Map<string, string>();
    readonly #segmentBytes: number;
    #batches: Batch[] = [];
    #waiting = 0;
    #writing: Promise<void> = Promise.resolve();
    #timer: NodeJS.Timeout | undefined;
    #totalBytes: number | undefined;
    #dropped = 0;
    #unreported = 0;
    #cause = "";
    /** Whose record came last: the one to be told about losses. */
    #origin: LogRecord | undefined;

    constructor(folder: string, options: SinkWriterOptions) {
        this.#folder = folder;
        this.#options = options;
        // Small sinks need small segments, as whole segments are deleted.
        this.#segmentBytes = Math.max(64 * 1024, Math.min(SEGMENT_BYTES, (options.maxMiB * 1024 * 1024) / 4));
    }

    /** Lines lost since this writer exists. */
    get dropped(): number {
        return this.#dropped;
    }

    /** Never waits and never throws; the record is on its way to the file within 100 ms. */
    append(record: LogRecord): void {
        this.#options.onRecord?.(record);
        this.#enqueue(record);
    }

    /** Resolves when what was appended before is in the files. */
    flush(): Promise<void> {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        const batches = this.#batches;
        this.#batches = [];
        this.#writing = this.#writing.then(() => this.#writeAll(batches));
        return this.#writing;
    }

    /** Waits only while much is unwritten: for readers that would otherwise be faster than the disk. */
    async settle(): Promise<void> {
        if (this.#waiting > SETTLED_BYTES) await this.flush();
    }

    async close(): Promise<void> {
        await this.flush();
        if (this.#unreported > 0) this.#reportLosses();
        // Also what a write has reported just now.
        await this.flush();
        await Promise.all([...this.#open.values()].map((segment) => segment.close()));
        this.#open.clear();
    }

    #enqueue(record: LogRecord): void {
        this.#origin = record;
        if (this.#waiting > WAITING_BYTES) {
            this.#countLoss(1, "the disk is too slow");
            return;
        }
        const text = formatRecord(record);
        const date = record.time.slice(0, 10);
        const folder = this.#folderOf(record.app);
        const batch = this.#batches.findLast((candidate) => candidate.folder === folder);
        const before = batch?.length ?? 0;
        if (batch?.date === date && batch.add(text)) {
            this.#waiting += batch.length - before;
        } else {
            // A full one is written at once.
            if (batch?.date === date) void this.flush();
            const next = new Batch(folder, date, text);
            this.#batches.push(next);
            this.#waiting += next.length;
        }
        this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MILLISECONDS);
    }

    #folderOf(app: string): string {
        let folder = this.#folders.get(app);
        if (folder === undefined) {
            folder = appFolder(app, this.#options.stack);
            this.#folders.set(app, folder);
        }
        return folder;
    }

    async #writeAll(batches: readonly Batch[]): Promise<void> {
        for (const batch of batches) {
            const { length } = batch;
            const written = await this.#write(batch);
            batch.free();
            this.#waiting -= length;
            if (written && this.#unreported > 0) this.#reportLosses();
        }
    }

    /** @returns False when the batch was lost. */
    async #write(batch: Batch): Promise<boolean> {
        const { bytes } = batch;
        let segment = this.#open.get(batch.folder);
        if (segment === undefined) {
            segment = new AppSegment(this.#folder, batch.folder, this.#segmentBytes);
            this.#open.set(batch.folder, segment);
        }
        try {
            await this.#makeRoom(bytes.length);
            await segment.append(batch.date, bytes);
            this.#totalBytes = (this.#totalBytes ?? 0) + bytes.length;
            return true;
        } catch (error) {
            const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
            const lost = bytes.subarray(segment.written).toString("latin1").split("\n").length - 1;
            this.#countLoss(lost, code === "ENOSPC" ? "the disk is full" : `writing failed (${code})`);
            return false;
        }
    }

    async #makeRoom(bytes: number): Promise<void> {
        const most = this.#options.maxMiB * 1024 * 1024;
        if (this.#totalBytes !== undefined && this.#totalBytes + bytes <= most) return;
        // Looked up again each time: retention may have deleted some.
        const segments = await listSegments(this.#folder);
        const others = this.#inUseByOthers(segments);
        let total = segments.reduce((sum, segment) => sum + segment.bytes, 0);
        for (const segment of segments) {
            if (total + bytes <= most) break;
            if (others.has(segment)) continue;
            await this.#open.get(segment.app)?.leave(segment.path);
            await deleteSegment(segment);
            total -= segment.bytes;
        }
        this.#totalBytes = total;
    }

    /** Segments that another stack may have open: it would go on writing to a file that is gone. */
    #inUseByOthers(segments: readonly Segment[]): Set<Segment> {
        const theirs = segments.filter(({ app, compressed }) => !compressed && !isOfStack(app, this.#options.stack));
        return new Set(new Map(theirs.map((segment) => [segment.app, segment])).values());
    }

    #countLoss(lines: number, cause: string): void {
        this.#dropped += lines;
        this.#unreported += lines;
        this.#cause = cause;
    }

    #reportLosses(): void {
        if (this.#origin === undefined) return;
        const line = `${this.#unreported} log lines of this sink were dropped: ${this.#cause}`;
        this.#unreported = 0;
        const { fields: _fields, ...origin } = this.#origin;
        this.append({ ...origin, time: timestamp(), stream: "system", line, level: "warn" });
    }
}
