/**
 * Programs that others published, as the resources that they register: types and inputs written out by hand from the
 * programs' documented properties, not their code. What another resource gives (an ARN, an id) is `UNKNOWN`, as in a
 * preview.
 */
export interface PublicProgram {
    readonly name: string;
    /** Where it can be read. */
    readonly source: string;
    readonly resources: readonly PublicResource[];
}

export interface PublicResource {
    readonly type: string;
    readonly name: string;
    readonly props: Readonly<Record<string, unknown>>;
    /** Names of resources whose outputs it uses, where a rule looks at that. */
    readonly uses?: readonly string[];
}

/** The engine's word for a string that is not known in a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function resource(
    type: string,
    name: string,
    props: Record<string, unknown> = {},
    uses: readonly string[] = [],
): PublicResource {
    return { type, name, props, uses };
}

/** A link to an example in Pulumi's repository of examples. */
export function example(path: string): string {
    return `https://github.com/pulumi/examples/tree/master/${path}`;
}
