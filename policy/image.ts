/** The parts of a reference to an image. */
export interface Image {
    /** Registry and path: what stays from version to version. */
    readonly repository: string;
    readonly tag: string | undefined;
    readonly digest: string | undefined;
}

const REFERENCE =
    /^(?<repository>[^\s@]+?)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?<digest>[a-z0-9]+:[0-9a-fA-F]{32,}))?$/;

/** Reads a reference; undefined where it is none. */
export function imageOf(reference: string): Image | undefined {
    if (reference.length > 1000) return undefined;
    const { repository, tag, digest } = REFERENCE.exec(reference)?.groups ?? {};
    return repository === undefined ? undefined : { repository, tag, digest };
}
