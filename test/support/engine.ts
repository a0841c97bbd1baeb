import { type Engine, ensureEngine } from "#dist/engine/index.js";
import { progressOn } from "#dist/engine/progress.js";

/** How long the engine may take where it has to be built; use it for the hook that calls {@link testEngine}. */
export const ENGINE_MILLISECONDS = 20 * 60_000;

let engine: Promise<Engine> | undefined;

/** The engine of the end-to-end tests: a user's own, or the one in the cache, which the first run fills. */
export function testEngine(): Promise<Engine> {
    engine ??= getEngine();
    return engine;
}

async function getEngine(): Promise<Engine> {
    const progress = progressOn(process.stderr);
    try {
        return await ensureEngine(progress);
    } finally {
        progress.stop();
    }
}
