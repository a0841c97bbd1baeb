export function isDefined<T>(value: T | undefined): value is T {
    return value !== undefined;
}

/** A record without the keys whose value is undefined. */
export function compact<T extends object>(record: { readonly [K in keyof T]: T[K] | undefined }): T {
    return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
