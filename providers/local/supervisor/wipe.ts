import { readdirSync, rmdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { socketFolder, stateRoot } from "../paths.js";
import type { Folders } from "./folders.js";

/** Removes all that is in a home but the run folder: its lock keeps the next supervisor out until the very end. */
export function wipe({ home, run }: Folders): void {
    for (const name of safeList(home)) {
        const full = path.join(home, name);
        if (full !== run()) rmSync(full, { recursive: true, force: true });
    }
}

/** Removes the folder of the sockets when no process of the home has one in it. */
export function wipeSockets({ home }: Folders): void {
    removeEmpty(socketFolder(home));
    removeEmpty(path.dirname(socketFolder(home)));
}

/** Removes what the running supervisor itself needed. Whatever somebody else has put there by now stays. */
export function wipeRun({ home, run }: Folders, releaseLock: () => void): void {
    for (const name of safeList(run())) {
        if (!name.startsWith("supervisor.lock.")) rmSync(path.join(run(), name), { force: true });
    }
    rmSync(socketFolder(home), { recursive: true, force: true });
    releaseLock();
    removeEmpty(path.dirname(socketFolder(home)));
    const root = path.dirname(stateRoot());
    for (const folder of [run(), home]) removeEmpty(folder);
    for (let at = path.dirname(home); at.startsWith(`${root}${path.sep}`); at = path.dirname(at)) removeEmpty(at);
}

function safeList(folder: string): string[] {
    try {
        return readdirSync(folder);
    } catch {
        return [];
    }
}

function removeEmpty(folder: string): void {
    try {
        rmdirSync(folder);
    } catch {
        // Not empty, or gone.
    }
}
