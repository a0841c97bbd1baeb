/** What every target with images needs to know of a build, without a cloud. */
import { createHash, type Hash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { CodeRequest } from "./contract.js";
import { dockerIgnore } from "./docker-ignore.js";
import { ProgramError } from "./errors.js";

export type Build = Extract<CodeRequest, { readonly build: unknown }>["build"];

// Several apps are built from one folder; a monitor is what a run has one of.
const digests = new WeakMap<object, Map<string, string>>();
const noEngine = {};

/** Equal for builds that share an image: what they are made of may change, these four may not. */
export function buildKey({ context, dockerfile = "Dockerfile", target }: Build, platform: string): string {
    return JSON.stringify([path.normalize(context), path.normalize(dockerfile), target ?? null, platform]);
}

/**
 * sha256 of all that Docker reads for a build: its options, the Dockerfile, and the files of the context that its
 * .dockerignore does not leave out. The same on every machine; a tag made of it never changes its meaning.
 *
 * @throws ProgramError when the context or the Dockerfile is not there
 */
export function buildDigest(build: Build, platform: string): string {
    const run = pulumi.runtime.getMonitor() ?? noEngine;
    const known = digests.get(run) ?? new Map<string, string>();
    digests.set(run, known);
    const key = `${process.cwd()} ${buildKey(build, platform)}`;
    const digest = known.get(key) ?? digestOf(build, platform);
    known.set(key, digest);
    return digest;
}

function digestOf(build: Build, platform: string): string {
    const folder = path.resolve(build.context);
    const dockerfile = path.resolve(folder, build.dockerfile ?? "Dockerfile");
    if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
        throw new ProgramError(
            `The build context ${folder} is not a folder. Set build.context to the folder of the code.`,
        );
    }
    if (!fs.existsSync(dockerfile)) {
        throw new ProgramError(`There is no ${dockerfile}. Write one, or name it with build.dockerfile.`);
    }
    const hash = createHash("sha256").update(JSON.stringify([build.target ?? null, platform]));
    add(hash, "Dockerfile", dockerfile);
    const own = `${dockerfile}.dockerignore`;
    const ignored = dockerIgnore(fs.existsSync(own) ? own : path.join(folder, ".dockerignore"));
    for (const file of filesOf(folder)) {
        if (!ignored(file)) add(hash, file, path.join(folder, file));
    }
    return hash.digest("hex");
}

function add(hash: Hash, name: string, file: string): void {
    const status = fs.lstatSync(file);
    const content = status.isSymbolicLink() ? Buffer.from(fs.readlinkSync(file)) : fs.readFileSync(file);
    // Git keeps no more of a mode than this, so no more of it is the same on every machine.
    const type = status.isSymbolicLink() ? "link" : status.mode & 0o100 ? "executable" : "file";
    hash.update(`${type} ${content.length} ${name}\n`).update(content);
}

/** Files and links, in the order of their names. */
function filesOf(folder: string): readonly string[] {
    return fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() || entry.isSymbolicLink())
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
        .sort();
}
