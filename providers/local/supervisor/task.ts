import * as fs from "node:fs";
import * as path from "node:path";
import { isAlive, type ProcessIdentity, spawnDetached, stopProcessGroup } from "../process/index.js";
import type { Program } from "./app/environment.js";
import { Changes, monotonic } from "./wait.js";

/** A process that runs to its end. Written down before it runs, so that it can be found again. */
export interface TaskRecord {
    readonly identity: ProcessIdentity;
    readonly startedAt: string;
}

export interface TaskPlan extends Program {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    /** Path without ending; `.stdout`, `.stderr` and `.status` are beside each other. */
    readonly files: string;
    readonly timeoutSeconds: number;
    /** Seconds between SIGTERM and SIGKILL when the time is over. */
    readonly graceSeconds: number;
}

export interface TaskOutcome {
    readonly status: "succeeded" | "failed" | "timedOut";
    /** Absent when a signal ended it. */
    readonly exitCode?: number;
    readonly seconds: number;
}

/**
 * Runs a command to its end, or waits for one that runs already. The exit status is in a file, so it is known also when
 * nobody was there at the end.
 */
export async function runTask(
    plan: TaskPlan,
    running: TaskRecord | undefined,
    save: (record: TaskRecord) => void,
): Promise<TaskOutcome> {
    const statusFile = `${plan.files}.status`;
    const ended = new Changes();
    let record = running;
    if (record === undefined) {
        fs.mkdirSync(path.dirname(plan.files), { recursive: true, mode: 0o700 });
        fs.rmSync(statusFile, { force: true });
        const startedAt = new Date().toISOString();
        const identity = await spawnDetached({
            command: plan.command,
            args: plan.args,
            cwd: plan.cwd,
            env: plan.env,
            stdout: `${plan.files}.stdout`,
            stderr: `${plan.files}.stderr`,
            statusFile,
            beforeRun: (id) => save({ identity: id, startedAt }),
            onExit: () => ended.notify(),
        });
        record = { identity, startedAt };
    }
    const { identity, startedAt } = record;
    const started = monotonic() - (running ? Math.max(0, Date.now() - Date.parse(startedAt)) : 0);
    const deadline = started + plan.timeoutSeconds * 1000;
    while (isAlive(identity) && monotonic() < deadline) {
        await ended.next(Math.min(500, Math.max(1, deadline - monotonic())));
    }
    const timedOut = isAlive(identity);
    // Also what the command left behind in its group.
    await stopProcessGroup(identity, { graceSeconds: plan.graceSeconds });
    const exitCode = timedOut ? undefined : readStatus(statusFile);
    return {
        status: timedOut ? "timedOut" : exitCode === 0 ? "succeeded" : "failed",
        ...(exitCode === undefined ? {} : { exitCode }),
        seconds: Math.round((monotonic() - started) / 100) / 10,
    };
}

export function describeOutcome(outcome: TaskOutcome, timeoutSeconds: number): string {
    if (outcome.status === "succeeded") return `succeeded in ${outcome.seconds} s`;
    if (outcome.status === "timedOut") return `did not end within ${timeoutSeconds} s and was stopped`;
    return outcome.exitCode === undefined ? "was ended by a signal" : `failed with exit status ${outcome.exitCode}`;
}

/** To be read when the shell that writes it is gone; one that was killed may leave it empty. */
function readStatus(file: string): number | undefined {
    try {
        const text = fs.readFileSync(file, "utf8").trim();
        return text === "" ? undefined : Number(text);
    } catch {
        return undefined;
    }
}
