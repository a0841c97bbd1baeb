import { type RunResult, run } from "./run.js";
import { isAtLeast, OLDEST_GO } from "./versions.js";

/** Runs the go command in a folder. */
export type Go = (args: readonly string[], onLine?: (line: string) => void) => Promise<RunResult>;

const ADVICE = `install Go ${OLDEST_GO} or later (https://go.dev/dl/)`;

/**
 * The user's Go, with the user's proxy and caches, and none of the user's settings that would change what is built: the
 * versions are those of the committed go.sum. Without cgo no C compiler is needed; official builds do the same.
 */
export function goIn(folder: string, environment: NodeJS.ProcessEnv): Go {
    const env = { ...environment, GOFLAGS: "-mod=readonly", GOWORK: "off", CGO_ENABLED: "0" };
    return (args, onLine) => run("go", args, { cwd: folder, env, ...(onLine === undefined ? {} : { onLine }) });
}

/**
 * Checks that there is a Go that is new enough for the module in a folder. A Go that is too old may be able to fetch a
 * newer one (GOTOOLCHAIN), which it does when it is asked in the folder of a module that needs it.
 *
 * @throws Error with the reason
 */
export async function checkGo(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
    const { code, stdout, stderr } = await goIn(folder, environment)(["env", "GOVERSION"]);
    if (code === null) throw new Error(`there is no Go (${stderr.trim()}); ${ADVICE}`);
    const version = /^go(\d+\.\d+(?:\.\d+)?)/m.exec(stdout)?.[1];
    if (code !== 0 || version === undefined) {
        throw new Error(`"go env GOVERSION" failed: ${(stderr || stdout).trim().replaceAll("\n", "; ")}; ${ADVICE}`);
    }
    if (!isAtLeast(version, OLDEST_GO)) throw new Error(`Go ${version} is too old; ${ADVICE}`);
}
