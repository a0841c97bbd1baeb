import * as path from "node:path";
import type { LogsSpec } from "../spec.js";
import { Folders } from "./folders.js";
import { isRecord, readJson } from "./json-file.js";

/** What another stack's sink was asked to be, from that stack's own file: its alerts watch these lines, too. */
export function sinkSpec(folder: string): LogsSpec | undefined {
    const home = path.dirname(path.dirname(folder));
    const desired = readJson(new Folders(home).state("desired.json"), isRecord).value;
    const objects = isRecord(desired?.objects) ? desired.objects : {};
    const entry = objects[`logs/${path.basename(folder)}`];
    return isRecord(entry) && isRecord(entry.spec) ? (entry.spec as unknown as LogsSpec) : undefined;
}
