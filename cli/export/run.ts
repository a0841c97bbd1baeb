import { fork } from "node:child_process";
import * as path from "node:path";
import type { Answers } from "./answers.js";
import { configurationOf } from "./config.js";
import type { ExportedResource } from "./format.js";
import { readProject } from "./project.js";

export interface RunOptions {
    /** Folder of the project, or one below it. */
    readonly folder: string;
    readonly stack?: string | undefined;
    /** Configuration that wins over the stack's. */
    readonly config?: Readonly<Record<string, string>>;
    readonly answers?: Answers;
}

export interface ExportRun {
    readonly project: string;
    readonly stack: string;
    readonly resources: readonly ExportedResource[];
    /** What was invented because nobody could be asked, in words. */
    readonly standIns: readonly string[];
}

export interface ChildRequest {
    readonly project: string;
    readonly stack: string;
    readonly folder: string;
    readonly main: string;
    readonly config: Record<string, string>;
    readonly secretKeys: string[];
    readonly answers: Answers;
}

export type ChildAnswer =
    | { readonly resources: readonly ExportedResource[]; readonly standIns: readonly string[] }
    | { readonly error: string };

/**
 * Runs the program of a project without engine, cloud and cluster, and records what it would register.
 *
 * @throws Error with what the program threw
 */
export async function runForExport(options: RunOptions): Promise<ExportRun> {
    const project = readProject(options.folder, options.stack);
    const { config, secretKeys } = configurationOf(
        project.name,
        project.projectConfig,
        project.stackConfig,
        options.config ?? {},
    );
    const { typescript, tsconfig, nodeargs } = project.runtime;
    const answer = await ask(
        {
            project: project.name,
            stack: project.stack,
            folder: project.folder,
            main: project.main,
            config,
            secretKeys: [...secretKeys],
            answers: options.answers ?? {},
        },
        nodeargs === undefined ? [] : nodeargs.split(/\s+/).filter((arg) => arg !== ""),
        // As Pulumi's language host tells its loader.
        {
            PULUMI_NODEJS_TYPESCRIPT: String(typescript),
            ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
        },
    );
    if ("error" in answer) throw new Error(answer.error);
    return { project: project.name, stack: project.stack, ...answer };
}

function ask(request: ChildRequest, execArgv: string[], settings: Record<string, string>): Promise<ChildAnswer> {
    return new Promise((resolve, reject) => {
        const child = fork(path.join(__dirname, "child.js"), {
            cwd: request.folder,
            execArgv,
            env: { ...process.env, ...settings },
            // Standard output is the export's own.
            stdio: ["ignore", process.stderr, process.stderr, "ipc"],
        });
        let answer: ChildAnswer | undefined;
        child.once("message", (message: ChildAnswer) => {
            answer = message;
        });
        child.once("error", reject);
        child.once("close", (code, signal) => {
            if (answer !== undefined) resolve(answer);
            else
                reject(
                    new Error(`The program ended its process (${signal ?? `exit code ${code}`}) before it was done.`),
                );
        });
        child.send(request);
    });
}
