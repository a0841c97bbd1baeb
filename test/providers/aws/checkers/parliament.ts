import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { ExportedResource } from "#dist/cli/export/format.js";
import { run } from "#dist/engine/run.js";
import { pythonEnvironment } from "../../../support/python-environment.js";

/** Types whose policy says who may do what to which resource; trust policies have no resource, and keys' mean themselves. */
const POLICIES = ["RolePolicy", "QueuePolicy", "BucketPolicy"];

export interface Policy {
    /** Name of its resource. */
    readonly name: string;
    readonly document: string;
}

export interface Remark {
    readonly policy: string;
    readonly issue: string;
    readonly detail: string;
}

/** Every policy that a program emits, with its resource's name. */
export function policiesOf(resources: readonly ExportedResource[]): readonly Policy[] {
    return resources
        .filter(({ type }) => type.startsWith("aws:") && POLICIES.includes(type.split(":").at(-1) ?? ""))
        .map(({ name, inputs }) => ({ name, document: String(inputs.policy) }));
}

/** What parliament has to say about policies: actions, resources and conditions that do not exist or do not fit. */
export async function parliament(folder: string, policies: readonly Policy[]): Promise<readonly Remark[]> {
    const bin = await pythonEnvironment("parliament");
    const place = path.join(folder, "policies");
    mkdirSync(place, { recursive: true });
    for (const { name, document } of policies) writeFileSync(path.join(place, `${name}.json`), document);
    const { stdout, stderr } = await run(path.join(bin, "parliament"), ["--directory", place, "--json"]);
    // It ends with 1 when it has something to say; when it could not start it says nothing to stdout.
    if (stderr.includes("Traceback")) throw new Error(stderr.slice(-2000));
    return stdout
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => {
            const { issue, detail, location } = JSON.parse(line);
            return { policy: path.basename(location.filepath, ".json"), issue, detail: JSON.stringify(detail) };
        });
}
