/** Finds what a test has left behind: processes that have to do with its temporary folder. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface LeftProcess {
    readonly pid: number;
    readonly command: string;
}

/** Processes that mention a text in their arguments or environment, other than this one. */
export function processesMentioning(text: string): LeftProcess[] {
    const found = process.platform === "linux" ? onLinux(text) : onMacos(text);
    return found.filter(({ pid }) => pid !== process.pid);
}

function onLinux(text: string): LeftProcess[] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => ({
            pid: Number(pid),
            command: words(`/proc/${pid}/cmdline`),
            rest: words(`/proc/${pid}/environ`),
        }))
        .filter(({ command, rest }) => command.includes(text) || rest.includes(text))
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

function onMacos(text: string): LeftProcess[] {
    // E: with the environment.
    const lines = execFileSync("ps", ["-axwwE", "-o", "pid=,command="], { encoding: "utf8" }).split("\n");
    return lines
        .filter((line) => line.includes(text))
        .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().slice(0, 300) }));
}
