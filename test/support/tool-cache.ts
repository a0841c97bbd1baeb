/** Tools that tests use and that are built or installed once: `$XDG_CACHE_HOME/twelvefold/<tool>/<version>-<platform>`. */
import { existsSync, mkdirSync } from "node:fs";
import * as path from "node:path";
import { cacheFolder, fill } from "#dist/engine/cache.js";
import { exclusively } from "#dist/engine/lock.js";

/** How long a tool may take where it has to be made; use it for the hook that asks for one. */
export const TOOL_MILLISECONDS = 30 * 60_000;

export interface Tool {
    readonly name: string;
    /** Everything that the result depends on. */
    readonly version: string;
}

/**
 * The folder of a tool, made if it is not there. Whoever asks meanwhile waits; a machine that stopped half-way starts anew.
 *
 * @param make writes the tool into an empty folder, which is renamed when it is complete
 */
export async function cachedTool({ name, version }: Tool, make: (into: string) => Promise<void>): Promise<string> {
    const folder = cacheFolder(name, version, process.env);
    if (existsSync(folder)) return folder;
    mkdirSync(path.dirname(folder), { recursive: true });
    const onWait = ({ pid }: { pid: number }) => console.error(`Waiting for process ${pid}, which makes ${name}`);
    return exclusively(folder, onWait, async () => {
        if (!existsSync(folder)) await fill(folder, make);
        return folder;
    });
}
