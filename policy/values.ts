/**
 * Reads values that nobody vouches for. A property may be absent, not known before the update, or of a type that nobody
 * expected; a rule must tell these apart, because only the first of them says something about the program.
 */

/** Not known before the update, or hidden as a secret. */
export const UNKNOWN = Symbol("unknown");
/** There, but not of the type that the provider documents. */
export const MALFORMED = Symbol("malformed");

/** A value that is there and cannot be judged. */
export type Opaque = typeof UNKNOWN | typeof MALFORMED;
/** A value that may be absent (undefined) or opaque. */
export type Maybe<T> = T | undefined | Opaque;

export type Fields = Readonly<Record<string, unknown>>;

export function isOpaque(value: unknown): value is Opaque {
    return value === UNKNOWN || value === MALFORMED;
}

/** Whether a value is there and can be judged. */
export function isKnown<T>(value: T): value is Exclude<T, undefined | Opaque> {
    return value !== undefined && !isOpaque(value);
}

/** The value at a path; opaque where something on the way is. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
    let current = value;
    for (const key of path) {
        if (current === undefined || current === null) return undefined;
        if (isOpaque(current)) return current;
        if (typeof current !== "object") return MALFORMED;
        if (!Object.hasOwn(current, key)) return undefined;
        current = (current as Record<string | number, unknown>)[key];
    }
    return current ?? undefined;
}

export function text(value: unknown): Maybe<string> {
    if (typeof value === "string" || value === undefined || isOpaque(value)) return value;
    return value === null ? undefined : MALFORMED;
}

/** Providers take "5" for 5. */
export function number(value: unknown): Maybe<number> {
    if (value === undefined || value === null) return undefined;
    if (isOpaque(value)) return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : MALFORMED;
}

/** Providers take "true" for true. */
export function flag(value: unknown): Maybe<boolean> {
    if (value === undefined || value === null) return undefined;
    if (isOpaque(value) || typeof value === "boolean") return value;
    if (value === "true") return true;
    return value === "false" ? false : MALFORMED;
}

export function list(value: unknown): Maybe<readonly unknown[]> {
    if (value === undefined || value === null) return undefined;
    if (isOpaque(value)) return value;
    return Array.isArray(value) ? value : MALFORMED;
}

export function record(value: unknown): Maybe<Fields> {
    if (value === undefined || value === null) return undefined;
    if (isOpaque(value)) return value;
    return typeof value === "object" && !Array.isArray(value) ? (value as Fields) : MALFORMED;
}

/** A JSON text as providers take it for structured values. */
export function json(value: unknown): unknown {
    if (typeof value !== "string") return value ?? undefined;
    try {
        return JSON.parse(value) ?? undefined;
    } catch {
        return MALFORMED;
    }
}

/** Whether something in a value, however deep, is opaque. */
export function holdsOpaque(value: unknown, depth = 0): boolean {
    if (isOpaque(value)) return true;
    if (typeof value !== "object" || value === null || depth > 32) return false;
    return Object.values(value).some((entry) => holdsOpaque(entry, depth + 1));
}

/** Applies to what is there; passes on what is absent or opaque. */
export function map<T, R>(value: Maybe<T>, change: (known: T) => R): R | undefined | Opaque {
    return isKnown(value) ? change(value as T) : (value as undefined | Opaque);
}

/** Every entry of a list read by the same reader; absent for an absent list. */
export function each<T>(value: unknown, read: (entry: unknown, index: number) => T): Maybe<readonly T[]> {
    return map(list(value), (entries) => entries.map(read));
}
