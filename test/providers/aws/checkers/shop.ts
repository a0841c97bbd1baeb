import { writeFileSync } from "node:fs";
import * as path from "node:path";
import type { ExportedResource } from "#dist/cli/export/format.js";
import { terraformPlan } from "#dist/cli/export/formats/terraform-plan/index.js";
import { runForExport } from "#dist/cli/export/run.js";

/** What the shop makes on AWS, unchanged, as `npx twelvefold export` sees it. */
export async function shopOn(profile: "development" | "production"): Promise<readonly ExportedResource[]> {
    const { resources } = await runForExport({
        folder: "stacks/shop",
        stack: "production-aws",
        config: {
            "twelvefold:profile": profile,
            "shop:sessionKey": "hidden-key",
            // As long as the rules for production want; how long it is, is the shop's business.
            "shop:logRetentionDays": "365",
        },
    });
    return resources;
}

/** Writes the plan of some resources into a folder, and gives its file. */
export function writePlan(folder: string, resources: readonly ExportedResource[]): string {
    const file = path.join(folder, "plan.json");
    writeFileSync(file, terraformPlan.print(resources, { project: "shop", stack: "production-aws" }));
    return file;
}

/** The resources with other inputs for some of them, by name. */
export function changed(
    resources: readonly ExportedResource[],
    changes: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): readonly ExportedResource[] {
    const unused = new Set(Object.keys(changes));
    const result = resources.map((resource) => {
        const change = resource.type.startsWith("aws:") ? changes[resource.name] : undefined;
        if (change === undefined) return resource;
        unused.delete(resource.name);
        return { ...resource, inputs: { ...resource.inputs, ...change } };
    });
    if (unused.size > 0) throw new Error(`There is no ${[...unused].join(", ")} in the shop.`);
    return result;
}
