import { rmSync } from "node:fs";
import type { Folders } from "../folders.js";
import { isRecord, readJson, writeJson } from "../json-file.js";
import type { JobRunStatus } from "../status.js";
import type { TaskRecord } from "../task.js";

const KEPT_RUNS = 20;

/** One run of a job: its attempts until one succeeds or none is left. */
export interface Run {
    readonly number: number;
    /** What was asked for when it began; a run for the same is not made twice. */
    readonly fingerprint: string;
    readonly startedAt: string;
    readonly finishedAt?: string;
    readonly status: "running" | "succeeded" | "failed" | "timedOut";
    readonly attempt: number;
    readonly seconds?: number;
    readonly exitCode?: number;
    /** The process of the current attempt. */
    readonly task?: TaskRecord;
}

interface HistoryFile {
    readonly runs: readonly Run[];
}

/** The last runs of a job, newest last. */
export class History {
    private readonly file: string;
    private runs: readonly Run[];

    constructor(folders: Folders, job: string) {
        this.file = folders.state("jobs", `${job}.json`);
        this.runs = readJson(this.file, isHistory).value?.runs ?? [];
    }

    all(): readonly Run[] {
        return this.runs;
    }

    get next(): number {
        return (this.runs.at(-1)?.number ?? 0) + 1;
    }

    put(run: Run): void {
        const others = this.runs.filter(({ number }) => number !== run.number);
        const runs = [...others, run].sort((a, b) => a.number - b.number).slice(-KEPT_RUNS);
        writeJson(this.file, { runs });
        this.runs = runs;
    }

    remove(): void {
        rmSync(this.file, { force: true });
        rmSync(`${this.file}.bak`, { force: true });
        this.runs = [];
    }

    /** The last run in a few words. */
    describeLast(): string {
        const last = this.runs.at(-1);
        if (last === undefined) return "never";
        if (last.status === "running") return `${last.startedAt} running`;
        const how = last.status === "timedOut" ? "timed out" : last.status;
        return `${last.startedAt} ${how}${last.status === "succeeded" ? " in" : " after"} ${last.seconds ?? 0} s`;
    }

    status(): JobRunStatus[] {
        return [...this.runs].reverse().map((run) => ({
            startedAt: run.startedAt,
            finishedAt: run.finishedAt,
            status: run.status,
            attempt: run.attempt,
            exitCode: run.exitCode,
            pid: run.status === "running" ? run.task?.identity.pid : undefined,
        }));
    }
}

function isHistory(value: unknown): value is HistoryFile {
    return isRecord(value) && Array.isArray(value.runs);
}
