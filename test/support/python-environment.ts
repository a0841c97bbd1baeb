import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { cacheOf } from "#dist/engine/cache.js";
import { exclusively } from "#dist/engine/lock.js";
import { run } from "#dist/engine/run.js";

/** How long the installation may take; use it for the hook that calls {@link pythonEnvironment}. */
export const PYTHON_MILLISECONDS = 20 * 60_000;

/**
 * The folder with the programs of a Python environment that holds the packages of `test/support/python/<name>.txt`,
 * all versions pinned. Made on first use, then kept in the cache: an environment cannot be moved, so it is made where
 * it stays, and counts once it is marked as complete.
 *
 * @throws Error with pip's words when a package cannot be installed
 */
export async function pythonEnvironment(name: string): Promise<string> {
    const requirements = path.join(__dirname, "python", `${name}.txt`);
    const version = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
    const parent = cacheOf("python", process.env);
    const folder = path.join(parent, `${name}-${version}`);
    const complete = path.join(folder, "complete");
    mkdirSync(parent, { recursive: true });
    if (!existsSync(complete)) {
        await exclusively(
            folder,
            () => undefined,
            async () => {
                if (existsSync(complete)) return;
                rmSync(folder, { recursive: true, force: true });
                await ran("python3", ["-m", "venv", folder]);
                const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
                await ran(path.join(folder, "bin", "python"), [...pip, "--requirement", requirements]);
                writeFileSync(complete, "");
            },
        );
    }
    return path.join(folder, "bin");
}

async function ran(command: string, args: readonly string[]): Promise<void> {
    const { code, stderr } = await run(command, args);
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${stderr.trim()}`);
}
