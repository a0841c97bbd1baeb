import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import * as net from "node:net";
import * as path from "node:path";

/**
 * Below the ports that systems hand out for outgoing connections (32768 up on Linux, 49152 up on macOS): one of those
 * could be in use for a moment just when the server has to start again.
 */
const FIRST_PORT = 15_000;
const LAST_PORT = 31_999;

/** A port on the loopback address that nobody listens on now. */
export async function freePort(): Promise<number> {
    for (let attempt = 0; attempt < 100; attempt++) {
        const port = randomInt(FIRST_PORT, LAST_PORT + 1);
        if (await canListen(port)) return port;
    }
    throw new Error(`No free port on 127.0.0.1 between ${FIRST_PORT} and ${LAST_PORT} in 100 attempts.`);
}

/** The port that the data folder's settings name; undefined when there are none yet. */
export function portInSettings(dataFolder: string): number | undefined {
    try {
        const settings = readFileSync(path.join(dataFolder, "postgresql.conf"), "utf8");
        const port = /^port = (\d+)$/m.exec(settings)?.[1];
        return port === undefined ? undefined : Number(port);
    } catch {
        return undefined;
    }
}

/** @throws when somebody listens on the port, naming who where that can be found out. */
export async function requirePort(port: number): Promise<void> {
    if (await canListen(port)) return;
    const owner = portOwner(port);
    throw new Error(
        `Port ${port} on 127.0.0.1, which this stack's PostgreSQL has, is taken by ${owner ?? "another process"}. ` +
            "URLs of databases and queues hold the port, so it is not changed silently: stop that process and try again.",
    );
}

function canListen(port: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
        const server = net.createServer();
        server.once("error", (error: NodeJS.ErrnoException) => {
            if (error.code === "EADDRINUSE") resolve(false);
            else reject(error);
        });
        server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
    });
}

/** "pid 123 (command)" of the listener on a port, where this user may see it. */
function portOwner(port: number): string | undefined {
    try {
        return process.platform === "linux" ? linuxOwner(port) : lsofOwner(port);
    } catch {
        return undefined;
    }
}

function linuxOwner(port: number): string | undefined {
    const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
    const sockets = new Set<string>();
    for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
        for (const line of readFileSync(table, "utf8").split("\n").slice(1)) {
            const fields = line.trim().split(/\s+/);
            // Fields: slot, local address:port, remote, state (0A: listening), …, inode (proc_net_tcp).
            if (fields[1]?.endsWith(`:${hexPort}`) && fields[3] === "0A") sockets.add(`socket:[${fields[9]}]`);
        }
    }
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        if (holdsSocket(pid, sockets)) {
            const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
            return `pid ${pid} (${command.slice(0, 120)})`;
        }
    }
    return undefined;
}

function holdsSocket(pid: string, sockets: ReadonlySet<string>): boolean {
    try {
        return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)));
    } catch {
        return false;
    }
}

function linkOf(file: string): string {
    try {
        return readlinkSync(file);
    } catch {
        return "";
    }
}

function lsofOwner(port: number): string | undefined {
    const text = execFileSync("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
    });
    const pid = /^p(\d+)$/m.exec(text)?.[1];
    return pid ? `pid ${pid} (${/^c(.+)$/m.exec(text)?.[1] ?? "unknown"})` : undefined;
}
