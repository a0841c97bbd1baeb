/** Longer lines are cut: 64 KiB. */
export const LINE_BYTES = 64 * 1024;
export const CUT_MARK = " … [cut: the line is longer than 64 KiB]";

const NEWLINE = 0x0a;

/** What has been read of a line whose end has not come yet. */
export interface Unfinished {
    /** Bytes since the end of the last line. */
    readonly bytes: number;
    /** The line was cut and given out already; the rest of it is skipped. */
    readonly cut: boolean;
}

/**
 * Makes lines of chunks of bytes. A character never spans lines, and the byte of a newline is part of no other
 * character in UTF-8; so decoding whole lines needs no care at the borders of chunks.
 */
export class LineSplitter {
    readonly #onLine: (line: string) => void;
    #rest: Buffer = Buffer.alloc(0);
    #cut: boolean;

    /** @param cut True to begin within a line that was given out already. */
    constructor(onLine: (line: string) => void, cut = false) {
        this.#onLine = onLine;
        this.#cut = cut;
    }

    get unfinished(): Unfinished {
        return { bytes: this.#rest.length, cut: this.#cut };
    }

    /** The chunk may be used for other things afterwards. */
    push(chunk: Buffer): void {
        let start = 0;
        if (this.#cut) {
            const end = chunk.indexOf(NEWLINE);
            if (end < 0) return;
            this.#cut = false;
            start = end + 1;
        }
        // What a hole of a file or a lost truncation leaves is not text.
        if (this.#rest.length === 0) while (chunk[start] === 0) start++;
        const end = chunk.lastIndexOf(NEWLINE);
        if (end < start) {
            this.#keep(chunk.subarray(start));
            return;
        }
        if (this.#rest.length > 0) {
            const first = chunk.indexOf(NEWLINE, start);
            this.#emit(Buffer.concat([this.#rest, chunk.subarray(start, first)]).toString("utf8"));
            this.#rest = Buffer.alloc(0);
            start = first + 1;
        }
        if (start <= end) this.#emitAll(chunk.toString("utf8", start, end));
        this.#keep(chunk.subarray(end + 1));
    }

    /** Gives out a last line without an end. */
    finish(): void {
        const rest = this.#rest;
        this.#rest = Buffer.alloc(0);
        this.#cut = false;
        if (rest.length > 0) this.#emit(rest.toString("utf8"));
    }

    #keep(bytes: Buffer): void {
        // A copy, as the chunk is used again.
        this.#rest = Buffer.concat([this.#rest, bytes]);
        // One more may be a carriage return, which does not count.
        if (this.#rest.length <= LINE_BYTES + 1) return;
        this.#emit(this.#rest.toString("utf8", 0, LINE_BYTES + 2));
        this.#rest = Buffer.alloc(0);
        this.#cut = true;
    }

    #emitAll(text: string): void {
        let start = 0;
        for (;;) {
            const end = text.indexOf("\n", start);
            this.#emit(end < 0 ? text.slice(start) : text.slice(start, end));
            if (end < 0) return;
            start = end + 1;
        }
    }

    #emit(line: string): void {
        const text = line.endsWith("\r") ? line.slice(0, -1) : line;
        // No character has more than three bytes per UTF-16 unit, so short lines need no counting.
        this.#onLine(text.length * 3 <= LINE_BYTES ? text : cutLine(text));
    }
}

/** At most 64 KiB of UTF-8 and the mark. */
export function cutLine(line: string): string {
    const bytes = Buffer.from(line);
    if (bytes.length <= LINE_BYTES) return line;
    let end = LINE_BYTES;
    // Not within a character: its later bytes are 10xxxxxx.
    while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
    return bytes.toString("utf8", 0, end) + CUT_MARK;
}
