/** Runs the pack on a real engine. */
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import type { PulumiProject, Run } from "../../support/pulumi.js";
import { type PolicyEvent, policyEvents } from "./events.js";

const PACK = path.resolve(__dirname, "..", "..", "..", "policy");

/** The engine writes its events to a file only where it is debugged. */
export const EVENTS = { PULUMI_DEBUG_COMMANDS: "true" };

/** Arguments that run the pack, with settings. */
export function packArgs(
    project: PulumiProject,
    settings: object = {},
): { readonly args: string[]; readonly log: string } {
    const [file, log] = [path.join(project.root, "settings.json"), path.join(project.root, "events.json")];
    writeFileSync(file, JSON.stringify(settings));
    writeFileSync(log, "");
    return { args: ["--policy-pack", PACK, "--policy-pack-config", file, "--event-log", log], log };
}

export async function previewed(
    project: PulumiProject,
    settings: object,
    expectFailure: boolean,
): Promise<{ readonly run: Run; readonly events: PolicyEvent[] }> {
    const { args, log } = packArgs(project, settings);
    const run = await project.preview({ args, expectFailure, environment: EVENTS });
    return { run, events: policyEvents(log) };
}
