import { spawn } from "node:child_process";
import * as path from "node:path";

const REPOSITORY = path.resolve(__dirname, "..", "..", "..");

/** Runs `twelvefold export` to its end, from the root of the repository. */
export function runExport(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, ["dist/cli/main.js", "export", ...args], { cwd: REPOSITORY });
        let stdout = "";
        let stderr = "";
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
            stdout += chunk;
        });
        child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
            stderr += chunk;
        });
        child.once("error", reject);
        child.once("close", (code) => resolve({ code, stdout, stderr }));
    });
}
