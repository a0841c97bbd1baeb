import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { foldersOf, isExecutable } from "./find.js";
import { type Engine, pulumiOf } from "./index.js";

/**
 * An environment in which pulumi knows nothing of the user's own login, stacks and plugins: its home, its state and its
 * passphrase are in the given folder, which is made, for this user only. All of the user's PULUMI_* variables are left out.
 */
export function isolatedEnvironment(
    engine: Engine,
    folder: string,
    environment: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const state = path.join(folder, "state");
    mkdirSync(state, { recursive: true, mode: 0o700 });
    const inherited: Record<string, string> = {};
    for (const [name, value] of Object.entries(environment)) {
        if (value !== undefined && !name.startsWith("PULUMI_")) inherited[name] = value;
    }
    return {
        ...inherited,
        // Pulumi writes no colours where there is no terminal, but what it starts may.
        ...(process.stdout.isTTY ? {} : { NO_COLOR: "1" }),
        PATH: pathWith(engine, environment),
        PULUMI_HOME: path.join(folder, "home"),
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(folder),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // The language host asks for the plugin of every Pulumi package in node_modules, used or not.
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
}

/** The engine's folder comes first, unless it is on PATH anyway: moved to the front, it could bring another Node with it. */
function pathWith(engine: Engine, environment: NodeJS.ProcessEnv): string {
    const first = foldersOf(environment).find((folder) => isExecutable(path.join(folder, "pulumi")));
    const own = environment.PATH ?? "";
    if (first !== undefined && path.join(first, "pulumi") === pulumiOf(engine)) return own;
    return [engine.binFolder, ...(own === "" ? [] : [own])].join(path.delimiter);
}

/** Made once, so that a second run can read what the first one encrypted. */
function passphraseFile(folder: string): string {
    const file = path.join(folder, "passphrase");
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, randomBytes(24).toString("base64url"), { mode: 0o600 });
    try {
        linkSync(draft, file);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
        rmSync(draft);
    }
    return file;
}
