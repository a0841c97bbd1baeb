import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from "node:fs";

const MAX_BYTES = 8 * 1024 * 1024;

/** Keeps the log within twice the bound: the server appends, so its file can be cut under it. */
export function boundLog(file: string): void {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= MAX_BYTES) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file, 0);
}

/** The last lines of the log, for a message. */
export function lastLines(file: string, count: number): string {
    let handle: number;
    try {
        handle = openSync(file, "r");
    } catch {
        return "";
    }
    try {
        const size = fstatSync(handle).size;
        const buffer = Buffer.alloc(Math.min(size, 16_384));
        readSync(handle, buffer, 0, buffer.length, size - buffer.length);
        return buffer.toString("utf8").trimEnd().split("\n").slice(-count).join("\n");
    } finally {
        closeSync(handle);
    }
}
