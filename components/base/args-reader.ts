import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import type { Kind } from "../../providers/contract.js";
import { ArgumentError, shown } from "./errors.js";
import { type Check, unknownKeys } from "./fields.js";

/** Removes the keys whose value is undefined, so that optional properties are absent rather than undefined. */
export function compact<T extends object>(record: { readonly [K in keyof T]: T[K] | undefined }): T {
    return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

/** Whether a value, however deep, is known to the engine only. */
export function isComputed(value: unknown, depth = 0): boolean {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
    if (typeof value !== "object" || value === null || depth > 6) return false;
    return Object.values(value).some((entry) => isComputed(entry, depth + 1));
}

/**
 * Reads the arguments of one component: checks each, fills in defaults, collects every problem, and writes the intent on
 * the way. What is an Output is checked when its value is known, which for most values is still at preview.
 */
export class ArgsReader<A extends object> {
    readonly problems: string[] = [];
    readonly intent: Record<string, unknown> = {};
    readonly computed: string[] = [];
    private readonly known = new Set<string>();
    private readonly fallbacks = new Map<string, unknown>();

    constructor(
        readonly kind: Kind,
        readonly componentName: string,
        private readonly args: A,
    ) {}

    /** Whether the user wrote this argument. */
    given(key: keyof A & string): boolean {
        return this.args[key] !== undefined;
    }

    /** Whether the user asked for something that is not there anyway: an argument that differs from its default. */
    asks(key: keyof A & string): boolean {
        return this.given(key) && !isDeepStrictEqual(this.args[key], this.fallbacks.get(key));
    }

    /** An argument that decides which resources exist: an Output is refused. */
    plain<T>(key: keyof A & string, check: Check, fallback: T): T;
    plain<T>(key: keyof A & string, check: Check): T | undefined;
    plain<T>(key: keyof A & string, check: Check, fallback?: T): T | undefined {
        const value = this.raw(key);
        this.fallbacks.set(key, fallback);
        if (value === undefined) return this.remember(key, fallback);
        if (isComputed(value)) {
            this.problems.push(
                `${key} holds an Output; allowed: a plain value, because it decides which resources exist. ` +
                    "Take it from the stack's configuration instead.",
            );
            return fallback;
        }
        this.problems.push(...check(value, key));
        return this.remember(key, value as T);
    }

    /** Any other argument: plain, or an Output that is checked once it is known. */
    input<T>(key: keyof A & string, check: Check, fallback: T): pulumi.Input<T>;
    input<T>(key: keyof A & string, check: Check): pulumi.Input<T> | undefined;
    input<T>(key: keyof A & string, check: Check, fallback?: T): pulumi.Input<T> | undefined {
        const value = this.raw(key);
        if (!isComputed(value)) return this.plain(key, check, fallback as T);
        this.fallbacks.set(key, fallback);
        this.computed.push(key);
        return this.later(value, key, check, fallback) as pulumi.Output<T>;
    }

    /** The value of an Output, checked. */
    later(value: unknown, path: string, check: Check, fallback?: unknown): pulumi.Output<unknown> {
        return (pulumi.output(value) as pulumi.Output<unknown>).apply((known) => {
            const resolved = known === undefined ? fallback : known;
            const problems = resolved === undefined ? [] : check(resolved, path);
            if (problems.length > 0) throw new ArgumentError(this.kind, this.componentName, problems);
            return resolved;
        });
    }

    /** The argument as it was given; for values that need reading of their own. */
    raw<K extends keyof A & string>(key: K): A[K] | undefined {
        this.known.add(key);
        const value = this.args[key];
        return value === null ? undefined : value;
    }

    remember<T>(key: string, value: T): T {
        if (value !== undefined) this.intent[key] = value;
        return value;
    }

    problem(sentence: string): void {
        this.problems.push(sentence);
    }

    /** Arguments that nobody read are misspelt. */
    finish(): void {
        const given = Object.keys(this.args).filter((key) => (this.args as Record<string, unknown>)[key] !== undefined);
        this.problems.push(...unknownKeys(given, [...this.known]));
    }
}

/** The arguments as an object, or the problem with them. */
export function argumentsOf<A extends object>(kind: Kind, name: string, args: A | undefined): A {
    if (args === undefined || args === null) return {} as A;
    if (typeof args !== "object" || Array.isArray(args) || pulumi.Output.isInstance(args)) {
        throw new ArgumentError(kind, name, [`the arguments are ${shown(args)}; allowed: an object.`]);
    }
    return args;
}
