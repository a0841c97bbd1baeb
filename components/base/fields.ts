/**
 * Checks of single values. A check returns what is wrong, a sentence each; a sentence has the value, what is allowed and,
 * where it is not obvious, what to do. Checks see plain values only: args-reader.ts applies them to Outputs later.
 */
import { alternatives, nearest, shown } from "./errors.js";

export type Check = (value: unknown, path: string) => readonly string[];

export function wholeNumber(min: number, max: number, unit = ""): Check {
    const allowed = `a whole number${unit === "" ? "" : ` of ${unit}`} from ${min} to ${max}`;
    return (value, path) =>
        typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
            ? []
            : [`${path} is ${shown(value)}; allowed: ${allowed}.`];
}

export function decimal(min: number, max: number, unit: string): Check {
    return (value, path) =>
        typeof value === "number" && Number.isFinite(value) && value >= min && value <= max
            ? []
            : [`${path} is ${shown(value)}; allowed: a number of ${unit} from ${min} to ${max}.`];
}

export function oneOf(...values: readonly string[]): Check {
    return (value, path) => {
        if (typeof value === "string" && values.includes(value)) return [];
        const meant = typeof value === "string" ? nearest(value, values) : undefined;
        return [
            `${path} is ${shown(value)}; allowed: ${alternatives(values.map((v) => `"${v}"`))}.` +
                (meant === undefined ? "" : ` Did you mean "${meant}"?`),
        ];
    };
}

export const flag: Check = (value, path) =>
    typeof value === "boolean" ? [] : [`${path} is ${shown(value)}; allowed: true or false.`];

export function text(pattern: RegExp, allowed: string): Check {
    return (value, path) =>
        typeof value === "string" && pattern.test(value) ? [] : [`${path} is ${shown(value)}; allowed: ${allowed}.`];
}

export const anyText: Check = text(/^[\s\S]+$/, "a text that is not empty");

export function listOf(check: Check, options: { readonly atLeast?: number; readonly what: string }): Check {
    return (value, path) => {
        if (!Array.isArray(value)) return [`${path} is ${shown(value)}; allowed: a list of ${options.what}.`];
        if (value.length < (options.atLeast ?? 0)) {
            return [`${path} is an empty list; allowed: at least ${options.atLeast} of ${options.what}.`];
        }
        return value.flatMap((entry, index) => check(entry, `${path}[${index}]`));
    };
}

export interface Shape {
    readonly [key: string]: { readonly check: Check; readonly required?: boolean };
}

/** An object with known keys only. */
export function objectOf(shape: Shape): Check {
    return (value, path) => {
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
            return [`${path} is ${shown(value)}; allowed: an object with ${alternatives(Object.keys(shape))}.`];
        }
        const problems = unknownKeys(Object.keys(value), Object.keys(shape), path);
        for (const [key, field] of Object.entries(shape)) {
            const entry = (value as Record<string, unknown>)[key];
            if (entry !== undefined) problems.push(...field.check(entry, `${path}.${key}`));
            else if (field.required) problems.push(`${path}.${key} is missing.`);
        }
        return problems;
    };
}

export function unknownKeys(given: readonly string[], known: readonly string[], path?: string): string[] {
    return given
        .filter((key) => !known.includes(key))
        .map((key) => {
            const meant = nearest(key, known);
            const where = path === undefined ? key : `${path}.${key}`;
            if (meant !== undefined) return `${where} is not an argument; did you mean "${meant}"?`;
            return `${where} is not an argument; ${known.length === 0 ? "there are none here" : `known: ${known.join(", ")}`}.`;
        });
}

/** A command: the program and its arguments, without a shell. */
export const command: Check = (value, path) => {
    if (typeof value === "string") {
        const words = value.trim().split(/\s+/);
        return [`${path} is ${shown(value)}; allowed: a list of words, without a shell: ${JSON.stringify(words)}.`];
    }
    return listOf(text(/^[\s\S]*$/, "a text"), { atLeast: 1, what: "words" })(value, path);
};

export const urlPath: Check = text(
    /^\/[^\s?#*]*$/,
    'a path that starts with "/" and has no "*", "?", "#" or white space',
);

/** A path prefix of whole segments: "/orders", not "/orders/". */
export const pathPrefix: Check = (value, path) => {
    const wrong = urlPath(value, path);
    if (wrong.length > 0) return wrong;
    const prefix = String(value);
    return prefix === "/" || !prefix.endsWith("/")
        ? []
        : [
              `${path} is ${shown(value)}; allowed: a prefix without "/" at its end. Write ${shown(prefix.replace(/\/+$/, ""))}; it matches ${shown(prefix)} too.`,
          ];
};

const HOST = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
export const hostName: Check = text(HOST, 'a host name in lower case, for example "shop.example.com"');

const IPV4 = String.raw`(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|(?=\/))){4}`;
export const cidr: Check = text(
    new RegExp(String.raw`^(?:${IPV4}\/(?:3[0-2]|[12]?\d)|[0-9a-fA-F:]*:[0-9a-fA-F:]*\/(?:12[0-8]|1[01]\d|\d?\d))$`),
    'an address block, for example "203.0.113.0/24"',
);

export const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/;
