import { existsSync, readFileSync } from "node:fs";
import ignore from "ignore";

/**
 * What a .dockerignore leaves out, as Docker reads it: patterns count from the context's root, and the last one that
 * matches a path or a folder above it decides. Nothing is left out where there is no such file.
 *
 * @returns whether a path, relative to the context, is left out
 */
export function dockerIgnore(file: string): (relative: string) => boolean {
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    const rules = lines
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => {
            const negated = line.startsWith("!");
            const pattern = line.slice(negated ? 1 : 0).replace(/^(\.?\/)+/, "");
            return { leavesOut: !negated, matcher: ignore().add(`/${pattern}`) };
        });
    return (relative) =>
        rules.reduce((out, { leavesOut, matcher }) => (matcher.ignores(relative) ? leavesOut : out), false);
}
