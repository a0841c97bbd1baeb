import type { Recorded } from "../../testing/recording.js";

/** What the world outside of the program would answer; everything else is invented. */
export interface Answers {
    /** State of resources, by the id that they are read by, else by name. */
    readonly resources?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    /** Results of functions: by token, or by token, a blank and the argument `name`. */
    readonly calls?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function answerTo({ resources }: Answers, { id, name }: Recorded): Record<string, unknown> | undefined {
    return resources?.[id ?? name] ?? resources?.[name];
}

export function answerToCall(
    { calls }: Answers,
    token: string,
    args: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
    return calls?.[`${token} ${String(args.name)}`] ?? calls?.[token];
}

/** What was invented for a resource, in words, where a reader would take it for real. */
export function standIn({ type, id, name, inputs }: Recorded): string | undefined {
    if (id !== undefined && id !== "") return `what ${type} "${id}" says`;
    if (type === "docker:index/image:Image") return `the digest of the image ${String(inputs.imageName)} ("${name}")`;
    return undefined;
}
