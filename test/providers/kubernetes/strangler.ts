import { type ProgramOptions, type Recording, runProgram } from "twelvefold/testing";
import { vi } from "vitest";

/** Runs the strangler program, unchanged, in its own folder. */
export async function runStrangler(ordersPercent: number, options: ProgramOptions = {}): Promise<Recording> {
    const before = process.cwd();
    process.chdir("stacks/strangler");
    vi.resetModules();
    try {
        return await runProgram(() => import("../../../stacks/strangler/index.js"), {
            target: "kubernetes",
            project: "strangler",
            ...options,
            config: { "strangler:ordersPercent": String(ordersPercent), ...options.config },
        });
    } finally {
        process.chdir(before);
    }
}
