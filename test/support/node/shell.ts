import { spawnSync } from "node:child_process";

const SECONDS = 300;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Runs a program to its end. @returns its output @throws with what it wrote to standard error */
export function run(program: string, args: readonly string[], input?: string): string {
    const { status, stdout, stderr, error } = spawnSync(program, args, {
        encoding: "utf8",
        timeout: SECONDS * 1000,
        maxBuffer: MAX_OUTPUT_BYTES,
        ...(input === undefined ? {} : { input }),
    });
    if (status === 0) return stdout;
    throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr.trim().slice(-2000)}`);
}
