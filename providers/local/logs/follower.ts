import { fstatSync, ftruncateSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { LineSplitter } from "./lines.js";
import { type Position, readPosition, writePosition } from "./position.js";
import { countLines, punchHole, RECLAIM_BYTES } from "./reclaim.js";

const CHUNK_BYTES = 256 * 1024;
/** At most this much in one poll, so that others get their turn. */
const POLL_BYTES = 4 * 1024 * 1024;
const SAVE_MILLISECONDS = 1000;
/** Who is further behind skips forward … */
export const BEHIND_BYTES = 64 * 1024 * 1024;
/** … to this much before the end. */
const KEPT_BYTES = 16 * 1024 * 1024;

/** One buffer for all followers: each uses it only between two of its own steps. */
const spare: Buffer[] = [];

/**
 * Follows a file that a replica appends to (opened with O_APPEND by whoever started it), over restarts of this process
 * and without ever being in the replica's way.
 *
 * **Lost or doubled lines.** The position that is saved is the one of a save (a second) before, when all its lines were
 * surely written by the sink (100 ms). So a killed supervisor loses nothing and doubles the lines of about two seconds;
 * one that closes its followers in order does neither. A power failure may lose or double more.
 *
 * **Space.** On Linux what has been followed is freed while the file goes on (`fallocate --punch-hole`): its size grows,
 * its blocks do not. Elsewhere the file is emptied when it has been read to its end and exceeds 8 MiB; because of
 * O_APPEND the replica then goes on at its beginning. Bytes that are written within the microseconds between the look
 * at its size and emptying it are lost there, and lines of the last 100 ms if this process is killed just then.
 * In both cases whoever is more than 64 MiB behind skips forward, and says how much was dropped; where files are
 * emptied, also whoever does not reach the end of 128 MiB.
 */
export class RawFollower {
    readonly #path: string;
    readonly #positionFile: string;
    readonly #onLine: (line: string, stream?: "system") => void;
    #splitter: LineSplitter;
    #file: FileHandle | undefined;
    #inode = 0;
    /** Bytes read. */
    #offset = 0;
    /** Position at the last save: what the next save may write down. */
    #settled: Position | undefined;
    #saved: Position | undefined;
    #savedAt = performance.now();
    #freed = 0;
    #canPunch: boolean;
    #busy: Promise<unknown> = Promise.resolve();

    /**
     * @param file The raw file; it may come later.
     * @param offsetFile Keeps the position.
     * @param onLine Takes each line; with `"system"` a message about the following itself.
     * @param reclaim How space is given back; "punch" falls back to "empty" where it is not possible.
     */
    constructor(
        file: string,
        offsetFile: string,
        onLine: (line: string, stream?: "system") => void,
        reclaim: "punch" | "empty" = "punch",
    ) {
        this.#path = file;
        this.#positionFile = offsetFile;
        this.#onLine = onLine;
        this.#splitter = new LineSplitter(onLine);
        this.#canPunch = reclaim === "punch";
    }

    /** Gives out the lines that have come. @returns True if there were any: poll again at once. */
    poll(): Promise<boolean> {
        return this.#alone(() => this.#poll());
    }

    /** Gives out everything, also a last line without an end: for when the replica is gone. */
    drain(): Promise<void> {
        return this.#alone(async () => {
            while (await this.#poll());
            this.#splitter.finish();
        });
    }

    /** Saves the exact position: flush the sink before, so that a position is not ahead of it. */
    close(): Promise<void> {
        return this.#alone(async () => {
            if (this.#file === undefined) return;
            this.#write(this.#position());
            await this.#file.close();
            this.#file = undefined;
        });
    }

    /** One call after the other. */
    #alone<T>(work: () => Promise<T>): Promise<T> {
        const result = this.#busy.then(work);
        this.#busy = result.catch(() => undefined);
        return result;
    }

    async #poll(): Promise<boolean> {
        if (this.#file === undefined && !(await this.#open())) return false;
        const file = this.#file as FileHandle;
        const { size } = fstatSync(file.fd);
        if (size < this.#offset) this.#begin(new LineSplitter(this.#onLine));
        // Without holes, also a file that never is read to its end must not grow for ever.
        const tooLong = !this.#canPunch && size > 2 * BEHIND_BYTES;
        if (size - this.#offset > BEHIND_BYTES || tooLong) await this.#skip(file, size);
        const read = await this.#read(file);
        if (!same(this.#position(), this.#saved)) await this.#tidy();
        if (!this.#canPunch && read.atEnd && this.#offset > RECLAIM_BYTES) this.#empty(file);
        return read.bytes > 0;
    }

    async #open(): Promise<boolean> {
        let file: FileHandle;
        try {
            // For writing too: it may have to be emptied.
            file = await open(this.#path, "r+");
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
            throw error;
        }
        const { ino, size } = await file.stat();
        const saved = readPosition(this.#positionFile);
        const usable = saved !== undefined && saved.inode === ino && saved.offset <= size ? saved : undefined;
        this.#file = file;
        this.#inode = ino;
        this.#offset = usable?.offset ?? 0;
        this.#splitter = new LineSplitter(this.#onLine, usable?.cut ?? false);
        this.#freed = 0;
        this.#saved = this.#position();
        this.#settled = this.#saved;
        return true;
    }

    async #read(file: FileHandle): Promise<{ readonly bytes: number; readonly atEnd: boolean }> {
        const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
        let bytes = 0;
        let atEnd = false;
        try {
            while (bytes < POLL_BYTES && !atEnd) {
                const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#offset);
                this.#offset += bytesRead;
                bytes += bytesRead;
                if (bytesRead > 0) this.#splitter.push(buffer.subarray(0, bytesRead));
                atEnd = bytesRead < buffer.length;
            }
        } finally {
            spare.push(buffer);
        }
        return { bytes, atEnd };
    }

    async #tidy(): Promise<void> {
        if (performance.now() - this.#savedAt >= SAVE_MILLISECONDS) {
            if (this.#settled !== undefined) this.#write(this.#settled);
            this.#settled = this.#position();
        }
        const done = this.#saved?.offset ?? 0;
        if (this.#canPunch && done - this.#freed >= RECLAIM_BYTES) {
            const freed = await punchHole(this.#path, this.#freed, done);
            this.#canPunch = freed !== undefined;
            this.#freed = freed ?? this.#freed;
        }
    }

    /** Reads what is left and empties the file. Nothing asynchronous in here: see the race in the class' description. */
    #empty(file: FileHandle): void {
        const tail: Buffer[] = [];
        let end = this.#offset;
        for (;;) {
            const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
            const bytesRead = readSync(file.fd, buffer, 0, buffer.length, end);
            if (bytesRead === 0) break;
            tail.push(buffer.subarray(0, bytesRead));
            end += bytesRead;
            // An app that is faster than this is never caught up with; the next time, or the skip, will do.
            if (end - this.#offset > POLL_BYTES) return;
        }
        ftruncateSync(file.fd, 0);
        this.#begin(this.#splitter);
        for (const chunk of tail) this.#splitter.push(chunk);
    }

    async #skip(file: FileHandle, size: number): Promise<void> {
        const from = this.#position().offset;
        // Emptying is all or nothing; otherwise the latest lines are kept.
        const target = this.#canPunch ? size - KEPT_BYTES : size;
        let lines = await countLines(file, from, target);
        let to = target;
        if (this.#canPunch) {
            this.#offset = to;
            // On to the end of the line that this is in, or after.
            this.#splitter = new LineSplitter(this.#onLine, true);
            lines++;
            this.#settled = this.#position();
            this.#write(this.#settled);
        } else {
            const last = Buffer.alloc(1);
            to = fstatSync(file.fd).size;
            readSync(file.fd, last, 0, 1, to - 1);
            ftruncateSync(file.fd, 0);
            const withinLine = last[0] !== 0x0a;
            if (withinLine) lines++;
            this.#begin(new LineSplitter(this.#onLine, withinLine));
        }
        this.#onLine(
            `${to - from} bytes (about ${lines} lines) were dropped: they are written faster than they can be stored`,
            "system",
        );
    }

    /** The file is empty: it was emptied here, or by somebody else. */
    #begin(splitter: LineSplitter): void {
        this.#offset = 0;
        this.#freed = 0;
        this.#splitter = splitter;
        this.#settled = this.#position();
        this.#write(this.#settled);
    }

    #position(): Position {
        const { bytes, cut } = this.#splitter.unfinished;
        return { inode: this.#inode, offset: Math.max(0, this.#offset - bytes), cut };
    }

    #write(position: Position): void {
        writePosition(this.#positionFile, position);
        this.#saved = position;
        this.#savedAt = performance.now();
    }
}

function same(a: Position | undefined, b: Position | undefined): boolean {
    return a?.offset === b?.offset && a?.cut === b?.cut && a?.inode === b?.inode;
}
