import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

/** What a project's files say about running its program for one stack. */
export interface Project {
    readonly name: string;
    readonly stack: string;
    /** Folder that the program runs in. */
    readonly folder: string;
    /** The program within it. */
    readonly main: string;
    readonly runtime: RuntimeOptions;
    readonly projectConfig: Readonly<Record<string, unknown>>;
    readonly stackConfig: Readonly<Record<string, unknown>>;
}

export interface RuntimeOptions {
    readonly typescript: boolean;
    readonly tsconfig?: string;
    readonly nodeargs?: string;
}

interface ProjectFile {
    readonly name?: string;
    readonly runtime?: string | { readonly name?: string; readonly options?: Partial<RuntimeOptions> };
    readonly main?: string;
    readonly config?: Readonly<Record<string, unknown>>;
    readonly stackConfigDir?: string;
}

/**
 * Reads Pulumi.yaml in or above a folder, and the configuration of a stack.
 *
 * @throws Error when there is none, or when the stack is not said and cannot be told
 */
export function readProject(folder: string, stack: string | undefined): Project {
    const file = projectFile(folder);
    const project = (parse(readFileSync(file, "utf8")) ?? {}) as ProjectFile;
    const runtime = typeof project.runtime === "string" ? { name: project.runtime } : (project.runtime ?? {});
    if (runtime.name !== "nodejs") {
        throw new Error(`${file} has the runtime ${runtime.name ?? "none"}; export runs programs for nodejs.`);
    }
    const root = path.dirname(file);
    const configFolder = path.join(root, project.stackConfigDir ?? "");
    const main = path.join(root, project.main ?? ".");
    const isFolder = statSync(main).isDirectory();
    const chosen = stackOf(configFolder, stack);
    return {
        name: project.name ?? path.basename(root),
        stack: chosen.name,
        folder: isFolder ? main : path.dirname(main),
        main: isFolder ? "." : path.basename(main),
        runtime: { typescript: true, ...runtime.options },
        projectConfig: project.config ?? {},
        stackConfig: chosen.config,
    };
}

function projectFile(folder: string): string {
    for (let at = path.resolve(folder); ; at = path.dirname(at)) {
        const found = ["Pulumi.yaml", "Pulumi.yml"].map((name) => path.join(at, name)).find((file) => existsSync(file));
        if (found !== undefined) return found;
        if (path.dirname(at) === at) {
            throw new Error(
                `There is no Pulumi.yaml in ${path.resolve(folder)} or above it. Choose a project with --cwd.`,
            );
        }
    }
}

const STACK_FILE = /^Pulumi\.(.+)\.ya?ml$/;

/** A stack need not have a file: its whole configuration may come from the command line. */
function stackOf(
    folder: string,
    asked: string | undefined,
): { readonly name: string; readonly config: Readonly<Record<string, unknown>> } {
    const files = readdirSync(folder).filter((file) => STACK_FILE.test(file));
    const names = files.map((file) => STACK_FILE.exec(file)?.[1] ?? "");
    if (asked === undefined && names.length !== 1) {
        const there = names.length === 0 ? "has no configuration of a stack" : `has the stacks ${names.join(", ")}`;
        throw new Error(`${folder} ${there}. Choose one with --stack.`);
    }
    // The last part of organization/project/stack.
    const name = (asked ?? names[0] ?? "").split("/").at(-1) ?? "";
    const file = files[names.indexOf(name)];
    if (file === undefined) return { name, config: {} };
    const text = (parse(readFileSync(path.join(folder, file), "utf8")) ?? {}) as { config?: Record<string, unknown> };
    return { name, config: text.config ?? {} };
}
