import { spawn } from "node:child_process";

export interface RunOptions {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    /** Called with each line of the error stream as it comes. */
    readonly onLine?: (line: string) => void;
    /** Default: as long as it takes. */
    readonly timeoutSeconds?: number;
}

export interface RunResult {
    /** Null when the command could not be started or was killed; `stderr` then says which. */
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs a command to its end. Never throws. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return new Promise((resolve) => {
        const child = spawn(command, [...args], {
            cwd: options.cwd,
            env: options.env ?? process.env,
            stdio: ["ignore", "pipe", "pipe"],
            ...(options.timeoutSeconds === undefined ? {} : { timeout: options.timeoutSeconds * 1000 }),
        });
        let stdout = "";
        let stderr = "";
        let rest = "";
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
            stdout += chunk;
        });
        child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
            stderr += chunk;
            const lines = (rest + chunk).split("\n");
            rest = lines.pop() ?? "";
            for (const line of lines) options.onLine?.(line);
        });
        child.once("error", (error) => resolve({ code: null, stdout, stderr: error.message }));
        child.once("close", (code, signal) => {
            if (signal !== null) stderr += `${stderr === "" || stderr.endsWith("\n") ? "" : "\n"}ended by ${signal}`;
            resolve({ code, stdout, stderr });
        });
    });
}
