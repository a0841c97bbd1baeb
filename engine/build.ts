import { chmodSync, copyFileSync } from "node:fs";
import * as path from "node:path";
import { checkGo, type Go, goIn } from "./go.js";
import type { Progress } from "./progress.js";
import type { RunResult } from "./run.js";
import { LANGUAGE_HOST_VERSION } from "./versions.js";

interface Part {
    readonly program: string;
    readonly package: string;
    /** Folder in engine/go with go.mod and go.sum. */
    readonly module: string;
    /** How many modules are downloaded and packages compiled the first time: measured, for progress only. */
    readonly modules: number;
    readonly packages: number;
}

const PARTS: readonly Part[] = [
    {
        program: "pulumi",
        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        module: "cli",
        modules: 213,
        packages: 1353,
    },
    {
        program: "pulumi-language-nodejs",
        package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        module: "language",
        modules: 31,
        packages: 264,
    },
];

/** Scripts of the language host's module that start dynamic providers and policy packs. */
const SCRIPTS = ["pulumi-resource-pulumi-nodejs", "pulumi-analyzer-policy"];
const SDK = `github.com/pulumi/pulumi/sdk/v3@v${LANGUAGE_HOST_VERSION}`;
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * Builds the engine from the Go module proxy into a folder: three to five minutes on two cores, the first time.
 *
 * @param sources folder with one Go module for each program
 * @throws Error with the reason
 */
export async function build(
    version: string,
    into: string,
    progress: Progress,
    environment: NodeJS.ProcessEnv,
    sources: string = path.resolve(__dirname, "..", "..", "engine", "go"),
): Promise<void> {
    await checkGo(path.join(sources, "cli"), environment);
    for (const part of PARTS) {
        const go = goIn(path.join(sources, part.module), environment);
        await download(part, go, progress);
        await compile(part, go, version, into, progress);
    }
    await copyScripts(goIn(path.join(sources, "language"), environment), into);
}

async function download(part: Part, go: Go, progress: Progress): Promise<void> {
    progress.phase(`Downloading the sources of ${part.program}`);
    let modules = 0;
    const onLine = (line: string) => {
        if (line.startsWith("go: downloading ")) progress.detail(`module ${++modules} of about ${part.modules}`);
    };
    must(await go(["list", "-deps", part.package], onLine), `the sources of ${part.program} cannot be downloaded`);
}

async function compile(part: Part, go: Go, version: string, into: string, progress: Progress): Promise<void> {
    progress.phase(`Compiling ${part.program}`);
    let packages = 0;
    const onLine = (line: string) => {
        // -v names each package that is compiled; those that Go still has from an earlier time are not named.
        if (!/^[\w.~/-]+$/.test(line)) return;
        const percent = Math.min(99, Math.round((++packages / part.packages) * 100));
        progress.detail(`${packages} of at most ${part.packages} packages, ${percent} %`);
    };
    const flags = ["-v", "-trimpath", "-buildvcs=false", "-ldflags", `-s -w -X ${VERSION_VARIABLE}=v${version}`];
    const result = await go(["build", ...flags, "-o", path.join(into, part.program), part.package], onLine);
    must(result, `${part.program} cannot be compiled`);
}

async function copyScripts(go: Go, into: string): Promise<void> {
    const { stdout } = must(await go(["mod", "download", "-json", SDK]), `${SDK} cannot be downloaded`);
    const folder = path.join((JSON.parse(stdout) as { Dir: string }).Dir, "nodejs", "dist");
    for (const script of SCRIPTS) {
        copyFileSync(path.join(folder, script), path.join(into, script));
        chmodSync(path.join(into, script), 0o755);
    }
}

function must(result: RunResult, what: string): RunResult {
    if (result.code === 0) return result;
    // The names of compiled packages and downloaded modules say nothing about the failure.
    const told = result.stderr.split("\n").filter((line) => line.includes(" ") && !line.startsWith("go: downloading "));
    const tail = (told.length > 0 ? told : result.stderr.trim().split("\n")).slice(-5);
    throw new Error(`${what}: ${tail.map((line) => line.trim()).join("; ")}`);
}
