/** Runs programs with pulumi itself, isolated from everything else on the machine, and finds what they leave behind. */
import { type ChildProcess, spawn } from "node:child_process";
import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isolatedEnvironment } from "#dist/engine/environment.js";
import { pulumiOf } from "#dist/engine/index.js";
import { homeOf, socketFolder } from "#dist/providers/local/paths.js";
import { serverAccount } from "#dist/providers/local/postgres/account.js";
import { clusterFolders } from "#dist/providers/local/postgres/folders.js";
import { testEngine } from "./engine.js";
import { processesMentioning } from "./leftovers.js";
import { type Changes, changesIn } from "./output.js";

const REPOSITORY = path.resolve(__dirname, "..", "..");
const PROJECT_FILE = "name: test\nruntime: nodejs\nmain: index.js\n";
const COMMAND_SECONDS = 180;
const ENGINE_PROCESS = /pulumi-(language|resource|analyzer)-|@pulumi\/pulumi\/cmd\//;

export interface ProjectOptions {
    /** Files of the program by path; Pulumi.yaml (with `main: index.js`) and package.json are added where they lack. */
    readonly files?: Readonly<Record<string, string>>;
    /** Files and folders of this repository to copy, each to its own path: the originals stay as they are. */
    readonly copy?: readonly string[];
    /** Folder of Pulumi.yaml within the program. Default: its top. */
    readonly folder?: string;
    /** Default "dev". */
    readonly stack?: string;
    readonly config?: Readonly<Record<string, string>>;
    readonly secrets?: Readonly<Record<string, string>>;
    /** Added to the environment of every command. */
    readonly environment?: Readonly<Record<string, string>>;
    /** Another project whose backend this one shares, so that it can refer to its stack. Dispose of this one first. */
    readonly beside?: PulumiProject;
}

export interface RunOptions {
    /** Without it a command that fails throws, with all that it wrote; with it, one that succeeds does. */
    readonly expectFailure?: boolean;
    readonly environment?: Readonly<Record<string, string>>;
    /** Default 180; then the command is killed and counts as failed. */
    readonly timeoutSeconds?: number;
    /** More arguments, "--diff" for example. */
    readonly args?: readonly string[];
}

export interface Run {
    /** Null when it was killed. */
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
    readonly changes: Changes;
    readonly durationMilliseconds: number;
}

/** The part of an exported state that tests look at. */
export interface Deployment {
    readonly resources?: readonly {
        readonly urn: string;
        readonly type: string;
        readonly id?: string;
        readonly inputs?: Readonly<Record<string, unknown>>;
        readonly outputs?: Readonly<Record<string, unknown>>;
        readonly initErrors?: readonly string[];
    }[];
    readonly pending_operations?: readonly { readonly type: string }[];
}

export class PulumiProject {
    private constructor(
        /** Everything that this project and its stacks have on disk, and in no other place. */
        readonly root: string,
        /** Folder of Pulumi.yaml. */
        readonly folder: string,
        readonly stack: string,
        readonly environment: Readonly<Record<string, string>>,
        private readonly pulumi: string,
        private readonly ownsRoot: boolean,
    ) {}

    /** Makes the program's folder and its stack; nothing is deployed yet. */
    static async create(options: ProjectOptions): Promise<PulumiProject> {
        const engine = await testEngine();
        // Short, because sockets of what is deployed may end up below it.
        const root = options.beside?.root ?? mkdtempSync("/tmp/tf-");
        const program = mkdtempSync(path.join(root, "p-"));
        const environment = {
            ...isolatedEnvironment(engine, path.join(root, "pulumi")),
            XDG_STATE_HOME: path.join(root, "xdg"),
            ...options.environment,
        };
        const folder = path.join(program, options.folder ?? "");
        const stack = options.stack ?? "dev";
        const project = new PulumiProject(root, folder, stack, environment, pulumiOf(engine), !options.beside);
        try {
            fillProgram(program, folder, options);
            await project.run(["stack", "init", stack]);
            await project.config(options.config ?? {}, options.secrets ?? {});
        } catch (error) {
            if (project.ownsRoot) rmSync(root, { recursive: true, force: true });
            throw error;
        }
        return project;
    }

    up(options: RunOptions = {}): Promise<Run> {
        return this.run(["up", "--yes", "--skip-preview", "--stack", this.stack], options);
    }

    preview(options: RunOptions = {}): Promise<Run> {
        return this.run(["preview", "--stack", this.stack], options);
    }

    refresh(options: RunOptions = {}): Promise<Run> {
        return this.run(["refresh", "--yes", "--skip-preview", "--stack", this.stack], options);
    }

    destroy(options: RunOptions = {}): Promise<Run> {
        return this.run(["destroy", "--yes", "--skip-preview", "--stack", this.stack], options);
    }

    /** Clears the lock of an update that was killed. */
    cancel(options: RunOptions = {}): Promise<Run> {
        return this.run(["cancel", this.stack, "--yes"], options);
    }

    async config(
        values: Readonly<Record<string, string>>,
        secrets: Readonly<Record<string, string>> = {},
    ): Promise<void> {
        for (const [key, value] of Object.entries(values)) {
            await this.run(["config", "set", key, "--stack", this.stack, "--", value]);
        }
        for (const [key, value] of Object.entries(secrets)) {
            await this.run(["config", "set", "--secret", key, "--stack", this.stack, "--", value]);
        }
    }

    /** The stack's outputs, secret ones in clear. */
    async outputs(): Promise<Record<string, unknown>> {
        return JSON.parse(
            (await this.run(["stack", "output", "--json", "--show-secrets", "--stack", this.stack])).stdout,
        );
    }

    /** The state, secrets encrypted, as `pulumi stack export` writes it. */
    async exportState(): Promise<{ readonly version: number; readonly deployment: Deployment }> {
        return JSON.parse((await this.run(["stack", "export", "--stack", this.stack])).stdout);
    }

    /** Writes a file of the program, relative to the folder of Pulumi.yaml. */
    write(file: string, text: string): void {
        const target = path.join(this.folder, file);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, text);
    }

    /** Runs any pulumi command to its end, in the folder of Pulumi.yaml. */
    async run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
        const { child, finished } = this.start([...args, ...(options.args ?? [])], options.environment);
        const seconds = options.timeoutSeconds ?? COMMAND_SECONDS;
        const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
        const run = await finished;
        clearTimeout(timer);
        if ((run.code !== 0) !== (options.expectFailure ?? false)) {
            const end =
                run.code === null
                    ? `was killed after ${Math.round(run.durationMilliseconds / 1000)} s`
                    : `ended with ${run.code}`;
            throw new Error(`pulumi ${args.join(" ")} ${end}:\n${run.stdout}${run.stderr}`);
        }
        return run;
    }

    /** Starts a pulumi command, to be killed or watched while it runs. */
    start(
        args: readonly string[],
        environment: Readonly<Record<string, string>> = {},
    ): { child: ChildProcess; finished: Promise<Run> } {
        const started = performance.now();
        const child = spawn(this.pulumi, ["--non-interactive", ...args], {
            cwd: this.folder,
            env: { ...this.environment, ...environment },
            stdio: ["ignore", "pipe", "pipe"],
        });
        const finished = new Promise<Run>((resolve, reject) => {
            let stdout = "";
            let stderr = "";
            child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
                stdout += chunk;
            });
            child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
                stderr += chunk;
            });
            child.once("error", reject);
            const end = (code: number | null) => {
                const durationMilliseconds = Math.round(performance.now() - started);
                resolve({ code, stdout, stderr, changes: changesIn(stdout), durationMilliseconds });
            };
            child.once("close", end);
            // What a killed pulumi has started may live on, and keep the pipes open, for minutes.
            child.once("exit", (code) => code === null && end(code));
        });
        return { child, finished };
    }

    /** Ends what a killed pulumi left: its language host and providers live on for minutes. @returns how many there were */
    endOrphans(): number {
        const orphans = processesMentioning(this.root).filter(({ command }) => ENGINE_PROCESS.test(command));
        for (const { pid } of orphans) kill(pid);
        return orphans.length;
    }

    /**
     * Destroys the stack and removes everything.
     *
     * @param withinSeconds how long processes may take to end after the destroy
     * @throws Error that lists the processes and files that were still there after the destroy; they are then gone
     */
    async dispose(withinSeconds = 10): Promise<void> {
        const problems: string[] = [];
        try {
            await this.cancel().catch(() => {});
            await this.destroy();
            problems.push(...this.filesLeft());
            problems.push(...(await this.processesLeft(withinSeconds)));
        } catch (error) {
            problems.push((error as Error).message);
        } finally {
            for (const { pid } of this.processes()) kill(pid);
            rmSync(this.postgresFolder, { recursive: true, force: true });
            if (this.ownsRoot) rmSync(this.root, { recursive: true, force: true });
        }
        if (problems.length > 0) throw new Error(`The stack left something behind:\n${problems.join("\n")}`);
    }

    /** Folder of the stack on the local target. */
    private get home(): string {
        return homeOf(projectNameIn(this.folder), this.stack, this.environment);
    }

    /** Outside of the home when root runs the tests. */
    private get postgresFolder(): string {
        return clusterFolders(this.home, serverAccount()).base;
    }

    /** Of this stack; those that are nobody's in particular belong to the stack that has the root. */
    private processes() {
        return processesMentioning(this.ownsRoot ? this.root : this.home, this.postgresFolder);
    }

    private filesLeft(): string[] {
        return [this.home, socketFolder(this.home), this.postgresFolder]
            .filter(existsSync)
            .map((folder) => `folder ${folder}: ${readdirSync(folder)}`);
    }

    private async processesLeft(withinSeconds: number): Promise<string[]> {
        const deadline = performance.now() + withinSeconds * 1000;
        while (this.processes().length > 0 && performance.now() < deadline) await sleep(100);
        return this.processes().map(({ pid, command }) => `process ${pid}: ${command}`);
    }
}

function fillProgram(program: string, folder: string, options: ProjectOptions): void {
    for (const entry of options.copy ?? []) {
        const filter = (file: string) => !["node_modules", "__pycache__"].includes(path.basename(file));
        cpSync(path.join(REPOSITORY, entry), path.join(program, entry), { recursive: true, filter });
    }
    mkdirSync(folder, { recursive: true });
    const files = { ...options.files };
    if (!existsSync(path.join(folder, "Pulumi.yaml"))) files["Pulumi.yaml"] ??= PROJECT_FILE;
    for (const [file, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), text);
    }
    // Pulumi asks for a package.json, and warns where there is none.
    const manifest = path.join(program, "package.json");
    if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
    symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(program, "node_modules"));
}

function projectNameIn(folder: string): string {
    const name = /^name:\s*(\S+)/m.exec(readFileSync(path.join(folder, "Pulumi.yaml"), "utf8"))?.[1];
    if (name === undefined) throw new Error(`${folder}/Pulumi.yaml has no name.`);
    return name;
}

function kill(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch {
        // Gone since it was listed.
    }
}
