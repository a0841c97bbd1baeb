import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import * as path from "node:path";
import type { ProcessIdentity } from "../process/index.js";

/** What must outlive the supervisor. Holds passwords: mode 0600, never in Pulumi's state. */
export interface ClusterState {
    readonly major: string;
    readonly port: number;
    readonly dataFolder: string;
    readonly superuserPassword: string;
    /** Password of every role that was made. */
    readonly passwords: Readonly<Record<string, string>>;
    readonly server?: ProcessIdentity;
}

export class StateFile {
    readonly #file: string;

    constructor(home: string) {
        this.#file = path.join(home, "state", "postgres.json");
    }

    /** Undefined when there is none, or when it cannot be read: then it is set aside and passwords are made anew. */
    read(): ClusterState | undefined {
        let text: string;
        try {
            text = readFileSync(this.#file, "utf8");
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
            throw error;
        }
        try {
            const state = JSON.parse(text) as ClusterState;
            if (Number.isInteger(state.port) && state.superuserPassword) return state;
        } catch {
            // Set aside below, like a file that lacks what it must have.
        }
        renameSync(this.#file, `${this.#file}.broken`);
        return undefined;
    }

    /** After a crash there is the old file or the new one, never a part. */
    write(state: ClusterState): void {
        mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
        const next = `${this.#file}.new`;
        rmSync(next, { force: true });
        const file = openSync(next, "wx", 0o600);
        try {
            writeSync(file, `${JSON.stringify(state, null, 2)}\n`);
            fsyncSync(file);
        } finally {
            closeSync(file);
        }
        renameSync(next, this.#file);
        const folder = openSync(path.dirname(this.#file), "r");
        try {
            fsyncSync(folder);
        } finally {
            closeSync(folder);
        }
    }

    remove(): void {
        for (const suffix of ["", ".new", ".broken"]) rmSync(this.#file + suffix, { force: true });
    }
}
