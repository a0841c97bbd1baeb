import { execFileSync } from "node:child_process";

export interface ProcessRow {
    readonly pid: number;
    readonly parent: number;
    readonly command: string;
}

/** Every process of this machine that the user may see. */
export function listProcesses(): ProcessRow[] {
    const text = execFileSync("ps", ["-axo", "pid=,ppid=,command="], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
    return text.split("\n").flatMap((line) => {
        const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
        return pid === undefined || command === undefined
            ? []
            : [{ pid: Number(pid), parent: Number(parent), command }];
    });
}
