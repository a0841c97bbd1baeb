import { type Dirent, lstatSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** What a folder takes on the disk: files with holes count without them. What is removed meanwhile takes nothing. */
export function bytesOnDisk(folder: string): number {
    let bytes = 0;
    for (const entry of entriesOf(folder)) {
        const full = path.join(folder, entry.name);
        if (entry.isDirectory()) bytes += bytesOnDisk(full);
        else bytes += (lstatSync(full, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
    }
    return bytes;
}

function entriesOf(folder: string): Dirent[] {
    try {
        return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw error;
    }
}

/** What a process has written so far, to files and pipes (proc(5)). */
export function bytesWritten(pid: number): number {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
}
