import { type FileHandle, mkdir, open } from "node:fs/promises";
import * as path from "node:path";
import { listSegments, segmentName } from "./segments.js";

/** The segment that an app's lines go to now; goes on with the last one of the day after a restart. */
export class AppSegment {
    readonly #sink: string;
    readonly #app: string;
    readonly #limit: number;
    #file: FileHandle | undefined;
    #path = "";
    #date = "";
    #index = 0;
    #bytes = 0;
    /** The file ends within a line. */
    #torn = false;
    #written = 0;

    constructor(sink: string, appFolder: string, limitBytes: number) {
        this.#sink = sink;
        this.#app = appFolder;
        this.#limit = limitBytes;
    }

    /** Bytes of the last append that are in the file: all of them, unless it failed. */
    get written(): number {
        return this.#written;
    }

    /** Appends whole lines. On an error nothing of a half written line will be taken for a line. */
    async append(date: string, lines: Buffer): Promise<void> {
        this.#written = 0;
        if (this.#file !== undefined && this.#date === date && this.#bytes >= this.#limit) {
            await this.close();
            await this.#openSegment(date, this.#index + 1);
        } else if (this.#file === undefined || this.#date !== date) {
            await this.close();
            await this.#openSegment(date, await this.#lastIndex(date));
            if (this.#bytes >= this.#limit) {
                await this.close();
                await this.#openSegment(date, this.#index + 1);
            }
        }
        try {
            if (this.#torn) await this.#write(Buffer.from("\n"));
            this.#torn = false;
            while (this.#written < lines.length) this.#written += await this.#write(lines.subarray(this.#written));
        } catch (error) {
            // Opened again by the next one: the file may have gone, or the disk be another.
            await this.close();
            throw error;
        }
    }

    /** Lets go of a segment that is about to be deleted. */
    async leave(segment: string): Promise<void> {
        if (segment === this.#path) await this.close();
    }

    async close(): Promise<void> {
        const file = this.#file;
        this.#file = undefined;
        this.#path = "";
        await file?.close().catch(() => undefined);
    }

    async #lastIndex(date: string): Promise<number> {
        const ours = (await listSegments(this.#sink)).filter(({ app, date: day }) => app === this.#app && day === date);
        return Math.max(0, ...ours.map(({ index, compressed }) => (compressed ? index + 1 : index)));
    }

    async #openSegment(date: string, index: number): Promise<void> {
        const folder = path.join(this.#sink, this.#app);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const name = path.join(folder, segmentName(date, index));
        const file = await open(name, "a+", 0o600);
        const { size } = await file.stat();
        const last = Buffer.alloc(1);
        if (size > 0) await file.read(last, 0, 1, size - 1);
        this.#file = file;
        this.#path = name;
        this.#date = date;
        this.#index = index;
        this.#bytes = size;
        this.#torn = size > 0 && last[0] !== 0x0a;
    }

    /** @returns How many bytes of it were written. */
    async #write(bytes: Buffer): Promise<number> {
        if (this.#file === undefined) throw new Error("the segment was closed while it was written to");
        const { bytesWritten } = await this.#file.write(bytes);
        this.#bytes += bytesWritten;
        return bytesWritten;
    }
}
