import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** How far a raw file has been followed. */
export interface Position {
    /** Identity of the file, so that a new file of the same name is read from its beginning. */
    readonly inode: number;
    /** Begin of the first line that was not given out. */
    readonly offset: number;
    /** The offset is within a line that was cut and given out. */
    readonly cut: boolean;
}

/** Undefined when there is none, or none that can be read: then following begins at the beginning. */
export function readPosition(file: string): Position | undefined {
    try {
        const { inode, offset, cut } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
        if (typeof inode !== "number" || typeof offset !== "number") return undefined;
        return { inode, offset, cut: cut === true };
    } catch {
        return undefined;
    }
}

/**
 * Replaces the file at once or not at all. Synchronous: nothing may happen between giving up bytes of the raw file
 * and noting it. A position that cannot be written (disk full) is not worth stopping for: lines would come twice.
 */
export function writePosition(file: string, position: Position): void {
    try {
        writeFileSync(`${file}.tmp`, JSON.stringify(position), { mode: 0o600 });
        renameSync(`${file}.tmp`, file);
    } catch {
        // As before.
    }
}
