/** Tools that are built from the Go module proxy, in the versions of a committed go.sum. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { checkGo, goIn } from "#dist/engine/go.js";
import { cachedTool } from "./tool-cache.js";

export interface GoTools {
    /** Folder in test/support/go with go.mod and go.sum, and the name in the cache. */
    readonly module: string;
    readonly packages: readonly string[];
    /** More flags for the linker, `-X package.variable=value`. */
    readonly linkerFlags?: readonly string[];
    /** Build tags. */
    readonly tags?: readonly string[];
}

/** @returns the folder with the programs, each named as its package's last part */
export async function goTools({ module, packages, linkerFlags = [], tags }: GoTools): Promise<string> {
    const folder = path.join(__dirname, "go", module);
    const flags = ["-trimpath", "-buildvcs=false", "-ldflags", ["-s", "-w", ...linkerFlags].join(" ")];
    if (tags !== undefined) flags.push("-tags", tags.join(","));
    const made = createHash("sha256")
        .update(readFileSync(path.join(folder, "go.mod")))
        .update(JSON.stringify([flags, packages]));
    return cachedTool({ name: module, version: made.digest("hex").slice(0, 12) }, async (into) => {
        await checkGo(folder, process.env);
        console.error(`Building ${packages.join(", ")}; some minutes, once`);
        const { code, stderr } = await goIn(folder, process.env)(["build", ...flags, "-o", into, ...packages]);
        if (code !== 0) throw new Error(`${packages.join(", ")} cannot be built: ${stderr.trim().slice(-2000)}`);
    });
}

/** The folder of a module's sources, from the proxy, and in the version and with the checksum that are given. */
export async function goSources(module: string, version: string, sum: string): Promise<string> {
    const { code, stdout, stderr } = await goIn(
        __dirname,
        process.env,
    )(["mod", "download", "-json", `${module}@${version}`]);
    if (code !== 0) throw new Error(`${module}@${version} cannot be downloaded: ${(stderr || stdout).trim()}`);
    const got = JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string };
    if (got.Sum === sum) return got.Dir;
    throw new Error(`${module}@${version} has the checksum ${got.Sum}; expected ${sum}.`);
}
