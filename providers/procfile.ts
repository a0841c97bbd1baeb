import { readFileSync } from "node:fs";
import * as path from "node:path";

/** The process types of a source folder: name to command line (a line of shell). */
export type Procfile = ReadonlyMap<string, string>;

/**
 * Reads the Procfile of a source folder: one `name: command` a line, `#` starts a comment line.
 *
 * @returns undefined when the folder has none
 * @throws Error naming the file and line that cannot be read
 */
export function readProcfile(folder: string): Procfile | undefined {
    const file = path.join(folder, "Procfile");
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
    }
    return parseProcfile(text, file);
}

export function parseProcfile(text: string, file = "Procfile"): Procfile {
    const entries = new Map<string, string>();
    for (const [index, raw] of text.split(/\r?\n/).entries()) {
        const line = raw.trim();
        if (line === "" || line.startsWith("#")) continue;
        const where = `${file}:${index + 1}`;
        const [, name, command] = /^([A-Za-z0-9_-]+)\s*:\s*(\S.*)$/.exec(line) ?? [];
        if (name === undefined || command === undefined) {
            throw new Error(
                `${where} is "${line}"; allowed: a name, a colon and a command, for example "web: node server.js".`,
            );
        }
        if (entries.has(name)) throw new Error(`${where} declares "${name}" again; each process type has one line.`);
        entries.set(name, command);
    }
    return entries;
}

/** The command that runs a Procfile line. `exec` lets the program, not a shell, receive signals. */
export function shellCommand(line: string): readonly string[] {
    return ["/bin/sh", "-c", `exec ${line}`];
}
