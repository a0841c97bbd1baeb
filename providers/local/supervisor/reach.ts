import { appendFileSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, type ProcessIdentity, spawnDetached } from "../process/index.js";
import { baseEnvironment } from "./app/environment.js";
import { type Hello, packageVersion } from "./protocol.js";
import { isInterruption, request, text } from "./transport.js";

const START_SECONDS = 20;
const LOG_BYTES = 1024 * 1024;

/** There is no supervisor, and none was to be started. */
export class NoSupervisor extends Error {}

/** True when something of a stack is, or was, on this machine. */
export function homeExists(home: string): boolean {
    return existsSync(path.join(home, "state"));
}

/** True as well when only a supervisor is left, because somebody removed the files of the stack. */
export async function isThere(home: string): Promise<boolean> {
    return homeExists(home) || (await greet(home)) !== undefined;
}

/** Makes sure that a supervisor of this version answers. */
export async function reach(home: string, start: boolean): Promise<Hello> {
    const deadline = performance.now() + START_SECONDS * 1000;
    let started: ProcessIdentity | undefined;
    for (;;) {
        const hello = await greet(home);
        if (hello?.version === packageVersion()) return hello;
        if (hello !== undefined && start) await replace(home, hello);
        if (!start) {
            if (hello === undefined) throw new NoSupervisor(`No supervisor runs for ${home}. \`pulumi up\` starts it.`);
            return hello;
        }
        if (started === undefined || !isAlive(started)) started = await launch(home);
        if (performance.now() > deadline) {
            throw new Error(
                `The supervisor of ${home} did not answer within ${START_SECONDS} s. ` +
                    `What it said is in ${path.join(home, "run", "supervisor.log")}.`,
            );
        }
        await sleep(25);
    }
}

/** Waits until a process is no more. */
export async function gone(process: ProcessIdentity): Promise<void> {
    while (isAlive(process)) await sleep(20);
}

async function greet(home: string): Promise<Hello | undefined> {
    try {
        const response = await request(home, "GET", "/v1/hello");
        return response.statusCode === 200 ? (JSON.parse(await text(response)) as Hello) : undefined;
    } catch (error) {
        if (isInterruption(error)) return undefined;
        throw error;
    }
}

/** A supervisor of another version hands over; what it supervises goes on. */
async function replace(home: string, old: Hello): Promise<void> {
    await request(home, "POST", "/v1/leave").then(text, () => undefined);
    await gone(old);
}

/** A detached process in a session of its own: the engine kills the whole process group of who calls this. */
async function launch(home: string): Promise<ProcessIdentity> {
    const run = path.join(home, "run");
    mkdirSync(run, { recursive: true, mode: 0o700 });
    const log = path.join(run, "supervisor.log");
    if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) rmSync(log, { force: true });
    // Also to find out that the disk is full: the supervisor itself could not even say so.
    appendFileSync(log, `${new Date().toISOString()} started by process ${process.pid}\n`, { mode: 0o600 });
    const { XDG_STATE_HOME } = process.env;
    return spawnDetached({
        command: process.execPath,
        args: [path.join(__dirname, "main.js"), home],
        cwd: "/",
        env: { ...baseEnvironment(), ...(XDG_STATE_HOME ? { XDG_STATE_HOME } : {}) },
        stdout: log,
        stderr: log,
    });
}
