import * as fs from "node:fs";
import * as path from "node:path";

/** What became of a file that was read: where its content came from, and a sentence when that was not the file itself. */
export interface Read<T> {
    readonly value: T | undefined;
    readonly problem?: string;
}

/**
 * Replaces a JSON file so that a crash at any point, or a full disk, leaves either the old content or the new one,
 * and keeps the content before as `.bak`.
 *
 * @throws when it cannot be written; the old content is then still there.
 */
export function writeJson(file: string, value: unknown, options: { readonly backup?: boolean } = {}): void {
    const temporary = `${file}.${process.pid}.tmp`;
    try {
        fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
        const descriptor = fs.openSync(temporary, "w", 0o600);
        try {
            fs.writeFileSync(descriptor, `${JSON.stringify(value, undefined, 1)}\n`);
            fs.fsyncSync(descriptor);
        } finally {
            fs.closeSync(descriptor);
        }
        if (options.backup) keepBackup(file);
        fs.renameSync(temporary, file);
        syncFolder(path.dirname(file));
    } catch (error) {
        fs.rmSync(temporary, { force: true });
        throw new Error(`Cannot write ${file}: ${(error as Error).message}. What it held before is kept.`);
    }
}

/** Reads a JSON file, or its backup when it is damaged. A file that was never written is no problem. */
export function readJson<T>(file: string, isValid: (value: unknown) => value is T): Read<T> {
    const own = parse(file, isValid);
    if (own.state === "good") return { value: own.value };
    const backup = parse(`${file}.bak`, isValid);
    if (backup.state === "good") {
        return { value: backup.value, problem: `${file} is ${own.state}; its backup ${file}.bak was used instead.` };
    }
    if (own.state === "missing" && backup.state === "missing") return { value: undefined };
    return {
        value: undefined,
        problem: `${file} is ${own.state} and its backup is ${backup.state}: nothing is known.`,
    };
}

type Parsed<T> = { state: "good"; value: T } | { state: "missing" | "damaged" };

function parse<T>(file: string, isValid: (value: unknown) => value is T): Parsed<T> {
    let text: string;
    try {
        text = fs.readFileSync(file, "utf8");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return { state: "missing" };
        throw error;
    }
    try {
        const value: unknown = JSON.parse(text);
        return isValid(value) ? { state: "good", value } : { state: "damaged" };
    } catch {
        return { state: "damaged" };
    }
}

/** A hard link: the content before survives the rename without being copied. */
function keepBackup(file: string): void {
    const backup = `${file}.bak`;
    const temporary = `${backup}.${process.pid}.tmp`;
    try {
        fs.linkSync(file, temporary);
        fs.renameSync(temporary, backup);
    } catch (error) {
        fs.rmSync(temporary, { force: true });
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    // link() and rename() of two names of one file leave both names.
    fs.rmSync(temporary, { force: true });
}

function syncFolder(folder: string): void {
    const descriptor = fs.openSync(folder, "r");
    try {
        fs.fsyncSync(descriptor);
    } finally {
        fs.closeSync(descriptor);
    }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
