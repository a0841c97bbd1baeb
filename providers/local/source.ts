import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { CodeRequest } from "../contract.js";
import type { SourceSpec } from "./spec.js";
import { digestContext } from "./supervisor/app/source.js";

// Several apps run from one folder (web and worker), and all of a run's apps should see one version of it. A monitor is
// what a run has one of.
const digests = new WeakMap<object, Map<string, string>>();

/** The source folder of an app or job, with the digest that makes a code change a change of the resource. */
export function sourceOf(code: CodeRequest): SourceSpec {
    if (!("build" in code)) throw new Error("An image reached the local target, which refuses images.");
    const folder = path.resolve(code.build.context);
    return { context: path.relative(process.cwd(), folder) || ".", digest: digestOf(folder) };
}

function digestOf(folder: string): string {
    const run = pulumi.runtime.getMonitor();
    if (run === undefined) return digestContext(folder).digest;
    const known = digests.get(run) ?? new Map<string, string>();
    digests.set(run, known);
    const digest = known.get(folder) ?? digestContext(folder).digest;
    known.set(folder, digest);
    return digest;
}
