/** What it takes to make one type of resource through the AWS SDK, and to read it back. */
export interface Emulated {
    /** Makes it of the emitted inputs. Gives its id, and what else its provider would answer. */
    readonly create: (inputs: Inputs, name: string) => Promise<Made>;
    /** Reads it back, in the words of the inputs; what it gives must be in them. */
    readonly read?: (made: Made, inputs: Inputs) => Promise<Readonly<Record<string, unknown>>>;
}

/** Emitted inputs. Deliberately loose: the SDK and the emulator check them. */
// biome-ignore lint/suspicious/noExplicitAny: inputs of any resource
export type Inputs = Readonly<Record<string, any>>;

export interface Made {
    readonly id: string;
    readonly [output: string]: unknown;
}

/** What `pulumi up` would name it. */
export function physicalName(inputs: Inputs, name: string): string {
    return typeof inputs.name === "string" ? inputs.name : `${name}-0123456`;
}

/** A value that an answer must have. */
export function must<T>(value: T | undefined, what: string): T {
    if (value === undefined) throw new Error(`The emulator gave no ${what}.`);
    return value;
}

/** A clients' configuration. */
export interface Endpoint {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export function endpointAt(endpoint: string): Endpoint {
    return { endpoint, region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}

/** Tags as most services take them. */
export function tagList(tags: Readonly<Record<string, string>> | undefined): { Key: string; Value: string }[] {
    return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** Inputs with the first letters of their names as the SDK has them, all the way down. */
export function pascal(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(pascal);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [key.charAt(0).toUpperCase() + key.slice(1), pascal(inner)]),
    );
}
