import { createHash } from "node:crypto";
import { chmodSync, chownSync, lchownSync, mkdirSync, readdirSync, rmdirSync } from "node:fs";
import * as path from "node:path";
import type { Account } from "./account.js";

/** For root: a home is 0700 and may lie under /root, where the server's user cannot go. */
const SYSTEM_FOLDER = "/var/lib/twelvefold";

/** Where the server of a home keeps its files. */
export interface Folders {
    /** Holds all the others; removed as a whole. */
    readonly base: string;
    readonly data: string;
    /** Copy of the binaries, where the installed ones are out of the server's reach or incomplete. */
    readonly binaries: string;
    readonly log: string;
}

export function clusterFolders(home: string, account: Account | undefined): Folders {
    const hash = createHash("sha256").update(path.resolve(home)).digest("hex").slice(0, 12);
    const base = account ? path.join(SYSTEM_FOLDER, hash) : path.join(home, "postgres");
    return {
        base,
        data: path.join(base, "postgres"),
        binaries: path.join(base, "binaries"),
        log: path.join(base, "server.log"),
    };
}

/** Makes the base folder; the server's user may pass through it and no more. */
export function makeBase(folders: Folders, account: Account | undefined): void {
    mkdirSync(folders.base, { recursive: true, mode: 0o700 });
    if (!account) return;
    // Not through mkdir's mode, which the umask narrows.
    chmodSync(folders.base, 0o711);
    chmodSync(path.dirname(folders.base), 0o711);
}

/** Removes the folder of all homes when this was the last one. */
export function removeEmptyParent(folders: Folders, account: Account | undefined): void {
    if (!account) return;
    try {
        rmdirSync(path.dirname(folders.base));
    } catch {
        // Another home still has files there.
    }
}

/** Gives a file or a whole folder to the server's user. */
export function giveTo(account: Account | undefined, target: string, recursive = false): void {
    if (!account) return;
    if (!recursive) {
        chownSync(target, account.uid, account.gid);
        return;
    }
    lchownSync(target, account.uid, account.gid);
    for (const entry of readdirSync(target, { withFileTypes: true })) {
        const child = path.join(target, entry.name);
        if (entry.isDirectory()) giveTo(account, child, true);
        else lchownSync(child, account.uid, account.gid);
    }
}
