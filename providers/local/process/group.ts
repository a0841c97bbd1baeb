import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { gated } from "./gate.js";
import { identifyChild, type ProcessIdentity } from "./identity.js";
import { groupLives, signalGroup } from "./members.js";

export interface ExitStatus {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
}

export interface SpawnOptions {
    readonly command: string;
    readonly args: readonly string[];
    readonly cwd: string;
    /** The whole environment; nothing is inherited. */
    readonly env: Readonly<Record<string, string>>;
    /** Files that the output is appended to. */
    readonly stdout: string;
    readonly stderr: string;
    /**
     * Called with the identity of the process before it runs the command: the place to write it down. When this throws
     * or the caller dies in it, the command is never run.
     */
    readonly beforeRun?: (id: ProcessIdentity) => void;
    /** File that receives the exit status as text, for a caller that may not be there when the command ends. */
    readonly statusFile?: string;
    /** Exit status or signal, as long as the process that spawned it lives to see it. */
    readonly onExit?: (status: ExitStatus) => void;
    readonly uid?: number;
    readonly gid?: number;
}

/** Starts a process that leads a session of its own and outlives its parent. */
export function spawnDetached(options: SpawnOptions): Promise<ProcessIdentity> {
    const isGated = options.beforeRun !== undefined || options.statusFile !== undefined;
    const stdout = openSync(options.stdout, "a", 0o600);
    const stderr = options.stderr === options.stdout ? stdout : openSync(options.stderr, "a", 0o600);
    return new Promise<ProcessIdentity>((resolve, reject) => {
        const child = spawn(
            isGated ? "/bin/sh" : options.command,
            isGated ? gated(options.statusFile, options.command, options.args) : [...options.args],
            {
                cwd: options.cwd,
                env: { ...options.env },
                detached: true,
                stdio: [isGated ? "pipe" : "ignore", stdout, stderr],
                ...(options.uid === undefined ? {} : { uid: options.uid }),
                ...(options.gid === undefined ? {} : { gid: options.gid }),
            },
        );
        child.once("error", (error) => reject(new Error(`Cannot start ${options.command}: ${error.message}`)));
        child.once("exit", (code, signal) => options.onExit?.({ code, signal }));
        child.once("spawn", () => {
            child.unref();
            const identity = identifyChild(child.pid as number);
            // A process that leaves before it has read the gate closes it: its exit tells all there is to tell.
            child.stdin?.on("error", () => undefined);
            try {
                options.beforeRun?.(identity);
                child.stdin?.end("run\n");
                resolve(identity);
            } catch (error) {
                child.stdin?.destroy();
                reject(error);
            }
        });
    }).finally(() => {
        closeSync(stdout);
        if (stderr !== stdout) closeSync(stderr);
    });
}

/**
 * Asks a process group to end, and ends it by force when the grace period is over. Done when nobody of the group is
 * left: what the leader left behind gets the same signal and the same grace.
 */
export async function stopProcessGroup(
    id: ProcessIdentity,
    options: { readonly signal?: NodeJS.Signals; readonly graceSeconds: number },
): Promise<"exited" | "killed"> {
    if (!signalGroup(id, options.signal ?? "SIGTERM")) return "exited";
    if (await groupEnds(id, options.graceSeconds * 1000)) return "exited";
    signalGroup(id, "SIGKILL");
    // Not even SIGKILL ends a process in uninterruptible sleep; nobody is to wait for ever for it.
    await groupEnds(id, 10_000);
    return "killed";
}

async function groupEnds(id: ProcessIdentity, milliseconds: number): Promise<boolean> {
    const deadline = performance.now() + milliseconds;
    for (let pause = 5; groupLives(id); pause = Math.min(pause * 2, 100)) {
        const left = deadline - performance.now();
        if (left <= 0) return false;
        await sleep(Math.min(pause, left));
    }
    return true;
}
