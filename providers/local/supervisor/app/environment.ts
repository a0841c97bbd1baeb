import { accessSync, constants, statSync } from "node:fs";
import * as path from "node:path";
import type { Secrets } from "../../spec.js";

/** All that a process gets from this machine; the rest of its environment is what its app declares. */
export function baseEnvironment(own: NodeJS.ProcessEnv = process.env): Record<string, string> {
    return {
        PATH: own.PATH ?? "/usr/local/bin:/usr/bin:/bin",
        HOME: own.HOME ?? "/",
        LANG: own.LANG ?? "C.UTF-8",
        TMPDIR: own.TMPDIR ?? "/tmp",
    };
}

export interface Program {
    readonly command: string;
    readonly args: readonly string[];
}

/** A line of a Procfile runs in a shell that becomes the program, so that signals reach it. */
export function shellProgram(line: string): Program {
    // Shells add these to the environment by themselves.
    return { command: "/bin/sh", args: ["-c", `unset PWD OLDPWD SHLVL; exec ${line}`] };
}

/**
 * A command as an array runs as it is, without a shell.
 *
 * @throws when there is no such program, which the shell at the gate could only tell by a status of 127.
 */
export function program(command: readonly string[], cwd: string, searchPath: string): Program {
    const [name, ...args] = command;
    if (name === undefined || name === "") throw new Error("The command is empty. Give the program and its arguments.");
    const candidates = name.includes("/")
        ? [path.resolve(cwd, name)]
        : searchPath.split(":").map((folder) => path.resolve(cwd, folder, name));
    const found = candidates.find(isExecutable);
    if (found === undefined) {
        const where = name.includes("/") ? `at ${candidates[0]}` : `on the PATH (${searchPath})`;
        throw new Error(`There is no program "${name}" ${where}. Install it, or correct the command.`);
    }
    return { command: found, args };
}

/** @throws when a name could not be an environment variable in every shell. */
export function checkNames(environment: Readonly<Record<string, string>>, secrets: Secrets): void {
    const wrong = [...Object.keys(environment), ...Object.keys(secrets)].filter((name) => !/^[A-Za-z_]\w*$/.test(name));
    if (wrong.length > 0) {
        throw new Error(
            `${wrong.map((name) => `"${name}"`).join(", ")} cannot be a name of an environment variable. ` +
                "Names are letters, digits and underscores, and start with no digit.",
        );
    }
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
    } catch {
        return false;
    }
}
