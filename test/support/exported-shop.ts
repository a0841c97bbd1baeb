import type { ExportedResource } from "#dist/cli/export/format.js";
import { runForExport } from "#dist/cli/export/run.js";

/** What the shop makes in one of its stacks, unchanged, as `npx twelvefold export` sees it. */
export async function exportedShop(
    stack: string,
    profile: "development" | "production",
    config: Readonly<Record<string, string>>,
): Promise<readonly ExportedResource[]> {
    const { resources } = await runForExport({
        folder: "stacks/shop",
        stack,
        config: { "twelvefold:profile": profile, "shop:sessionKey": "hidden-key", ...config },
    });
    return resources;
}

/**
 * The resources with other inputs for some of them.
 *
 * @param types What their type tokens begin with.
 * @param changes Inputs by the name of the resource.
 */
export function changed(
    resources: readonly ExportedResource[],
    types: string,
    changes: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): readonly ExportedResource[] {
    const unused = new Set(Object.keys(changes));
    const result = resources.map((resource) => {
        const change = resource.type.startsWith(types) ? changes[resource.name] : undefined;
        if (change === undefined) return resource;
        unused.delete(resource.name);
        return { ...resource, inputs: { ...resource.inputs, ...change } };
    });
    if (unused.size > 0) throw new Error(`There is no ${[...unused].join(", ")} in the shop.`);
    return result;
}
