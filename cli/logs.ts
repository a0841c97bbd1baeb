import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { followLogs, type LogQuery, type LogRecord, searchLogs } from "../providers/local/logs/index.js";
import type { HomeOptions } from "./homes.js";

export interface LogsOptions extends HomeOptions {
    readonly follow?: boolean;
    readonly since?: Date;
    readonly until?: Date;
    readonly grep?: string;
    readonly level?: string;
    readonly sink?: string;
    readonly lines: number;
    readonly json?: boolean;
}

/** Prints lines of a stack's sinks, and with `follow` goes on until it is interrupted. */
export async function printLogs(home: string, app: string | undefined, options: LogsOptions): Promise<void> {
    const query = queryOf(home, app, options);
    const records = options.follow ? followLogs(query, interrupted()) : searchLogs(query);
    let printed = 0;
    for await (const record of records) {
        console.log(options.json ? JSON.stringify(record) : formatRecord(record));
        printed++;
    }
    if (printed === 0 && !options.follow) console.error("No line matches.");
}

function queryOf(home: string, app: string | undefined, options: LogsOptions): LogQuery {
    return {
        folders: sinkFolders(home, options.sink),
        // The newest lines, unless a time says where to begin.
        ...(options.since === undefined ? { limit: options.lines } : { since: options.since }),
        ...(app === undefined ? {} : { app }),
        ...(options.until === undefined ? {} : { until: options.until }),
        ...(options.grep === undefined ? {} : { text: options.grep }),
        ...(options.level === undefined ? {} : { level: options.level }),
    };
}

function sinkFolders(home: string, sink: string | undefined): string[] {
    const root = path.join(home, "logs");
    const sinks = existsSync(root) ? readdirSync(root).sort() : [];
    if (sink !== undefined && !sinks.includes(sink)) {
        throw new Error(`There is no log sink "${sink}"; there is: ${sinks.join(", ") || "none yet"}.`);
    }
    return (sink === undefined ? sinks : [sink]).map((name) => path.join(root, name));
}

/** One record as a line for people: time, origin, level, text. */
export function formatRecord(record: LogRecord): string {
    const app = record.stack === undefined ? record.app : `${record.stack}:${record.app}`;
    const origin = record.stream === "system" ? `${app} (supervisor)` : `${app}/${record.replica}`;
    const level = record.level === undefined ? "" : `${record.level.toUpperCase()} `;
    return `${record.time} ${origin} ${level}${record.line}`;
}

function interrupted(): AbortSignal {
    const controller = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
    return controller.signal;
}
