import type { ExportedResource } from "#dist/cli/export/format.js";
import { arm } from "#dist/cli/export/formats/arm/index.js";
import { runForExport } from "#dist/cli/export/run.js";

/** What the shop makes on Azure, unchanged, as `npx twelvefold export` sees it. */
export async function shopOn(profile: "development" | "production"): Promise<readonly ExportedResource[]> {
    const { resources } = await runForExport({
        folder: "stacks/shop",
        stack: "production-azure",
        config: {
            "twelvefold:profile": profile,
            "shop:sessionKey": "hidden-key",
            "azure-native:location": "westeurope",
        },
    });
    return resources;
}

/** The resources as a template for their resource group. */
export function templateOf(resources: readonly ExportedResource[]): string {
    return arm.print(resources, { project: "shop", stack: "production-azure" });
}

/** The resources with other inputs for some of them, by name. */
export function changed(
    resources: readonly ExportedResource[],
    changes: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): readonly ExportedResource[] {
    return resources.map((resource) => {
        const change = resource.type.startsWith("azure-native:") ? changes[resource.name] : undefined;
        return change === undefined ? resource : { ...resource, inputs: { ...resource.inputs, ...change } };
    });
}
