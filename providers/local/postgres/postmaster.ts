import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
    identify,
    isAlive,
    type ProcessIdentity,
    signalGroup,
    spawnDetached,
    stopProcessGroup,
} from "../process/index.js";
import { PROGRAM_ENVIRONMENT, type Programs } from "./data-folder.js";
import type { Folders } from "./folders.js";

/** Starts the server; it outlives this process. */
export function launch(programs: Programs, folders: Folders): Promise<ProcessIdentity> {
    disownStalePidFile(folders);
    return spawnDetached({
        command: path.join(programs.folder, "postgres"),
        args: ["-D", folders.data],
        cwd: folders.base,
        env: PROGRAM_ENVIRONMENT,
        stdout: folders.log,
        stderr: folders.log,
        ...(programs.account ? { uid: programs.account.uid, gid: programs.account.gid } : {}),
    });
}

/**
 * The server that runs on this data folder now, also when nobody wrote down that it was started.
 * A pid alone proves nothing (it may be somebody else's by now): the process must have been started on this folder.
 */
export function runningServer(folders: Folders, known: ProcessIdentity | undefined): ProcessIdentity | undefined {
    if (known && isAlive(known)) return known;
    const pid = recordedPid(folders);
    if (pid === undefined || !commandOf(pid).includes(folders.data)) return undefined;
    return identify(pid);
}

/** Asks the server to end its sessions and stop; then to stop at once; then there is no more asking. */
export async function stopServer(server: ProcessIdentity, folders: Folders): Promise<void> {
    signalGroup(server, "SIGINT");
    const deadline = performance.now() + 15_000;
    while (isAlive(server) && performance.now() < deadline) await sleep(10);
    // SIGQUIT: no checkpoint, recovery at the next start, nothing lost.
    if ((await stopProcessGroup(server, { signal: "SIGQUIT", graceSeconds: 5 })) === "killed") endOrphans(folders);
}

/** True when the last server of this folder did not stop in order. */
export function endedBadly(folders: Folders): boolean {
    return recordedPid(folders) !== undefined;
}

/**
 * Ends sessions of a server that was killed. They notice by themselves, but one that is busy only when its statement
 * is done, and until then the data must not be opened again (the server itself refuses to).
 */
export function endOrphans(folders: Folders): void {
    if (process.platform !== "linux") return;
    for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
        try {
            // A session's working folder is the data folder; its parent died, so it belongs to init.
            if (readlinkSync(`/proc/${name}/cwd`) === folders.data) process.kill(Number(name), "SIGQUIT");
        } catch {
            // Gone, or not ours to look at.
        }
    }
}

/** The pid in postmaster.pid, which a server removes when it stops in order. */
function recordedPid(folders: Folders): number | undefined {
    const pid = Number(pidFileLines(folders)?.[0]);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function pidFileLines(folders: Folders): string[] | undefined {
    try {
        return readFileSync(path.join(folders.data, "postmaster.pid"), "utf8").split("\n");
    } catch {
        return undefined;
    }
}

/**
 * A killed server leaves its pid file. While that pid exists (as another process by now, or as the dead server that
 * nobody has waited for yet), a new server would take it for a live one and refuse to start. Removing the file would
 * lose what guards the data against sessions of the old server (the shared memory segment in its last line); the pid
 * of the new server's parent, though, counts as stale (CreateLockFile in PostgreSQL's miscinit.c).
 */
function disownStalePidFile(folders: Folders): void {
    const lines = pidFileLines(folders);
    if (!lines || recordedPid(folders) === undefined) return;
    writeFileSync(path.join(folders.data, "postmaster.pid"), [String(process.pid), ...lines.slice(1)].join("\n"));
}

function commandOf(pid: number): string {
    try {
        if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return execFileSync("ps", ["-o", "args=", "-ww", "-p", String(pid)], { encoding: "utf8" });
    } catch {
        return "";
    }
}
