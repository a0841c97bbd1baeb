import { execFile, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Account } from "./account.js";
import { type Folders, giveTo } from "./folders.js";
import { identifier, literal } from "./names.js";
import { scramVerifier } from "./scram.js";
import { ACCESS_RULES, serverSettings } from "./settings.js";

export const SUPERUSER = "postgres";

/** The programs of an installation, run as the server's user. */
export interface Programs {
    readonly folder: string;
    readonly account: Account | undefined;
}

/** The environment of PostgreSQL's programs: nothing of the developer's shell. */
export const PROGRAM_ENVIRONMENT = { PATH: "/usr/bin:/bin", LC_ALL: "C" };

/** Fills the data folder; a folder appears under its final name only when it is complete and on the disk. */
export async function createDataFolder(
    programs: Programs,
    folders: Folders,
    major: string,
    superuserPassword: string,
): Promise<void> {
    const unfinished = `${folders.data}.new`;
    const passwordFile = path.join(folders.base, "password");
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { mode: 0o700 });
    giveTo(programs.account, unfinished);
    writeFileSync(passwordFile, superuserPassword, { mode: 0o600 });
    giveTo(programs.account, passwordFile);
    try {
        await runInitdb(programs, folders, [
            `--pgdata=${unfinished}`,
            `--username=${SUPERUSER}`,
            `--pwfile=${passwordFile}`,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--data-checksums",
            ...localeOptions(major),
        ]);
    } finally {
        rmSync(passwordFile, { force: true });
    }
    renameSync(unfinished, folders.data);
}

/** Sorting by code point everywhere; PostgreSQL's own rules do not change when the system's libraries do. */
function localeOptions(major: string): string[] {
    if (Number(major) >= 17) return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    return [process.platform === "linux" ? "--locale=C.UTF-8" : "--locale=C"];
}

async function runInitdb(programs: Programs, folders: Folders, args: readonly string[]): Promise<void> {
    try {
        await promisify(execFile)(path.join(programs.folder, "initdb"), [...args], {
            cwd: folders.base,
            env: PROGRAM_ENVIRONMENT,
            ...userOf(programs.account),
        });
    } catch (error) {
        const said = (error as { stderr?: string }).stderr?.trim();
        throw new Error(`initdb could not make ${folders.data}: ${said || (error as Error).message}`);
    }
}

/** The major version that the data was made by; undefined when there is no data. */
export function dataVersion(folders: Folders): string | undefined {
    const file = path.join(folders.data, "PG_VERSION");
    return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

export function writeSettings(folders: Folders, account: Account | undefined, port: number): void {
    for (const [name, text] of [
        ["postgresql.conf", serverSettings(port)],
        ["pg_hba.conf", ACCESS_RULES],
    ] as const) {
        const file = path.join(folders.data, name);
        writeFileSync(file, text, { mode: 0o600 });
        chmodSync(file, 0o600);
        giveTo(account, file);
    }
}

/** Sets the superuser's password with the server down, for when the file that held it is lost. */
export async function resetSuperuser(programs: Programs, folders: Folders, password: string): Promise<void> {
    const verifier = literal(scramVerifier(password));
    await singleUser(programs, folders, `ALTER ROLE ${identifier(SUPERUSER)} PASSWORD ${verifier}`);
}

/**
 * A server that was killed leaves a shared memory segment, which only the next start removes: before the data goes,
 * start and stop it once. Nothing depends on it, so whatever goes wrong is no obstacle.
 */
export async function sweepSharedMemory(programs: Programs, folders: Folders): Promise<void> {
    await singleUser(programs, folders, "SELECT 1").catch(() => undefined);
}

function singleUser(programs: Programs, folders: Folders, statement: string): Promise<void> {
    return new Promise((resolve, reject) => {
        const server = spawn(path.join(programs.folder, "postgres"), ["--single", "-D", folders.data, SUPERUSER], {
            cwd: folders.base,
            env: PROGRAM_ENVIRONMENT,
            stdio: ["pipe", "ignore", "pipe"],
            timeout: 30_000,
            killSignal: "SIGQUIT",
            ...userOf(programs.account),
        });
        let said = "";
        server.stderr.on("data", (chunk: Buffer) => {
            said = (said + chunk.toString()).slice(-2000);
        });
        server.stdin.on("error", () => undefined);
        server.stdin.end(`${statement};\n`);
        server.once("error", reject);
        server.once("exit", (code) => {
            // Single-user mode reports a failed statement on stderr and still exits with 0.
            if (code === 0 && !said.includes("ERROR:")) resolve();
            else reject(new Error(`PostgreSQL in single-user mode on ${folders.data} failed: ${said.trim()}`));
        });
    });
}

function userOf(account: Account | undefined): { uid?: number; gid?: number } {
    return account ? { uid: account.uid, gid: account.gid } : {};
}
