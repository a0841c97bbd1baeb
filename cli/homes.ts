import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { homeExists } from "../providers/local/client.js";
import { stateRoot } from "../providers/local/paths.js";

export interface HomeOptions {
    readonly stack?: string;
    readonly project?: string;
    readonly home?: string;
}

/** A stack that is on this machine. */
export interface Home {
    readonly project: string;
    /** Stack, with a suffix when its backend was named in the environment. */
    readonly stack: string;
    readonly folder: string;
}

/**
 * The state folder of the stack that a command is about: the only one of the project that the current folder belongs to,
 * unless options say more.
 *
 * @throws Error listing the stacks on this machine when there is none, or more than one
 */
export function chooseHome(options: HomeOptions): string {
    if (options.home !== undefined) return options.home;
    const all = homes();
    const project = options.project ?? projectOf(process.cwd());
    const candidates = all.filter(
        (home) =>
            (project === undefined || home.project === project) &&
            (options.stack === undefined ||
                withoutSuffix(home.stack) === options.stack ||
                home.stack === options.stack),
    );
    const exact = candidates.find((home) => home.stack === options.stack);
    if (exact) return exact.folder;
    if (candidates.length === 1 && candidates[0]) return candidates[0].folder;
    const asked = [project && `project ${project}`, options.stack && `stack ${options.stack}`]
        .filter(Boolean)
        .join(", ");
    const wanted = asked === "" ? "" : ` of ${asked}`;
    if (candidates.length === 0) {
        throw new Error(
            `No stack${wanted} is on this machine. ${listed(all, "There is")}Start one with pulumi up, on the target local.`,
        );
    }
    throw new Error(
        `Several stacks${wanted} are on this machine. ${listed(candidates, "Choose with --project and --stack")}`,
    );
}

export function homes(): Home[] {
    const root = stateRoot();
    return folders(root).flatMap((project) =>
        folders(path.join(root, project))
            .map((stack) => ({ project, stack, folder: path.join(root, project, stack) }))
            .filter(({ folder }) => homeExists(folder)),
    );
}

function folders(parent: string): string[] {
    if (!existsSync(parent)) return [];
    return readdirSync(parent, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort();
}

/** The suffix that paths.ts adds for a backend. */
function withoutSuffix(stack: string): string {
    return stack.replace(/-[0-9a-f]{6}$/, "");
}

function listed(found: readonly Home[], introduction: string): string {
    if (found.length === 0) return "";
    return `${introduction}: ${found.map(({ project, stack }) => `${project}/${stack}`).join(", ")}. `;
}

/** Name in the nearest Pulumi.yaml at or above a folder. */
function projectOf(folder: string): string | undefined {
    for (let at = folder; ; at = path.dirname(at)) {
        for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
            const file = path.join(at, name);
            if (existsSync(file)) return /^name:\s*["']?([\w.-]+)/m.exec(readFileSync(file, "utf8"))?.[1];
        }
        if (path.dirname(at) === at) return undefined;
    }
}
