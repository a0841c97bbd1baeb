/** What is downloaded or built; docs/engine.md says why this one. */
export const ENGINE_VERSION = "3.220.0";

/** Oldest CLI on PATH that is taken: the one that this repository is tested with. */
export const OLDEST_VERSION = ENGINE_VERSION;

/** The language host is a module of its own since 3.69, which the module proxy does not have. */
export const LANGUAGE_HOST_VERSION = "3.68.0";

/** Oldest Go that compiles the CLI; the go line of engine/go/cli/go.mod says the same. */
export const OLDEST_GO = "1.24.7";

/** True when a version is the given one or a later one; both are numbers with dots. */
export function isAtLeast(version: string, oldest: string): boolean {
    const [a, b] = [version, oldest].map((text) => text.split(".").map(Number));
    for (let i = 0; i < 3; i++) {
        const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
        if (difference !== 0) return difference > 0;
    }
    return true;
}
