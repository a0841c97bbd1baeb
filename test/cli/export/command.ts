import * as path from "node:path";
import { type RunResult, run } from "#dist/engine/run.js";

const REPOSITORY = path.resolve(__dirname, "..", "..", "..");

/** Runs `twelvefold export` to its end, from the root of the repository. */
export function runExport(...args: string[]): Promise<RunResult> {
    return run(process.execPath, ["dist/cli/main.js", "export", ...args], { cwd: REPOSITORY });
}
