import { lstatSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** Names of the secrets that a text holds. */
export function held(text: string, secrets: Readonly<Record<string, string>>): string[] {
    return Object.entries(secrets).flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));
}

export interface Hit {
    readonly file: string;
    readonly mode: number;
    readonly secrets: readonly string[];
}

/** Files below a folder, of any kind and size, in which a secret stands in clear. */
export function filesHolding(folder: string, secrets: Readonly<Record<string, string>>): Hit[] {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
        .filter((entry) => entry.isFile())
        .flatMap(({ parentPath, name }) => {
            const file = path.join(parentPath, name);
            const text = readOrNothing(file);
            const found = held(text, secrets);
            return found.length === 0 ? [] : [{ file, mode: lstatSync(file).mode & 0o777, secrets: found }];
        });
}

export interface Seen {
    readonly pid: number;
    readonly command: string;
    readonly argumentsHold: readonly string[];
    readonly environmentHolds: readonly string[];
}

/** Processes of this machine with a secret in their arguments or environment (proc(5)). */
export function processesHolding(secrets: Readonly<Record<string, string>>): Seen[] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
        .flatMap((pid) => {
            const { command, environment } = readProcess(pid);
            const argumentsHold = held(command, secrets);
            const environmentHolds = held(environment, secrets);
            if (argumentsHold.length + environmentHolds.length === 0) return [];
            return [{ pid: Number(pid), command, argumentsHold, environmentHolds }];
        });
}

/** Both of one program: a process may become another one between two reads. */
function readProcess(pid: string): { readonly command: string; readonly environment: string } {
    const commandNow = () => readOrNothing(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
    for (let command = commandNow(); ; ) {
        const environment = readOrNothing(`/proc/${pid}/environ`);
        const after = commandNow();
        if (after === command) return { command, environment };
        command = after;
    }
}

/** As Latin-1, so that every byte stays what it is; nothing when it is gone, or nobody's business. */
function readOrNothing(file: string): string {
    try {
        return readFileSync(file, "latin1");
    } catch {
        return "";
    }
}
