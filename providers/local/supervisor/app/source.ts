import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { ignoreRules } from "./ignored.js";

/** Bounds of a context: beyond these, something is in it that is no code. */
const LIMITS = { files: 20_000, bytes: 500 * 1024 * 1024 };

/** What counts in a folder of code. */
export interface Context {
    /** Files and symbolic links, relative, in the order of their names' code points. */
    readonly files: readonly string[];
    /** Folders that were left out, relative. */
    readonly ignoredFolders: readonly string[];
}

/**
 * Lists what counts in a folder: all but `.git`, `node_modules`, and what its .dockerignore (else the .gitignore files
 * that git would read) leaves out.
 *
 * @throws when the folder is not there, or holds more than 20,000 files or 500 MiB.
 */
export function listContext(folder: string): Context {
    if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
        throw new Error(
            `The build context ${folder} is not a folder. Set build.context to the folder of the app's code.`,
        );
    }
    const rules = ignoreRules(folder);
    const files: string[] = [];
    const ignoredFolders: string[] = [];
    let bytes = 0;
    const walk = (relativeFolder: string) => {
        rules.enter(path.join(folder, relativeFolder));
        for (const entry of fs.readdirSync(path.join(folder, relativeFolder), { withFileTypes: true })) {
            const relative = relativeFolder === "" ? entry.name : `${relativeFolder}/${entry.name}`;
            const isFolder = entry.isDirectory() || linksToFolder(entry, path.join(folder, relative));
            if (rules.isIgnored(isFolder ? `${relative}/` : relative)) {
                if (isFolder) ignoredFolders.push(relative);
            } else if (entry.isDirectory()) {
                walk(relative);
            } else if (entry.isFile() || entry.isSymbolicLink()) {
                files.push(relative);
                bytes += fs.lstatSync(path.join(folder, relative)).size;
                if (files.length > LIMITS.files || bytes > LIMITS.bytes) throw tooLarge(folder);
            }
        }
    };
    walk("");
    return { files: files.sort((a, b) => (a < b ? -1 : 1)), ignoredFolders: ignoredFolders.sort() };
}

/** sha256 of the names, executable bits and contents of what counts in a folder. */
export function digestContext(folder: string): { digest: string; files: number } {
    const { files } = listContext(folder);
    return { digest: digestFiles(folder, files), files: files.length };
}

/** The same digest, of files that are known already. */
export function digestFiles(folder: string, files: readonly string[]): string {
    const hash = createHash("sha256");
    for (const file of files) {
        const full = path.join(folder, file);
        const status = fs.lstatSync(full);
        const content = status.isSymbolicLink() ? Buffer.from(fs.readlinkSync(full)) : fs.readFileSync(full);
        const type = status.isSymbolicLink() ? "link" : status.mode & 0o111 ? "executable" : "file";
        hash.update(`${type} ${Buffer.byteLength(file)} ${content.length}\n${file}\n`).update(content);
    }
    return hash.digest("hex");
}

function linksToFolder(entry: fs.Dirent, full: string): boolean {
    return entry.isSymbolicLink() && fs.statSync(full, { throwIfNoEntry: false })?.isDirectory() === true;
}

function tooLarge(folder: string): Error {
    return new Error(
        `The build context ${folder} holds more than 20,000 files or 500 MiB. ` +
            "Leave out what is no code (data, build output, dependencies) in its .dockerignore or .gitignore.",
    );
}
