import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import ignore from "ignore";
import { dockerIgnore } from "../../../docker-ignore.js";

/** Says whether a path (relative to the context, folders with a trailing slash) is left out. */
export type IsIgnored = (relative: string) => boolean;

/** Never part of a source: the repository itself, and what a package manager can make again. */
const ALWAYS = [".git", "node_modules"];

/**
 * What a context leaves out: its .dockerignore when there is one, else every .gitignore that git would read for it:
 * from the repository's root down to each folder.
 */
export function ignoreRules(context: string): { isIgnored: IsIgnored; enter: (folder: string) => void } {
    const always = ignore().add(ALWAYS);
    const dockerfile = path.join(context, ".dockerignore");
    if (existsSync(dockerfile)) {
        const leavesOut = dockerIgnore(dockerfile);
        return {
            isIgnored: (relative) => always.ignores(relative) || leavesOut(relative),
            enter: () => undefined,
        };
    }
    const rules: { folder: string; rule: ReturnType<typeof ignore> }[] = [];
    const enter = (folder: string) => {
        const file = path.join(folder, ".gitignore");
        if (existsSync(file)) rules.push({ folder, rule: ignore().add(readFileSync(file, "utf8")) });
    };
    for (const folder of ancestorsInRepository(context)) enter(folder);
    const isIgnored = (relative: string) => {
        if (always.ignores(relative)) return true;
        let verdict = false;
        for (const { folder, rule } of rules) {
            const inside = path.relative(folder, path.join(context, relative));
            if (inside === "" || inside.startsWith("..")) continue;
            const test = rule.test(relative.endsWith("/") ? `${inside}/` : inside);
            // The nearer file has the last word, as in git.
            if (test.ignored) verdict = true;
            else if (test.unignored) verdict = false;
        }
        return verdict;
    };
    return { isIgnored, enter };
}

/** The folder of the repository that a folder is in, or undefined. */
export function repositoryRoot(folder: string): string | undefined {
    for (let at = path.resolve(folder); ; at = path.dirname(at)) {
        if (existsSync(path.join(at, ".git"))) return at;
        if (at === path.dirname(at)) return undefined;
    }
}

/** From the repository's root down to the folder's parent. */
function ancestorsInRepository(folder: string): string[] {
    const root = repositoryRoot(folder);
    const ancestors: string[] = [];
    if (root === undefined) return ancestors;
    for (let at = path.resolve(folder); at !== root; ) {
        at = path.dirname(at);
        ancestors.unshift(at);
    }
    return ancestors;
}
