import { execFileSync } from "node:child_process";
import { cpSync, existsSync, lstatSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import type { Account } from "./account.js";
import type { Installation } from "./binaries.js";
import { type Folders, giveTo } from "./folders.js";

interface Link {
    readonly source: string;
    readonly target: string;
}

/**
 * The folder of programs that the server's user can run: the installation's own, or a copy of it where that user
 * cannot reach it, or where links are missing (npm packages hold none; an install script that may not have been
 * allowed to run restores them) and the package cannot be written.
 */
export function usablePrograms(installation: Installation, folders: Folders, account: Account | undefined): string {
    const own = path.join(installation.root, "bin");
    if (installation.source === "npm") restoreLinks(installation.root);
    const problem = whyNotRunnable(own, account);
    if (!problem) return own;
    if (installation.source === "system") throw new Error(`PostgreSQL in ${own} does not run: ${problem}`);

    const copy = path.join(folders.binaries, installation.major);
    const programs = path.join(copy, "bin");
    if (existsSync(copy) && !whyNotRunnable(programs, account)) return programs;
    const unfinished = `${copy}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(installation.root, unfinished, { recursive: true, verbatimSymlinks: true });
    restoreLinks(unfinished);
    giveTo(account, folders.binaries);
    giveTo(account, unfinished, true);
    rmSync(copy, { recursive: true, force: true });
    renameSync(unfinished, copy);
    const still = whyNotRunnable(programs, account);
    if (still) throw new Error(`PostgreSQL copied from ${own} to ${programs} does not run: ${still}`);
    return programs;
}

/** Makes the links that pg-symlinks.json lists; what cannot be written is left for the copy. */
function restoreLinks(root: string): void {
    const list = path.join(root, "pg-symlinks.json");
    if (!existsSync(list)) return;
    for (const link of JSON.parse(readFileSync(list, "utf8")) as Link[]) {
        // Paths in the list begin with "native/", the name of the root in the package.
        const target = path.join(root, link.target.replace(/^native\//, ""));
        if (lstatSync(target, { throwIfNoEntry: false })) continue;
        try {
            symlinkSync(path.relative(path.dirname(link.target), link.source), target);
        } catch (error) {
            const code = (error as NodeJS.ErrnoException).code ?? "";
            if (code === "EEXIST") continue;
            if (["EACCES", "EPERM", "EROFS"].includes(code)) return;
            throw error;
        }
    }
}

/** Tries it, as the user that will: permissions, access lists and missing libraries all show. */
function whyNotRunnable(programs: string, account: Account | undefined): string | undefined {
    for (const program of ["initdb", "postgres"]) {
        try {
            execFileSync(path.join(programs, program), ["--version"], {
                cwd: "/",
                stdio: ["ignore", "ignore", "pipe"],
                encoding: "utf8",
                ...(account ? { uid: account.uid, gid: account.gid } : {}),
            });
        } catch (error) {
            return (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
        }
    }
    return undefined;
}
