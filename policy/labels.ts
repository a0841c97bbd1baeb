import type { Workload } from "./model.js";
import { type Fields, isKnown, type Maybe } from "./values.js";

/** The value of the first of these labels that a workload carries; keys count in any case. */
export function labelled(labels: Workload["labels"], keys: readonly string[]): Maybe<string> {
    if (!isKnown(labels)) return labels;
    const wanted = keys.map((key) => key.toLowerCase());
    const found = Object.entries(labels as Fields).find(([key]) => wanted.includes(key.toLowerCase()));
    return found === undefined || found[1] === "" ? undefined : (found[1] as Maybe<string>);
}

export const REPOSITORY_KEYS = [
    "twelvefold.dev/repository",
    "twelvefold:repository",
    "org.opencontainers.image.source",
    "repository",
    "git-repository",
    "source",
] as const;

export const COMMIT_KEYS = [
    "twelvefold.dev/commit",
    "twelvefold:commit",
    "org.opencontainers.image.revision",
    "commit",
    "git-commit",
    "git-sha",
    "revision",
] as const;

export const RELEASE_KEYS = [
    "twelvefold.dev/release",
    "twelvefold:release",
    "app.kubernetes.io/version",
    "tags.datadoghq.com/version",
    "org.opencontainers.image.version",
    "release",
    "version",
    ...COMMIT_KEYS,
] as const;
