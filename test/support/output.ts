/** What an update did, or a preview would do, as its last lines say. */
export interface Changes {
    readonly created: number;
    readonly updated: number;
    readonly deleted: number;
    readonly replaced: number;
    readonly same: number;
    readonly errored: number;
}

const PATTERNS: Readonly<Record<keyof Changes, RegExp>> = {
    created: /^\s*\+ (\d+) (?:created|to create)$/m,
    updated: /^\s*~ (\d+) (?:updated|to update)$/m,
    deleted: /^\s*- (\d+) (?:deleted|to delete)$/m,
    replaced: /^\s*\+-\s*(\d+) (?:replaced|to replace)$/m,
    same: /\b(\d+) unchanged\b/m,
    errored: /\b(\d+) errored$/m,
};

/** Reads the "Resources:" lines at the end of what `pulumi up`, `preview`, `refresh` or `destroy` writes. */
export function changesIn(output: string): Changes {
    const resources = output.slice(Math.max(0, output.lastIndexOf("\nResources:\n")));
    const count = (name: keyof Changes) => Number(PATTERNS[name].exec(resources)?.[1] ?? 0);
    return {
        created: count("created"),
        updated: count("updated"),
        deleted: count("deleted"),
        replaced: count("replaced"),
        same: count("same"),
        errored: count("errored"),
    };
}
