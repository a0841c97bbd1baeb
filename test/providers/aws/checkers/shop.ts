import { writeFileSync } from "node:fs";
import * as path from "node:path";
import type { ExportedResource } from "#dist/cli/export/format.js";
import { terraformPlan } from "#dist/cli/export/formats/terraform-plan/index.js";
import { exportedShop } from "../../../support/exported-shop.js";

const STACK = "production-aws";

export function shopOn(profile: "development" | "production"): Promise<readonly ExportedResource[]> {
    // As long as the rules for production want; how long it is, is the shop's business.
    return exportedShop(STACK, profile, { "shop:logRetentionDays": "365" });
}

/** Writes the plan of some resources into a folder, and gives its file. */
export function writePlan(folder: string, resources: readonly ExportedResource[]): string {
    const file = path.join(folder, "plan.json");
    writeFileSync(file, terraformPlan.print(resources, { project: "shop", stack: STACK }));
    return file;
}
