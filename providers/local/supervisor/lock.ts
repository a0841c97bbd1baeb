import * as fs from "node:fs";
import * as path from "node:path";
import { identify, isAlive, type ProcessIdentity } from "../process/index.js";

const NAME = /^supervisor\.lock\.(\d+)$/;

/**
 * At most one supervisor per home, also after crashes and whatever the timing.
 *
 * A lock is a file `supervisor.lock.<generation>` that names its holder. The highest generation counts. To take a lock
 * over from a dead holder is to make the next generation, which link(2) lets exactly one process do; whoever then sees
 * a higher one than its own had looked at old news and steps back.
 */
export class Lock {
    private constructor(private readonly file: string) {}

    /** The lock, or the process that holds it. */
    static take(folder: string): Lock | ProcessIdentity {
        const own = identify(process.pid);
        if (own === undefined) throw new Error("Cannot tell the start time of this process.");
        const draft = path.join(folder, `supervisor.draft.${process.pid}`);
        fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
        fs.writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
        try {
            for (;;) {
                const highest = generations(folder).at(-1) ?? 0;
                const holder = highest === 0 ? undefined : holderOf(folder, highest);
                if (holder && isAlive(holder)) return holder;
                const lock = new Lock(path.join(folder, `supervisor.lock.${highest + 1}`));
                if (!linked(draft, lock.file)) continue;
                const now = generations(folder);
                if (now.at(-1) !== highest + 1) {
                    lock.release();
                    continue;
                }
                for (const old of now.slice(0, -1))
                    fs.rmSync(path.join(folder, `supervisor.lock.${old}`), { force: true });
                return lock;
            }
        } finally {
            fs.rmSync(draft, { force: true });
        }
    }

    release(): void {
        fs.rmSync(this.file, { force: true });
    }
}

/** The process that supervises a home, if one does. */
export function supervisorOf(runFolder: string): ProcessIdentity | undefined {
    const highest = generations(runFolder).at(-1);
    const holder = highest === undefined ? undefined : holderOf(runFolder, highest);
    return holder && isAlive(holder) ? holder : undefined;
}

function generations(folder: string): number[] {
    let names: string[];
    try {
        names = fs.readdirSync(folder);
    } catch {
        return [];
    }
    return names
        .flatMap((name) => NAME.exec(name)?.[1] ?? [])
        .map(Number)
        .sort((a, b) => a - b);
}

function holderOf(folder: string, generation: number): ProcessIdentity | undefined {
    try {
        return JSON.parse(fs.readFileSync(path.join(folder, `supervisor.lock.${generation}`), "utf8"));
    } catch {
        return undefined;
    }
}

function linked(from: string, to: string): boolean {
    try {
        fs.linkSync(from, to);
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw error;
    }
}
