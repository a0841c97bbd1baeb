import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identify, isAlive, type ProcessIdentity } from "../providers/local/process/index.js";

const POLL_MILLISECONDS = 250;

/**
 * Runs `work` while no other process does so for the same name; a lock whose process has died does not count.
 *
 * A lock is a file `<name>.lock.<generation>` that names its holder, and the highest generation counts. To take over from
 * a dead holder is to make the next generation, which link(2) lets one process do; were the old file removed first, two
 * who saw the same dead holder could both win.
 *
 * @param name path without the ending, in a folder that is there
 */
export async function exclusively<T>(
    name: string,
    onWait: (holder: ProcessIdentity) => void,
    work: () => Promise<T>,
): Promise<T> {
    const file = await take(name, onWait);
    try {
        return await work();
    } finally {
        rmSync(file, { force: true });
    }
}

async function take(name: string, onWait: (holder: ProcessIdentity) => void): Promise<string> {
    const draft = `${name}.draft.${process.pid}`;
    try {
        writeFileSync(draft, JSON.stringify(identify(process.pid)), { mode: 0o600 });
        let told = false;
        for (;;) {
            const highest = generationsOf(name).at(-1) ?? 0;
            const holder = highest === 0 ? undefined : holderOf(`${name}.lock.${highest}`);
            if (holder && isAlive(holder)) {
                if (!told) onWait(holder);
                told = true;
                await sleep(POLL_MILLISECONDS);
                continue;
            }
            const file = `${name}.lock.${highest + 1}`;
            if (!linked(draft, file)) continue;
            // Whoever sees a higher generation than its own had looked at old news, and steps back.
            const generations = generationsOf(name);
            if (generations.at(-1) === highest + 1) {
                for (const old of generations.slice(0, -1)) rmSync(`${name}.lock.${old}`, { force: true });
                return file;
            }
            rmSync(file, { force: true });
        }
    } finally {
        rmSync(draft, { force: true });
    }
}

function generationsOf(name: string): number[] {
    const prefix = `${path.basename(name)}.lock.`;
    return readdirSync(path.dirname(name))
        .filter((file) => file.startsWith(prefix))
        .map((file) => Number(file.slice(prefix.length)))
        .filter(Number.isInteger)
        .sort((a, b) => a - b);
}

function holderOf(file: string): ProcessIdentity | undefined {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch {
        // Released between the two looks at it.
        return undefined;
    }
}

function linked(from: string, to: string): boolean {
    try {
        linkSync(from, to);
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw error;
    }
}
