import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import ignore from "ignore";
import type { CodeRequest } from "./contract.js";

export type Build = Extract<CodeRequest, { readonly build: unknown }>["build"];

// Several apps are built from one folder; a monitor is what a run has one of.
const digests = new WeakMap<object, Map<string, string>>();

/**
 * sha256 of all that Docker reads for a build: its options, the Dockerfile, and the files of the context that its
 * .dockerignore does not leave out. Equal builds have equal digests.
 */
export function buildDigest(build: Build, platform: string): string {
    const folder = path.resolve(build.context);
    const dockerfile = path.resolve(folder, build.dockerfile ?? "Dockerfile");
    const key = JSON.stringify([folder, dockerfile, build.target ?? null, platform]);
    const run = pulumi.runtime.getMonitor() ?? noEngine;
    const known = digests.get(run) ?? new Map<string, string>();
    digests.set(run, known);
    const digest = known.get(key) ?? digestOf(folder, dockerfile, [build.target ?? "", platform]);
    known.set(key, digest);
    return digest;
}

const noEngine = {};

function digestOf(folder: string, dockerfile: string, options: readonly string[]): string {
    const hash = createHash("sha256").update(JSON.stringify(options));
    if (fs.existsSync(dockerfile)) hash.update(fs.readFileSync(dockerfile));
    for (const file of filesOf(folder)) {
        const full = path.join(folder, file);
        const status = fs.lstatSync(full);
        const content = status.isSymbolicLink() ? Buffer.from(fs.readlinkSync(full)) : fs.readFileSync(full);
        const mode = status.isSymbolicLink() ? "link" : (status.mode & 0o777).toString(8);
        hash.update(`${mode} ${content.length} ${file}\n`).update(content);
    }
    return hash.digest("hex");
}

/** What Docker sends, in the order of names. */
function filesOf(folder: string): readonly string[] {
    const file = path.join(folder, ".dockerignore");
    const rules = ignore().add(fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");
    return fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
        .filter((name) => !rules.ignores(name))
        .sort();
}
