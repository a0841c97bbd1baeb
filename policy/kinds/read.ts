import { each, isKnown, isOpaque, type Maybe, text } from "../values.js";

/** `container "app"`, or its place where it has no name that can be read. */
export function named(what: string, name: unknown, index: number): string {
    const read = text(name);
    return isKnown(read) ? `${what} ${JSON.stringify(read)}` : `${what} ${index + 1}`;
}

/** Entry point and arguments as one command; absent where neither is given. */
export function joined(first: unknown, second: unknown): Maybe<readonly Maybe<string>[]> {
    const parts = [each(first, text), each(second, text)];
    const hidden = parts.find(isOpaque);
    if (hidden !== undefined) return hidden;
    const words = parts.flatMap((part) => (part as readonly Maybe<string>[] | undefined) ?? []);
    return parts.every((part) => part === undefined) ? undefined : words;
}

/** Two lists as one; opaque where either is. */
export function both<T>(first: Maybe<readonly T[]>, second: Maybe<readonly T[]>): Maybe<readonly T[]> {
    if (isOpaque(first)) return first;
    if (isOpaque(second)) return second;
    return first === undefined && second === undefined ? undefined : [...(first ?? []), ...(second ?? [])];
}
