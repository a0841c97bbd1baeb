import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that cannot be mistaken for another one: pids are used again, a pid with its start time is not. */
export interface ProcessIdentity {
    readonly pid: number;
    /** Opaque; equal for the life of the process. */
    readonly startTime: string;
}

/** The process that has this pid now, or undefined when none has (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
    const startTime = process.platform === "linux" ? linuxStartTime(pid) : bsdStartTime(pid);
    return startTime === undefined ? undefined : { pid, startTime };
}

/** The same of a process that was just started by this one: known even if it has ended already, as nobody waited for it. */
export function identifyChild(pid: number): ProcessIdentity {
    const startTime = process.platform === "linux" ? linuxStartTime(pid, "zombies too") : bsdStartTime(pid);
    return { pid, startTime: startTime ?? "exited" };
}

export function isAlive(id: ProcessIdentity): boolean {
    return identify(id.pid)?.startTime === id.startTime;
}

let bootId: string | undefined;

function linuxStartTime(pid: number, which?: "zombies too"): string | undefined {
    let stat: string;
    try {
        stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    } catch {
        return undefined;
    }
    // The second field is the command in parentheses and may itself hold spaces and parentheses (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (which === undefined && (fields[0] === "Z" || fields[0] === "X")) return undefined;
    // Start times count from boot, so a reboot could repeat one.
    bootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${bootId}:${fields[19]}`;
}

function bsdStartTime(pid: number): string | undefined {
    try {
        // Much cheaper than ps, and the usual answer when waiting for a process to end.
        process.kill(pid, 0);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ESRCH") return undefined;
    }
    try {
        const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
            env: { ...process.env, LC_ALL: "C" },
        }).trim();
        return line === "" || line.startsWith("Z") ? undefined : line.replace(/^\S+\s+/, "");
    } catch {
        return undefined;
    }
}
