/** Finds what a test has left behind: processes that have to do with its temporary folder. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface LeftProcess {
    readonly pid: number;
    readonly command: string;
}

/**
 * Processes that mention one of these texts in their arguments, environment or working folder, other than this one. A
 * replica of the local target knows nothing of its stack, but it runs in a folder of it; a PostgreSQL that root started
 * is known by its own folder only (`clusterFolders`).
 */
export function processesMentioning(...texts: readonly string[]): LeftProcess[] {
    const found = process.platform === "linux" ? onLinux(texts) : onMacos(texts);
    return found.filter(({ pid }) => pid !== process.pid);
}

function onLinux(texts: readonly string[]): LeftProcess[] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => ({
            pid: Number(pid),
            command: words(`/proc/${pid}/cmdline`),
            rest: [words(`/proc/${pid}/environ`), folder(`/proc/${pid}/cwd`)],
        }))
        .filter(({ command, rest }) => texts.some((text) => [command, ...rest].some((one) => one.includes(text))))
        .map(({ pid, command }) => ({ pid, command }));
}

/** A file of zero-terminated words; empty when the process is gone, a zombie, or another user's. */
function words(file: string): string {
    try {
        return readFileSync(file, "utf8").replaceAll("\0", " ").trim();
    } catch {
        return "";
    }
}

/** Where a process works, also when that is deleted; empty when the process is gone, or another user's. */
function folder(link: string): string {
    try {
        return readlinkSync(link);
    } catch {
        return "";
    }
}

function onMacos(texts: readonly string[]): LeftProcess[] {
    // E: with the environment.
    const lines = execFileSync("ps", ["-axwwE", "-o", "pid=,command="], { encoding: "utf8" }).split("\n");
    return lines
        .filter((line) => texts.some((text) => line.includes(text)))
        .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().slice(0, 300) }));
}
