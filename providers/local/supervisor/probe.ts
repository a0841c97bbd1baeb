import { execFile } from "node:child_process";
import * as http from "node:http";
import type { Program } from "./app/environment.js";

/** Undefined when all is well, else what was wrong. */
export type ProbeResult = string | undefined;

/** A GET that must be answered by 200 to 399 in time. */
export function probeHttp(port: number, path: string, timeoutSeconds: number): Promise<ProbeResult> {
    return new Promise((resolve) => {
        const what = `GET ${path} on port ${port}`;
        const request = http.get(
            { host: "127.0.0.1", port, path, agent: false, headers: { "user-agent": "twelvefold-probe" } },
            (response) => {
                response.resume();
                const status = response.statusCode ?? 0;
                finish(status >= 200 && status < 400 ? undefined : `${what} was answered with status ${status}`);
            },
        );
        const timer = setTimeout(() => {
            finish(`${what} was not answered within ${timeoutSeconds} s`);
            request.destroy();
        }, timeoutSeconds * 1000);
        request.once("error", (error: NodeJS.ErrnoException) =>
            finish(
                error.code === "ECONNREFUSED" ? `nothing listens on port ${port}` : `${what} failed: ${error.message}`,
            ),
        );
        function finish(result: ProbeResult): void {
            clearTimeout(timer);
            resolve(result);
        }
    });
}

/** A command that must exit with status 0 in time. */
export function probeCommand(
    probe: Program,
    options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly timeoutSeconds: number },
): Promise<ProbeResult> {
    return new Promise((resolve) => {
        const { cwd, env, timeoutSeconds } = options;
        const settings = { cwd, env: { ...env }, timeout: timeoutSeconds * 1000, killSignal: "SIGKILL" as const };
        execFile(probe.command, [...probe.args], settings, (error) => {
            if (error === null) resolve(undefined);
            else if (error.killed) resolve(`the health command did not end within ${timeoutSeconds} s`);
            else resolve(`the health command failed with ${error.signal ?? `status ${error.code}`}`);
        });
    });
}
