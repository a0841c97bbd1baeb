import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { checkListener, checkSource, type Table } from "./table.js";

const EMPTY: Table = { listeners: [], sources: [] };

/** The table on disk: what the proxy does, should it be started again. */
export class TableFile {
    private busy: Promise<void> = Promise.resolve();
    private next: (() => Table) | undefined;
    /** Why the last table was not written. */
    problem: string | undefined;

    constructor(private readonly file: string) {}

    /** What was written last. A file that is damaged is moved aside, with a warning. */
    async read(): Promise<Table> {
        let text: string;
        try {
            text = await readFile(this.file, "utf8");
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "ENOENT") return EMPTY;
            throw error;
        }
        try {
            const { listeners, sources } = JSON.parse(text) as Table;
            return { listeners: listeners.map(checkListener), sources: sources.map(checkSource) };
        } catch (error) {
            const aside = `${this.file}.damaged-${Date.now()}`;
            await rename(this.file, aside);
            console.error(
                `${this.file} is damaged (${(error as Error).message}); it is now ${aside}, and the proxy starts empty until it is told again.`,
            );
            return EMPTY;
        }
    }

    /**
     * Replaces the file so that a crash leaves the old content or the new one. Calls while one is being written are one.
     * It never rejects: what is not on disk still is in force, and a full disk must not stop a rollout.
     */
    write(table: () => Table): Promise<void> {
        const isQueued = this.next !== undefined;
        this.next = table;
        if (!isQueued) {
            this.busy = this.busy.then(async () => {
                const now = this.next;
                this.next = undefined;
                if (now !== undefined) await this.replace(now());
            });
        }
        return this.busy;
    }

    private async replace(table: Table): Promise<void> {
        const temporary = `${this.file}.${process.pid}.tmp`;
        try {
            await mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
            const handle = await open(temporary, "w", 0o600);
            try {
                await handle.writeFile(`${JSON.stringify(table)}\n`);
                await handle.sync();
            } finally {
                await handle.close();
            }
            await rename(temporary, this.file);
            this.problem = undefined;
        } catch (error) {
            await rm(temporary, { force: true }).catch(() => undefined);
            this.problem = `Cannot write ${this.file}: ${(error as Error).message}. The table is in force, but would be lost with this process.`;
            console.error(this.problem);
        }
    }
}
