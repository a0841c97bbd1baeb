import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const STOP_SECONDS = 10;

interface Server {
    readonly name: string;
    readonly child: ChildProcess;
    readonly log: string;
    readonly ended: Promise<void>;
}

/** Processes that live as long as a test, with their logs in the test's folder. */
export class Servers {
    private readonly running: Server[] = [];

    /** @param prefix a command that runs each of them, in its place */
    constructor(
        private readonly folder: string,
        private readonly prefix: readonly string[] = [],
    ) {
        // A test run that is broken off does not come to its hooks.
        process.once("exit", this.killAll);
    }

    start(name: string, program: string, args: readonly string[]): void {
        const log = path.join(this.folder, `${name}.log`);
        const file = openSync(log, "w");
        // Nothing of the user's: kwok would read and write in the home folder.
        // containerd finds its shim beside itself.
        const env = { PATH: `${path.dirname(program)}:${process.env.PATH ?? ""}`, HOME: this.folder };
        const [first = program, ...rest] = [...this.prefix, program, ...args];
        const child = spawn(first, rest, { cwd: this.folder, env, stdio: ["ignore", file, file] });
        closeSync(file);
        const ended = new Promise<void>((resolve) => {
            child.once("exit", () => resolve());
            child.once("error", () => resolve());
        });
        this.running.push({ name, child, log, ended });
    }

    /** Waits until a condition holds. @throws with the end of its log when a server has ended, or when it takes too long */
    async until(what: string, holds: () => Promise<boolean>, seconds: number): Promise<void> {
        const deadline = performance.now() + seconds * 1000;
        while (!(await holds())) {
            const dead = this.running.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
            if (dead) throw new Error(`${dead.name} has ended before ${what}: ${tail(dead.log)}`);
            if (performance.now() > deadline) {
                const logs = this.running.map(({ name, log }) => `${name}: ${tail(log)}`).join("\n");
                throw new Error(`Not ${what} after ${seconds} s.\n${logs}`);
            }
            await sleep(50);
        }
    }

    private readonly killAll = (): void => {
        for (const { child } of this.running) child.kill("SIGKILL");
    };

    /** Ends all of them, the last one first. */
    async stop(): Promise<void> {
        process.removeListener("exit", this.killAll);
        for (const { child, ended } of this.running.splice(0).reverse()) {
            if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) continue;
            child.kill("SIGTERM");
            const killer = setTimeout(() => child.kill("SIGKILL"), STOP_SECONDS * 1000);
            await ended;
            clearTimeout(killer);
        }
    }
}

function tail(log: string): string {
    return readFileSync(log, "utf8").slice(-1500).trim();
}
