/** Runs one Procfile entry as the process that it is in production: its own port, its own environment, signals. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const STACKS = path.resolve(__dirname, "../../../stacks");
const DEADLINE_MILLISECONDS = 15_000;

export type LogLine = Record<string, unknown> & { readonly message: string; readonly level: string };

export interface Service {
    readonly url: string;
    readonly port: number;
    readonly process: ChildProcess;
    readonly lines: readonly LogLine[];
    /** Waits for the process's end. */
    readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
    /** Waits for a line with this message, and with these fields where given. */
    logged(message: string, fields?: Readonly<Record<string, unknown>>): Promise<LogLine>;
    /** Ends it by force if it still runs. */
    [Symbol.asyncDispose](): Promise<void>;
}

/** Starts an entry that listens, and waits until it is ready. */
export async function startService(
    folder: string,
    environment: Readonly<Record<string, string>> = {},
    entry = "web",
): Promise<Service> {
    const port = await freePort();
    const service = startProcess(folder, entry, { ...environment, PORT: String(port) }, port);
    try {
        await until(`${folder} ready`, () => {
            if (service.process.exitCode !== null) throw new Error(`${folder} ended: ${JSON.stringify(service.lines)}`);
            return fetch(`${service.url}/readyz`).then(
                (response) => response.ok,
                () => false,
            );
        });
        return service;
    } catch (error) {
        await service[Symbol.asyncDispose]();
        throw error;
    }
}

/** Starts an entry that may or may not listen. */
export function startProcess(
    folder: string,
    entry: string,
    environment: Readonly<Record<string, string>>,
    port = 0,
): Service {
    const child = spawn("/bin/sh", ["-c", `exec ${command(folder, entry)}`], {
        cwd: path.join(STACKS, folder),
        // What the local target gives a process, and nothing more.
        env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", LANG: "C.UTF-8", ...environment },
        stdio: ["ignore", "pipe", "pipe"],
    });
    const lines: LogLine[] = [];
    let rest = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (chunk: string) => {
            const parts = (rest + chunk).split("\n");
            rest = parts.pop() ?? "";
            lines.push(...parts.map(parsed));
        });
    }
    const exit = once(child, "close").then(([code, signal]) => ({ code, signal }));
    return {
        url: `http://127.0.0.1:${port}`,
        port,
        process: child,
        lines,
        exit,
        async logged(message, fields = {}) {
            const wanted = Object.entries({ message, ...fields });
            const find = () => lines.find((line) => wanted.every(([name, value]) => line[name] === value));
            await until(`line ${JSON.stringify({ message, ...fields })}`, () => find() !== undefined);
            return find() as LogLine;
        },
        async [Symbol.asyncDispose]() {
            if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
            await exit;
        },
    };
}

/** The command of a Procfile entry. */
export function command(folder: string, entry: string): string {
    const found = procfile(folder).find(([name]) => name === entry);
    if (!found) throw new Error(`${folder}/Procfile has no entry ${entry}`);
    return found[1];
}

export function procfile(folder: string): [name: string, command: string][] {
    return readFileSync(path.join(STACKS, folder, "Procfile"), "utf8")
        .trim()
        .split("\n")
        .map((line) => {
            const colon = line.indexOf(":");
            return [line.slice(0, colon), line.slice(colon + 1).trim()];
        });
}

function parsed(line: string): LogLine {
    try {
        return JSON.parse(line);
    } catch {
        return { level: "not JSON", message: line };
    }
}

/** Waits until a condition holds; fails with its name when it never does. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + DEADLINE_MILLISECONDS;
    while (!(await holds())) {
        if (performance.now() > deadline) throw new Error(`Waited ${DEADLINE_MILLISECONDS} ms in vain for: ${what}`);
        await sleep(10);
    }
}

export async function freePort(): Promise<number> {
    const server = createTcpServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
}

export interface Fake extends AsyncDisposable {
    readonly url: string;
}

/** The JSON of an answer. */
// biome-ignore lint/suspicious/noExplicitAny: what came over the wire is judged by the assertions of the test
export async function jsonOf(response: Response | Promise<Response>): Promise<any> {
    return (await response).json();
}

/** A service that a test plays itself. */
export async function fake(listener: RequestListener): Promise<Fake> {
    const server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        async [Symbol.asyncDispose]() {
            server.closeAllConnections();
            server.close();
            await once(server, "close");
        },
    };
}

/** A bare connection, for requests that arrive in pieces. */
export interface Wire extends AsyncDisposable {
    send(text: string): Promise<void>;
    /** All that was answered, once the other side has closed the connection. */
    readonly answer: Promise<string>;
}

export async function openWire(port: number): Promise<Wire> {
    const socket: Socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    let received = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
        received += chunk;
    });
    const closed = once(socket, "close");
    return {
        send: (text) =>
            new Promise((resolve, reject) => socket.write(text, (error) => (error ? reject(error) : resolve()))),
        answer: closed.then(() => received),
        async [Symbol.asyncDispose]() {
            socket.destroy();
            await closed;
        },
    };
}
