import { createHash } from "node:crypto";
import * as os from "node:os";
import * as path from "node:path";

/** Folder under which every stack of this user keeps its home (XDG Base Directory Specification). */
export function stateRoot(environment: NodeJS.ProcessEnv = process.env): string {
    const base = environment.XDG_STATE_HOME;
    // The specification says to ignore relative paths.
    const root = base && path.isAbsolute(base) ? base : path.join(os.homedir(), ".local", "state");
    return path.join(root, "twelvefold");
}

/**
 * Home of one stack. Stacks of equal name in different backends are different stacks; the program can tell them apart
 * only where the backend is named in the environment, as tests, CI and the quickstart do.
 */
export function homeOf(project: string, stack: string, environment: NodeJS.ProcessEnv = process.env): string {
    const backend = environment.PULUMI_BACKEND_URL;
    const suffix = backend ? `-${digest(backend).slice(0, 6)}` : "";
    return path.join(stateRoot(environment), project, stack + suffix);
}

/**
 * Socket of one process of a home. A Unix socket path has room for 104 bytes (macOS) or 108 (Linux), which a home
 * easily exceeds, so sockets live in a short folder of their own.
 */
export function socketPath(home: string, name: string): string {
    return path.join(socketFolder(home), `${name}.sock`);
}

/** The folder of a home's sockets; to be created with mode 0700, and removed with the home. */
export function socketFolder(home: string): string {
    const user = process.getuid?.() ?? 0;
    return path.join("/tmp", `twelvefold-${user}`, homeId(home));
}

/** A short name of a home that no other one has, for where its path is too long. */
export function homeId(home: string): string {
    return digest(path.resolve(home)).slice(0, 12);
}

function digest(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}
