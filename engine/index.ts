import { accessSync, constants, mkdirSync } from "node:fs";
import * as path from "node:path";
import { build } from "./build.js";
import { cacheFolder, fill } from "./cache.js";
import { EngineError, reasonOf } from "./error.js";
import { check, findOnPath, missingIn } from "./find.js";
import { exclusively } from "./lock.js";
import { installOfficial } from "./official.js";
import type { Progress } from "./progress.js";
import { ENGINE_VERSION } from "./versions.js";

export { EngineError } from "./error.js";

/** A Pulumi engine that runs Node programs. */
export interface Engine {
    /** Folder of the `pulumi` program. */
    readonly binFolder: string;
    readonly version: string;
    /** Where it is from: the user's own, the cache, the official download, or built from source just now. */
    readonly origin: "path" | "cache" | "official" | "built";
}

/** Puts an engine into an empty folder, or throws an Error with the reason. */
export type Source = (
    version: string,
    into: string,
    progress: Progress,
    environment: NodeJS.ProcessEnv,
) => Promise<void>;

/** How an engine can be had where none is installed, tried in this order. */
export interface Sources {
    readonly official: Source;
    readonly build: Source;
}

/**
 * An engine: the one on PATH, else one from the cache, else the official download, else one built from source. The last two
 * fill the cache (`$XDG_CACHE_HOME/twelvefold/engine`), so they happen once, also when several processes ask at a time.
 *
 * @throws EngineError that says what was tried, why each failed, and what to do; Error when the cache cannot be written
 */
export async function ensureEngine(
    progress: Progress,
    environment: NodeJS.ProcessEnv = process.env,
    sources: Sources = { official: installOfficial, build },
): Promise<Engine> {
    const onPath = await findOnPath(environment);
    if (typeof onPath !== "string") return { ...onPath, origin: "path" };

    const folder = cacheFolder("engine", ENGINE_VERSION, environment);
    const cached: Engine = { binFolder: folder, version: ENGINE_VERSION, origin: "cache" };
    if (isCached(folder)) return cached;
    makeParent(folder);
    const onWait = ({ pid }: { pid: number }) => progress.phase(`Waiting for process ${pid}, which gets the engine`);
    return exclusively(folder, onWait, async () => {
        if (isCached(folder)) return cached;
        const failures = [`On PATH: ${onPath}.`];
        for (const [origin, what] of [
            ["official", "Official download"],
            ["build", "Build from source"],
        ] as const) {
            try {
                await fill(folder, async (into) => {
                    await sources[origin](ENGINE_VERSION, into, progress, environment);
                    const found = await check(into, [], environment);
                    if (typeof found === "string") throw new Error(`what came does not work: ${found}`);
                });
                progress.done(`Pulumi ${ENGINE_VERSION} is in ${folder}`);
                return { ...cached, origin: origin === "build" ? "built" : origin };
            } catch (error) {
                failures.push(`${what}: ${reasonOf(error)}.`);
            }
        }
        throw new EngineError(failures);
    });
}

function makeParent(folder: string): void {
    const parent = path.dirname(folder);
    try {
        mkdirSync(parent, { recursive: true });
        accessSync(parent, constants.W_OK);
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new Error(
            `The engine cannot be kept in ${parent} (${code}): set XDG_CACHE_HOME to a folder that you can write to.`,
        );
    }
}

/** Whether a cache folder holds an engine; only whole ones get there, but files in a cache may be removed by anybody. */
function isCached(folder: string): boolean {
    return missingIn([folder]).length === 0;
}

/** The pulumi program of an engine. */
export function pulumiOf(engine: Engine): string {
    return path.join(engine.binFolder, "pulumi");
}
