import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";

export interface PortOwner {
    readonly pid: number;
    readonly command: string;
}

/** Who listens on a TCP port of this machine, as far as this user may know. */
export async function portOwner(port: number): Promise<PortOwner | undefined> {
    try {
        return process.platform === "linux" ? await linuxOwner(port) : await bsdOwner(port);
    } catch {
        return undefined;
    }
}

async function linuxOwner(port: number): Promise<PortOwner | undefined> {
    const inodes = new Set<string>();
    for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
        const text = await readFile(table, "utf8").catch(() => "");
        for (const line of text.split("\n").slice(1)) {
            const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
            const isPort = Number.parseInt(local.slice(local.lastIndexOf(":") + 1), 16) === port;
            // 0A is LISTEN (include/net/tcp_states.h).
            if (isPort && state === "0A" && inode !== undefined) inodes.add(`socket:[${inode}]`);
        }
    }
    if (inodes.size === 0) return undefined;
    for (const pid of await readdir("/proc")) {
        if (!/^\d+$/.test(pid)) continue;
        const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
        for (const file of files) {
            const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => "");
            if (!inodes.has(target)) continue;
            const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
            return { pid: Number(pid), command: shortened(command.replaceAll("\0", " ")) };
        }
    }
    return undefined;
}

async function bsdOwner(port: number): Promise<PortOwner | undefined> {
    const { stdout } = await promisify(execFile)("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]);
    const pid = /^p(\d+)$/m.exec(stdout)?.[1];
    return pid === undefined ? undefined : { pid: Number(pid), command: shortened(/^c(.*)$/m.exec(stdout)?.[1] ?? "") };
}

function shortened(command: string): string {
    const text = command.trim() || "unknown command";
    return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
