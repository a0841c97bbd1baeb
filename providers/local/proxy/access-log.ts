import { type FileHandle, open, rename, stat } from "node:fs/promises";

const FLUSH_MILLISECONDS = 200;
const FLUSH_LINES = 2000;
/** While the disk does not keep up, lines beyond these are dropped rather than requests slowed down. */
const WAITING_LINES = 50_000;
export const ROTATE_BYTES = 32 * 1024 * 1024;

/**
 * One line of JSON for each request, appended to a file. At 32 MiB on disk the file becomes `<file>.1`, in the place of
 * the one before; where a follower frees what it has read (logs/follower.ts) that never happens.
 */
export class AccessLog {
    private lines: string[] = [];
    private timer: NodeJS.Timeout | undefined;
    private busy: Promise<void> = Promise.resolve();
    private handle: FileHandle | undefined;
    private inode = 0;
    dropped = 0;
    /** Why the last lines were not written. */
    problem: string | undefined;

    constructor(
        readonly file: string,
        private readonly rotateBytes = ROTATE_BYTES,
    ) {}

    write(entry: object): void {
        if (this.lines.length >= WAITING_LINES) {
            this.dropped++;
            return;
        }
        this.lines.push(JSON.stringify(entry));
        if (this.lines.length === FLUSH_LINES) void this.flush();
        else this.timer ??= setTimeout(() => void this.flush(), FLUSH_MILLISECONDS);
    }

    /** Resolves when all lines so far are in the file. */
    flush(): Promise<void> {
        clearTimeout(this.timer);
        this.timer = undefined;
        this.busy = this.busy.then(() => this.append());
        return this.busy;
    }

    async close(): Promise<void> {
        await this.flush();
        await this.handle?.close();
        this.handle = undefined;
    }

    private async append(): Promise<void> {
        const { lines } = this;
        if (lines.length === 0) return;
        this.lines = [];
        try {
            const handle = await this.current();
            await handle.appendFile(`${lines.join("\n")}\n`);
            this.problem = undefined;
        } catch (error) {
            this.dropped += lines.length;
            this.problem = `Cannot write ${this.file}: ${(error as Error).message}.`;
        }
    }

    /** The open file; another one when it has grown too large, or somebody has removed it. */
    private async current(): Promise<FileHandle> {
        const now = await stat(this.file).catch(() => undefined);
        const isSame = now !== undefined && now.ino === this.inode;
        // Blocks, not length: a hole at the beginning takes no space.
        const isLarge = now !== undefined && now.blocks * 512 >= this.rotateBytes;
        if (this.handle !== undefined && isSame && !isLarge) return this.handle;
        await this.handle?.close();
        this.handle = undefined;
        if (isLarge) await rename(this.file, `${this.file}.1`);
        this.handle = await open(this.file, "a", 0o600);
        this.inode = (await this.handle.stat()).ino;
        return this.handle;
    }
}
