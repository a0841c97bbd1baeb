import type { ExportedResource } from "#dist/cli/export/format.js";
import { arm } from "#dist/cli/export/formats/arm/index.js";
import { exportedShop } from "../../../support/exported-shop.js";

const STACK = "production-azure";

export function shopOn(profile: "development" | "production"): Promise<readonly ExportedResource[]> {
    return exportedShop(STACK, profile, { "azure-native:location": "westeurope" });
}

/** The resources as a template for their resource group. */
export function templateOf(resources: readonly ExportedResource[]): string {
    return arm.print(resources, { project: "shop", stack: STACK });
}
