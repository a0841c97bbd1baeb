/** Folders with fake programs in them, and a progress that only listens. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach } from "vitest";
import type { Progress } from "#dist/engine/progress.js";

const folders: string[] = [];

afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the test. */
export function temporary(): string {
    const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-test-"));
    folders.push(folder);
    return folder;
}

export function program(folder: string, name: string, script: string): string {
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
}

/** An engine that can do nothing but tell its version. */
export function fakeEngine(folder: string, version = "3.220.0"): string {
    program(folder, "pulumi", `echo v${version}`);
    for (const name of ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs", "pulumi-analyzer-policy"]) {
        program(folder, name, "exit 0");
    }
    return folder;
}

/** An environment in which nothing is on PATH but these folders and the basic commands of the system. */
export function environmentWith(...bins: string[]): NodeJS.ProcessEnv & { XDG_CACHE_HOME: string } {
    const cache = temporary();
    return { PATH: [...bins, "/usr/bin", "/bin"].join(":"), HOME: cache, XDG_CACHE_HOME: cache };
}

export function listening(): Progress & { readonly told: string[] } {
    const told: string[] = [];
    return {
        told,
        phase: (text) => told.push(text),
        detail: (text) => told.push(text),
        done: (text) => told.push(text),
    };
}
