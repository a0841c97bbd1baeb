import { lstatSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** What a folder takes on the disk: files with holes count without them. */
export function bytesOnDisk(folder: string): number {
    let bytes = 0;
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        // A segment may be removed meanwhile.
        bytes += (lstatSync(path.join(folder, name), { throwIfNoEntry: false })?.blocks ?? 0) * 512;
    }
    return bytes;
}

/** What a process has written so far, to files and pipes (proc(5)). */
export function bytesWritten(pid: number): number {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
}
