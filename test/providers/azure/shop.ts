import { type ProgramOptions, type Recording, runProgram } from "twelvefold/testing";
import { vi } from "vitest";

/** Runs the shop, unchanged, as Pulumi does: in its own folder, each time anew. */
export async function runShop(options: ProgramOptions = {}): Promise<Recording> {
    const before = process.cwd();
    process.chdir("stacks/shop");
    vi.resetModules();
    try {
        return await runProgram(() => import("../../../stacks/shop/index.js"), {
            target: "azure",
            profile: "development",
            project: "shop",
            ...options,
            config: {
                "shop:logRetentionDays": "7",
                "shop:minReplicas": "2",
                "shop:maxReplicas": "4",
                "shop:sessionKey": "hidden-key",
                ...options.config,
            },
            secretKeys: ["shop:sessionKey"],
        });
    } finally {
        process.chdir(before);
    }
}
