import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { pythonEnvironment } from "./python-environment.js";

export { PYTHON_MILLISECONDS as MOTO_MILLISECONDS } from "./python-environment.js";

export interface Moto {
    /** `http://127.0.0.1:<port>`; takes any credentials and every region. */
    readonly endpoint: string;
    /** Forgets all it holds. */
    stop(): Promise<void>;
}

/** Starts the AWS emulator moto on a free port of loopback; use after `needs("python")`. */
export async function startMoto(): Promise<Moto> {
    const python = path.join(await pythonEnvironment("moto"), "python");
    const child = spawn(python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], {
        env: { PATH: process.env.PATH ?? "", PYTHONUNBUFFERED: "1", MOTO_IAM_LOAD_MANAGED_POLICIES: "true" },
        stdio: ["ignore", "ignore", "pipe"],
    });
    const closed = once(child, "close");
    const lines: string[] = [];
    const endpoint = new Promise<string>((resolve) => {
        createInterface(child.stderr).on("line", (line) => {
            const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
            if (url) resolve(url);
            // Later ones are its log of requests.
            else if (lines.length < 100) lines.push(line);
        });
    });
    const failed = closed.then(() => {
        throw new Error(`moto ended before it listened:\n${lines.join("\n")}`);
    });
    // Once it listens nobody waits for this any more.
    failed.catch(() => undefined);
    return {
        endpoint: await Promise.race([endpoint, failed]),
        async stop() {
            child.kill("SIGTERM");
            await closed;
        },
    };
}
