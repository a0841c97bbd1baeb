import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import type { Segment } from "./segments.js";

/**
 * The complete lines of a segment, up to a size (absent: all that is there). A segment that is deleted meanwhile, or
 * an archive that was not written to its end, has as many lines as can be read.
 */
export async function* linesOf(segment: Segment, from = 0, to?: number): AsyncGenerator<string[]> {
    if (to !== undefined && to <= from) return;
    const source = createReadStream(segment.path, {
        start: from,
        ...(to === undefined ? {} : { end: to - 1 }),
        highWaterMark: 256 * 1024,
    });
    const unpacked = segment.compressed ? createGunzip() : undefined;
    // Errors of the source do not reach the stream behind it by themselves.
    source.on("error", (error) => unpacked?.destroy(error));
    const stream = unpacked === undefined ? source : source.pipe(unpacked);
    let rest: Buffer = Buffer.alloc(0);
    try {
        for await (const piece of stream as AsyncIterable<Buffer>) {
            const end = piece.lastIndexOf(0x0a);
            if (end < 0) {
                rest = Buffer.concat([rest, piece]);
                continue;
            }
            const whole = rest.length === 0 ? piece.subarray(0, end) : Buffer.concat([rest, piece.subarray(0, end)]);
            rest = Buffer.from(piece.subarray(end + 1));
            yield whole.toString("utf8").split("\n");
        }
    } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? "";
        if (code !== "ENOENT" && !code.startsWith("Z_")) throw error;
    } finally {
        source.destroy();
        unpacked?.destroy();
    }
}

/** Where the last complete line of a growing segment ends. */
export async function endOfLines(segment: Segment): Promise<number> {
    let file: FileHandle;
    try {
        file = await open(segment.path, "r");
    } catch {
        return 0; // Deleted meanwhile.
    }
    try {
        let end = segment.bytes;
        while (end > 0) {
            const start = Math.max(0, end - 64 * 1024);
            const chunk = Buffer.alloc(end - start);
            const { bytesRead } = await file.read(chunk, 0, chunk.length, start);
            const newline = chunk.subarray(0, bytesRead).lastIndexOf(0x0a);
            if (newline >= 0) return start + newline + 1;
            end = start;
        }
        return 0;
    } finally {
        await file.close();
    }
}
