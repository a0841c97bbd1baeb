/** What some tests need beyond Node, Go and `npm ci`. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import * as path from "node:path";

/** Debian keeps servers out of a user's PATH. */
const FOLDERS = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/sbin", "/usr/local/sbin"];

/** The programs of each tool, all of them needed, and how to get them. */
const TOOLS = {
    go: [["go"], "install Go (https://go.dev/dl/)"],
    // Python packages are installed into a cached environment by the tests themselves.
    python: [["python3"], "apt-get install python3-venv"],
    rabbitmq: [["rabbitmq-server", "rabbitmqctl", "erl"], "apt-get install rabbitmq-server"],
} as const satisfies Record<string, readonly [programs: readonly string[], install: string]>;

export type Tool = keyof typeof TOOLS;

/**
 * Whether tests that need a tool have to be skipped, and why:
 * `const { skip } = needs("rabbitmq"); describe.skipIf(skip)("…", …)`. The reason is written to standard error too.
 *
 * @throws in CI, where nothing is skipped, when the tool is not there
 */
export function needs(tool: Tool): { readonly skip: string | undefined } {
    const [programs, install] = TOOLS[tool];
    const missing: string[] = programs.filter((program) => programPath(program) === undefined);
    if (tool === "python" && missing.length === 0 && !canMakeEnvironments()) missing.push("module ensurepip");
    if (missing.length === 0) return { skip: undefined };
    const skip = `${tool}: there is no ${missing.join(", ")}; ${install}`;
    if (process.env.CI) throw new Error(`Tests of CI are never skipped. ${skip}`);
    process.stderr.write(`Skipped, ${skip}\n`);
    return { skip };
}

/** Where a program is; undefined when it is not installed. */
export function programPath(program: string): string | undefined {
    return FOLDERS.map((folder) => path.join(folder, program)).find((file) => {
        try {
            accessSync(file, constants.X_OK);
            return true;
        } catch {
            return false;
        }
    });
}

/** Debian has Python without what `python3 -m venv` needs. */
function canMakeEnvironments(): boolean {
    return spawnSync("python3", ["-c", "import venv, ensurepip"]).status === 0;
}
