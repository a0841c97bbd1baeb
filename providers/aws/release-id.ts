import { shortHash } from "../naming.js";

/** A release is code and configuration; the version of a secret stands for what is in it. */
export function releaseIdOf(
    image: string,
    command: readonly string[] | undefined,
    environment: Readonly<Record<string, string>>,
    secrets: Readonly<Record<string, string>>,
): string {
    return shortHash(JSON.stringify([image, command ?? null, sorted(environment), sorted(secrets)]), 12);
}

function sorted(record: Readonly<Record<string, string>>): readonly [string, string][] {
    return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
