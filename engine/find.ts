import { accessSync, constants, realpathSync, statSync } from "node:fs";
import * as path from "node:path";
import { run } from "./run.js";
import { isAtLeast, OLDEST_VERSION } from "./versions.js";

export interface Found {
    readonly binFolder: string;
    readonly version: string;
}

/** The programs that an engine for Node programs is made of; dynamic providers and policy packs start by scripts. */
const PROGRAMS = [
    "pulumi",
    "pulumi-language-nodejs",
    "pulumi-resource-pulumi-nodejs",
    "pulumi-analyzer-policy",
] as const;

/**
 * The Pulumi installation of this PATH, when this library works with it.
 *
 * @returns the reason, when there is none
 */
export async function findOnPath(environment: NodeJS.ProcessEnv): Promise<Found | string> {
    const folders = foldersOf(environment);
    const binFolder = folders.find((folder) => isExecutable(path.join(folder, "pulumi")));
    if (binFolder === undefined) return "there is no pulumi";
    return check(binFolder, folders, environment);
}

/**
 * Whether an engine runs, and is whole. Pulumi looks for the other programs on PATH and beside its own file, which may
 * be elsewhere than the link in `binFolder`.
 *
 * @returns the reason, when it does not
 */
export async function check(
    binFolder: string,
    searchPath: readonly string[],
    environment: NodeJS.ProcessEnv,
): Promise<Found | string> {
    const pulumi = path.join(binFolder, "pulumi");
    if (!isExecutable(pulumi)) return `there is no ${pulumi}`;
    // Without the check for updates, `pulumi version` touches nothing in the user's home.
    const { code, stdout, stderr } = await run(pulumi, ["version"], {
        env: { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" },
        timeoutSeconds: 30,
    });
    const version = /^v?(\d+\.\d+\.\d+)/.exec(stdout.trim())?.[1];
    if (code !== 0 || version === undefined) {
        return `"${pulumi} version" failed: ${stderr.trim() || stdout.trim() || `exit code ${code}`}`;
    }
    if (!isAtLeast(version, OLDEST_VERSION)) {
        return `${pulumi} is version ${version}, and ${OLDEST_VERSION} or later is needed`;
    }
    const folders = [binFolder, path.dirname(realpathSync(pulumi)), ...searchPath];
    const missing = missingIn(folders);
    if (missing.length > 0) return `${pulumi} has no ${missing.join(", no ")} beside it or on PATH`;
    return { binFolder, version };
}

/** The programs of an engine that none of the folders has. */
export function missingIn(folders: readonly string[]): string[] {
    return PROGRAMS.filter((name) => !folders.some((folder) => isExecutable(path.join(folder, name))));
}

/** The folders of PATH, absolute. */
export function foldersOf(environment: NodeJS.ProcessEnv): string[] {
    return (environment.PATH ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

export function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
    } catch {
        return false;
    }
}
