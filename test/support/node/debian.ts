import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { cachedTool } from "../tool-cache.js";
import type { Images } from "./images.js";
import { run } from "./shell.js";

const MIRROR = "http://deb.debian.org/debian";
/** What no program needs. */
const LEAVE_OUT = ["doc", "man", "locale"].map((folder) => `"$1/usr/share/${folder}"`).join(" ");

/** A root file system with packages, made once; in the versions that Debian has on that day. @returns a tar file */
export async function debian(suite: string, packages: readonly string[]): Promise<string> {
    const made = createHash("sha256").update(JSON.stringify([suite, packages]));
    const version = made.digest("hex").slice(0, 12);
    const folder = await cachedTool({ name: "debian", version }, async (into) => {
        console.error(`Installing ${packages.join(", ")} of Debian ${suite}; some minutes, once`);
        run("mmdebstrap", [
            "--variant=apt",
            // A suite in the making may be signed for a few days only.
            '--aptopt=Acquire::Check-Valid-Until "false"',
            `--include=${["ca-certificates", "procps", ...packages].join(",")}`,
            `--customize-hook=rm -rf ${LEAVE_OUT}`,
            suite,
            path.join(into, "root.tar"),
            MIRROR,
        ]);
    });
    return path.join(folder, "root.tar");
}

/** The users of a root file system, some with another number. */
function usersOf(root: string, ids: Readonly<Record<string, number>>): Readonly<Record<string, string>> {
    const [passwd, group] = ["passwd", "group"].map((file) => run("tar", ["-xOf", root, `./etc/${file}`]));
    const numbered = (text = "", pattern: (name: string) => RegExp, line: (name: string, id: number) => string) =>
        Object.entries(ids).reduce((all, [name, id]) => all.replace(pattern(name), line(name, id)), text);
    return {
        "etc/passwd": numbered(
            passwd,
            (name) => new RegExp(`^${name}:x:\\d+:\\d+`, "m"),
            (name, id) => `${name}:x:${id}:${id}`,
        ),
        "etc/group": numbered(
            group,
            (name) => new RegExp(`^${name}:x:\\d+`, "m"),
            (name, id) => `${name}:x:${id}`,
        ),
    };
}

/** A layer in which users have other numbers, and may write into folders. */
export function usersLayer(
    images: Images,
    root: string,
    ids: Readonly<Record<string, number>>,
    folders: readonly string[],
): string {
    return images.layer({}, (layer) => {
        for (const [file, text] of Object.entries(usersOf(root, ids))) {
            mkdirSync(path.dirname(path.join(layer, file)), { recursive: true });
            writeFileSync(path.join(layer, file), text);
        }
        for (const folder of folders) {
            mkdirSync(path.join(layer, folder), { recursive: true });
            chmodSync(path.join(layer, folder), 0o777);
        }
    });
}
