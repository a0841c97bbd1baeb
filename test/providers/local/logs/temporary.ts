import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach } from "vitest";
import type { LogRecord } from "#dist/providers/local/logs/index.js";

const folders: string[] = [];

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
    const folder = mkdtempSync(path.join(tmpdir(), "twelvefold-logs-"));
    folders.push(folder);
    return folder;
}

afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function record(line: string, changes: Partial<LogRecord> = {}): LogRecord {
    return {
        time: "2026-03-02T10:00:00.000Z",
        app: "web",
        process: "web",
        replica: "web-1",
        release: "1",
        stream: "stdout",
        line,
        ...changes,
    };
}

export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
    const all: T[] = [];
    for await (const value of values) all.push(value);
    return all;
}
