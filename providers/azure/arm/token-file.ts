import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import * as path from "node:path";
import { shortHash } from "../../naming.js";

/** Where the token of a stack lies while it is updated. */
function fileOf(owner: string): string {
    const runtime = process.env.XDG_RUNTIME_DIR ?? path.join(tmpdir(), `twelvefold-${userInfo().uid}`);
    return path.join(runtime, "twelvefold-azure", shortHash(owner, 16));
}

/**
 * Writes a token for the steps of a stack, keeps it fresh while this process runs, and removes it at its end.
 *
 * @param owner project and stack
 */
export function keepToken(owner: string, token: string, everyMilliseconds: number, renew: () => Promise<string>): void {
    writeToken(owner, token);
    const timer = setInterval(() => {
        renew().then(
            (fresh) => writeToken(owner, fresh),
            // The old one may hold until the end; if not, the step that uses it says so.
            () => {},
        );
    }, everyMilliseconds);
    timer.unref();
    process.once("exit", () => rmSync(fileOf(owner), { force: true }));
}

export function writeToken(owner: string, token: string): void {
    const file = fileOf(owner);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    // The folder may be older than this program.
    chmodSync(path.dirname(file), 0o700);
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, token, { mode: 0o600 });
    renameSync(fresh, file);
}

/** @throws Error when nobody wrote one */
export function readToken(owner: string): string {
    try {
        return readFileSync(fileOf(owner), "utf8");
    } catch {
        throw new Error(
            `There is no token for Azure's management API in ${fileOf(owner)}; it is written while pulumi up runs. Run pulumi up again.`,
        );
    }
}
