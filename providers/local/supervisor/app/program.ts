import { readProcfile } from "../../../procfile.js";
import type { AppSpec } from "../../spec.js";
import type { Folders } from "../folders.js";
import { type Program, program, shellProgram } from "./environment.js";

/**
 * The program of an app, from its snapshot.
 *
 * @throws when there is no such program or Procfile entry.
 */
export function appProgram(folders: Folders, spec: AppSpec, searchPath: string): Program {
    const cwd = folders.source(spec.source.digest);
    if (spec.command !== undefined) return program(spec.command, cwd, searchPath);
    const entries = readProcfile(cwd);
    const line = entries?.get(spec.process);
    if (line !== undefined) return shellProgram(line);
    const names = [...(entries?.keys() ?? [])];
    throw new Error(
        `There is no process "${spec.process}" in the Procfile of ${spec.source.context}. ` +
            (names.length === 0
                ? "It has no Procfile, or an empty one; add one, or set command."
                : `It has: ${names.join(", ")}.`),
    );
}
