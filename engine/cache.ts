import { mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Where a version of a tool is kept between runs. A home may be shared by unlike machines. */
export function cacheFolder(tool: string, version: string, environment: NodeJS.ProcessEnv): string {
    return path.join(cacheOf(tool, environment), `${version}-${process.platform}-${process.arch}`);
}

/** Where all versions of a tool are kept (XDG Base Directory Specification). */
export function cacheOf(tool: string, environment: NodeJS.ProcessEnv): string {
    const base = environment.XDG_CACHE_HOME;
    // The specification says to ignore relative paths.
    const root = base && path.isAbsolute(base) ? base : path.join(environment.HOME || os.homedir(), ".cache");
    return path.join(root, "twelvefold", tool);
}

/**
 * Fills a cache folder: `make` writes into an empty folder beside it, which takes its name when it is complete. What was
 * interrupted leaves nothing that could be taken for an engine, and is removed by the next one who fills. The caller
 * holds the folder's lock; its parent is there.
 */
export async function fill(folder: string, make: (into: string) => Promise<void>): Promise<void> {
    const parent = path.dirname(folder);
    const prefix = `${path.basename(folder)}.new-`;
    for (const name of readdirSync(parent)) {
        if (name.startsWith(prefix)) rmSync(path.join(parent, name), { recursive: true, force: true });
    }
    const draft = mkdtempSync(path.join(parent, prefix));
    try {
        await make(draft);
        rmSync(folder, { recursive: true, force: true });
        renameSync(draft, folder);
    } finally {
        rmSync(draft, { recursive: true, force: true });
    }
}
