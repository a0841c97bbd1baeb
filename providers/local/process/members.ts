import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import * as os from "node:os";
import { identify, type ProcessIdentity } from "./identity.js";

/**
 * True while anything of the group that this process leads is running, also when the leader itself is gone.
 * Zombies do not count: where pid 1 does not reap (many containers), they stay for ever.
 */
export function groupLives(id: ProcessIdentity): boolean {
    if (!mayBeItsGroup(id)) return false;
    try {
        process.kill(-id.pid, 0);
    } catch {
        return false;
    }
    // The leader lives: no need to look at the others.
    if (identify(id.pid) !== undefined) return true;
    return process.platform === "linux" ? linuxGroupLives(id.pid) : bsdGroupLives(id.pid);
}

/** Sends a signal to a process and all of its group that still run. False when there is nobody left. */
export function signalGroup(id: ProcessIdentity, signal: NodeJS.Signals): boolean {
    if (!groupLives(id)) return false;
    try {
        process.kill(-id.pid, signal);
        return true;
    } catch {
        return false;
    }
}

/**
 * A pid is not given to a new process while a group carries its number, so a group without a leader is the one that
 * was started; when there is a leader, it must be the same process.
 */
function mayBeItsGroup(id: ProcessIdentity): boolean {
    const now = identify(id.pid);
    if (now !== undefined) return now.startTime === id.startTime;
    return sameBoot(id);
}

function sameBoot(id: ProcessIdentity): boolean {
    if (process.platform !== "linux") return Date.parse(id.startTime) > Date.now() - os.uptime() * 1000;
    const own = identify(process.pid)?.startTime ?? "";
    const colon = id.startTime.indexOf(":");
    return colon > 0 && own.startsWith(id.startTime.slice(0, colon + 1));
}

function linuxGroupLives(group: number): boolean {
    for (const entry of readdirSync("/proc")) {
        if (!/^\d+$/.test(entry)) continue;
        try {
            const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
            const [state, , processGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
            if (Number(processGroup) === group && state !== "Z" && state !== "X") return true;
        } catch {
            // It ended while we looked.
        }
    }
    return false;
}

function bsdGroupLives(group: number): boolean {
    const lines = execFileSync("ps", ["-A", "-o", "pgid=,stat="], { encoding: "utf8" }).split("\n");
    return lines.some((line) => {
        const [processGroup, state] = line.trim().split(/\s+/);
        return Number(processGroup) === group && state !== undefined && !state.startsWith("Z");
    });
}
