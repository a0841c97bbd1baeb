import * as fs from "node:fs";
import * as path from "node:path";
import type { SourceSpec } from "../../spec.js";
import type { Folders } from "../folders.js";
import { digestFiles, listContext } from "./source.js";

/** Hidden folders are left out of a snapshot for good, but for the usual names of a Python environment. */
const LINKED_HIDDEN = [".venv"];
/** Written by the running program: each release has its own. */
const NEVER_LINKED = ["__pycache__"];
const YOUNG_MILLISECONDS = 600_000;

/**
 * Copies what counts in a context to `<home>/sources/<digest>`, so that a release can be started again with its own
 * code at any time later. What the context leaves out but needs to run (node_modules, dist, vendor, …) is linked.
 *
 * @throws when the code is no longer what the digest says.
 */
export async function takeSnapshot(folders: Folders, projectRoot: string, source: SourceSpec): Promise<string> {
    const target = folders.source(source.digest);
    const context = path.resolve(projectRoot, source.context);
    if (fs.existsSync(target)) fs.utimesSync(target, new Date(), new Date());
    else await makeSnapshot(folders, context, source.digest);
    // Dependencies may have been installed since the snapshot was made.
    if (fs.existsSync(context)) linkDependencies(context, target);
    return target;
}

async function makeSnapshot(folders: Folders, context: string, digest: string): Promise<void> {
    const { files } = listContext(context);
    fs.mkdirSync(folders.sources(), { recursive: true, mode: 0o700 });
    const draft = fs.mkdtempSync(path.join(folders.sources(), ".draft-"));
    try {
        for (const file of files) await copy(context, draft, file);
        if (digestFiles(draft, files) !== digest) {
            throw new Error(
                `The code in ${context} changed while it was being deployed. Run pulumi up again when it is as you want it.`,
            );
        }
        put(draft, folders.source(digest));
    } finally {
        fs.rmSync(draft, { recursive: true, force: true });
    }
}

/** Links what is no code of the app but lies beside it, and the node_modules that Node would find from there. */
function linkDependencies(context: string, snapshot: string): void {
    for (const folder of listContext(context).ignoredFolders.filter(isLinked)) {
        link(path.join(context, folder), path.join(snapshot, folder));
    }
    const modules = nearestModules(context);
    if (modules !== undefined) link(modules, path.join(snapshot, "node_modules"));
}

/** Removes the snapshots that nobody uses. Young ones stay: a deployment that has just taken one is about to use it. */
export function pruneSnapshots(folders: Folders, used: ReadonlySet<string>): void {
    if (!fs.existsSync(folders.sources())) return;
    for (const name of fs.readdirSync(folders.sources())) {
        const age = Date.now() - fs.lstatSync(folders.source(name)).mtimeMs;
        if (!used.has(name) && age > YOUNG_MILLISECONDS)
            fs.rmSync(folders.source(name), { recursive: true, force: true });
    }
}

async function copy(context: string, draft: string, file: string): Promise<void> {
    const from = path.join(context, file);
    const to = path.join(draft, file);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    if (!fs.lstatSync(from).isSymbolicLink()) {
        await fs.promises.copyFile(from, to, fs.constants.COPYFILE_FICLONE);
        return;
    }
    fs.symlinkSync(fs.readlinkSync(from), to);
}

function isLinked(folder: string): boolean {
    const parts = folder.split("/");
    return parts.every(
        (part) => !NEVER_LINKED.includes(part) && (!part.startsWith(".") || LINKED_HIDDEN.includes(part)),
    );
}

/** What is there already stays: another app may be running from it. */
function link(from: string, to: string): void {
    if (fs.existsSync(to)) return;
    fs.mkdirSync(path.dirname(to), { recursive: true });
    try {
        fs.symlinkSync(fs.realpathSync(from), to);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        // A link to what was there once, or somebody made it in between.
        if (fs.existsSync(to)) return;
        fs.rmSync(to, { force: true });
        fs.symlinkSync(fs.realpathSync(from), to);
    }
}

/** The nearest node_modules at or above a folder: where Node looks, too. */
function nearestModules(context: string): string | undefined {
    for (let at = context; ; at = path.dirname(at)) {
        const modules = path.join(at, "node_modules");
        if (fs.existsSync(modules)) return modules;
        if (at === path.dirname(at)) return undefined;
    }
}

/** Somebody else may have put the same snapshot there meanwhile; it is the same by its digest. */
function put(draft: string, target: string): void {
    try {
        fs.renameSync(draft, target);
    } catch (error) {
        if (!fs.existsSync(target)) throw error;
    }
}
