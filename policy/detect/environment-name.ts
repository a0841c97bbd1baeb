/** Names that people give to environments, as whole words. */
const NAMES =
    "production|prod|prd|staging|stage|stg|preprod|preproduction|uat|qa|integration|sandbox|development|devel|dev";
const WORD = new RegExp(`(?:^|[-_./:])(${NAMES})(?=$|[-_./:])`, "i");
const FILE = new RegExp(
    `(?:^|[\\s=/])([\\w./-]*?(?:[-_./](?:${NAMES})\\.(?:ya?ml|json|toml|ini|properties|env|conf|cfg|xml)|\\.env\\.(?:${NAMES})))(?=$|[\\s"',;])`,
    "i",
);

/** The name of an environment in an image's reference; the registry's own name and accounts may hold one. */
export function environmentIn(repository: string, tag: string | undefined): string | undefined {
    const last = repository.slice(repository.lastIndexOf("/") + 1);
    return WORD.exec(last)?.[1] ?? (tag === undefined ? undefined : WORD.exec(tag)?.[1]);
}

/** A configuration file of one environment that a text names. */
export function environmentFile(words: string): string | undefined {
    return FILE.exec(words.slice(0, 10_000))?.[1];
}
