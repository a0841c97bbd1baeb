import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { AppRequest } from "../contract.js";
import { readProcfile, shellCommand } from "../procfile.js";

/** What a container runs: the command, else the Procfile's line, else what the image says. */
export function commandOf(request: AppRequest): pulumi.Input<readonly string[]> | undefined {
    if (request.command !== undefined) return request.command;
    if (!("build" in request.code)) return undefined;
    const line = readProcfile(path.resolve(request.code.build.context))?.get(request.process);
    return line === undefined ? undefined : shellCommand(line);
}
