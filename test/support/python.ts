/** Programs of Python packages, for tests: each in an environment of its own, in the cache, made once. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { exclusively } from "#dist/engine/lock.js";
import { run } from "#dist/engine/run.js";
import { shortHash } from "#dist/providers/naming.js";

/** How long an environment may take where it has to be made; use it for the hook that calls {@link venv}. */
export const VENV_MILLISECONDS = 15 * 60_000;

/**
 * The folder with the programs of an environment that has these packages. Another list of them is another environment.
 *
 * @param name for the folder in the cache, for example `checkov`
 * @param requirements as pip takes them, with versions: `["checkov==3.2.500"]`
 * @throws Error with pip's last lines when they cannot be installed
 */
export async function venv(name: string, requirements: readonly string[]): Promise<string> {
    const python = await pythonVersion();
    const key = shortHash([python, ...requirements].join("\n"), 8);
    const folder = path.join(cache(), "python", `${name}-${key}`);
    const bin = path.join(folder, "bin");
    // Scripts name their interpreter by its path, so an environment cannot be made elsewhere and moved.
    const complete = path.join(folder, "complete");
    if (existsSync(complete)) return bin;
    mkdirSync(path.dirname(folder), { recursive: true });
    await exclusively(
        folder,
        () => {},
        async () => {
            if (existsSync(complete)) return;
            rmSync(folder, { recursive: true, force: true });
            await must("python3", ["-m", "venv", folder]);
            await must(path.join(bin, "pip"), ["install", "--quiet", "--no-input", ...requirements]);
            writeFileSync(complete, `${requirements.join("\n")}\n`);
        },
    );
    return bin;
}

async function pythonVersion(): Promise<string> {
    return (await must("python3", ["--version"])).trim();
}

async function must(command: string, args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(command, args);
    if (code === 0) return stdout;
    throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stderr.split("\n").slice(-20).join("\n")}`);
}

function cache(): string {
    const { XDG_CACHE_HOME: base } = process.env;
    const root = base && path.isAbsolute(base) ? base : path.join(os.homedir(), ".cache");
    return path.join(root, "twelvefold");
}
