import { execFile } from "node:child_process";
import { access, constants, type FileHandle } from "node:fs/promises";
import { promisify } from "node:util";

const BLOCK = 4096;

/** Space is given back in pieces of this size: each costs a process start. */
export const RECLAIM_BYTES = 8 * 1024 * 1024;

let fallocate: Promise<string | undefined> | undefined;

/** The tool that can free the beginning of a file without moving its end: fallocate of util-linux. */
function findFallocate(): Promise<string | undefined> {
    fallocate ??= (async () => {
        if (process.platform !== "linux") return undefined;
        for (const folder of ["/usr/bin", "/bin", "/usr/local/bin", "/sbin"]) {
            const tool = `${folder}/fallocate`;
            const found = await access(tool, constants.X_OK).then(
                () => true,
                () => false,
            );
            if (found) return tool;
        }
        return undefined;
    })();
    return fallocate;
}

/**
 * Gives the space of the first bytes of a file back, while somebody else appends to it.
 *
 * @returns Where the freed part ends, or undefined where this machine or file system can't do that.
 */
export async function punchHole(file: string, from: number, to: number): Promise<number | undefined> {
    const tool = await findFallocate();
    if (tool === undefined) return undefined;
    const start = Math.floor(from / BLOCK) * BLOCK;
    const end = Math.floor(to / BLOCK) * BLOCK;
    if (end <= start) return end;
    try {
        const range = ["--punch-hole", "--offset", String(start), "--length", String(end - start)];
        await promisify(execFile)(tool, [...range, file]);
        return end;
    } catch {
        // Not busybox' fallocate, nor every file system: from now on as on other systems.
        fallocate = Promise.resolve(undefined);
        return undefined;
    }
}

/** How many newlines there are between two offsets of a file. */
export async function countLines(file: FileHandle, from: number, to: number): Promise<number> {
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    let lines = 0;
    let at = from;
    while (at < to) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, to - at), at);
        if (bytesRead === 0) break;
        const chunk = buffer.subarray(0, bytesRead);
        for (let found = chunk.indexOf(0x0a); found >= 0; found = chunk.indexOf(0x0a, found + 1)) lines++;
        at += bytesRead;
    }
    return lines;
}
