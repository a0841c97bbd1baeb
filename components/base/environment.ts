import * as pulumi from "@pulumi/pulumi";
import type { Binding } from "../../providers/contract.js";
import { type ArgsReader, isComputed } from "./args-reader.js";
import type { Bindable } from "./attach.js";
import { ArgumentError, shown } from "./errors.js";
import { environmentName } from "./fields.js";

/** The three ways into a process's environment. They share one name space. */
export interface EnvironmentArgs {
    /** Configuration that is no secret: name to value. Default: empty. */
    readonly environment?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>> | undefined;
    /** Secrets: name to value, handed over by reference to the target's secret store. Default: empty. */
    readonly secrets?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
    /**
     * Backing services: name of the variable that gets the URL, to a Database, `queue.toSend()`, `queue.toReceive()` or
     * an App. Default: empty.
     */
    readonly bindings?: Readonly<Record<string, Bindable>> | undefined;
}

export interface EnvironmentRequest {
    readonly environment: pulumi.Input<Readonly<Record<string, string>>>;
    readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
    readonly bindings: Readonly<Record<string, Binding>>;
}

/** Set by the platform for every process. */
const RESERVED = ["PORT", "RELEASE_ID"];

export function readEnvironment<A extends EnvironmentArgs>(args: ArgsReader<A>): EnvironmentRequest {
    const environment = readPlain(args);
    const secrets = readSecrets(args);
    const bindings = readBindings(args);
    reportDuplicates(args);
    return { environment, secrets, bindings };
}

function readPlain<A extends EnvironmentArgs>(args: ArgsReader<A>): EnvironmentRequest["environment"] {
    const given = args.raw("environment");
    if (given === undefined) return {};
    if (pulumi.Output.isInstance(given) || given instanceof Promise) {
        args.computed.push("environment");
    } else {
        checkNames(args, "environment", given);
        const intent: Record<string, unknown> = {};
        for (const [key, value] of Object.entries(given)) {
            if (isComputed(value)) intent[key] = null;
            else if (typeof value === "string") intent[key] = value;
            else {
                args.problem(
                    `environment.${key} is ${shown(value)}; allowed: a text.` +
                        (typeof value === "number" || typeof value === "boolean" ? ` Write "${value}".` : ""),
                );
            }
        }
        args.remember("environment", intent);
    }
    return isComputed(given) ? withoutSecrets(args, given) : (given as Readonly<Record<string, string>>);
}

/** Configuration that turns out to be a secret would lie open in every target's template, so it is refused. */
function withoutSecrets<A extends EnvironmentArgs>(
    args: ArgsReader<A>,
    given: NonNullable<EnvironmentArgs["environment"]>,
): EnvironmentRequest["environment"] {
    return pulumi.output(given).apply(async (entries) => {
        if (pulumi.Output.isInstance(given) && (await pulumi.isSecret(pulumi.output<unknown>(given)))) {
            throw new ArgumentError(args.kind, args.componentName, [
                "environment is a secret as a whole; move what is secret in it to secrets, where it is handed over by reference.",
            ]);
        }
        const values = Object.entries(entries).map(async ([key, value]) => {
            const input = (given as Record<string, pulumi.Input<string>>)[key];
            if (isComputed(input) && (await pulumi.isSecret(pulumi.output(input)))) {
                throw new ArgumentError(args.kind, args.componentName, [
                    `environment.${key} is a secret; move it to secrets, where it is handed over by reference.`,
                ]);
            }
            return [key, value] as const;
        });
        return Promise.all(values).then((list) => Object.fromEntries(list));
    });
}

function readSecrets<A extends EnvironmentArgs>(args: ArgsReader<A>): EnvironmentRequest["secrets"] {
    const given = args.raw("secrets");
    if (given === undefined) return {};
    if (typeof given !== "object" || pulumi.Output.isInstance(given)) {
        args.problem(`secrets is ${shown(given)}; allowed: an object of name and secret; its values may be Outputs.`);
        return {};
    }
    checkNames(args, "secrets", given);
    args.remember("secrets", Object.keys(given));
    return Object.fromEntries(
        Object.entries(given).map(([key, value]) => {
            if (!isComputed(value) && typeof value !== "string") {
                args.problem(`secrets.${key} is of type ${typeof value}; allowed: a text, or an Output of one.`);
            } else if (value === "") {
                args.problem(`secrets.${key} is empty; give it a value, or leave it out.`);
            }
            return [key, pulumi.secret(value) as pulumi.Output<string>];
        }),
    );
}

function readBindings<A extends EnvironmentArgs>(args: ArgsReader<A>): EnvironmentRequest["bindings"] {
    const given = args.raw("bindings");
    if (given === undefined) return {};
    checkNames(args, "bindings", given);
    const bindings: Record<string, Binding> = {};
    for (const [key, value] of Object.entries(given)) {
        const binding = (value as Partial<Bindable> | undefined)?.binding;
        if (binding) bindings[key] = binding;
        else
            args.problem(
                `bindings.${key} is ${described(value)}; allowed: a Database, queue.toSend(), queue.toReceive() or an App.`,
            );
    }
    args.remember(
        "bindings",
        Object.fromEntries(
            Object.entries(bindings).map(([key, { to, right }]) => [key, { kind: to.kind, name: to.name, right }]),
        ),
    );
    return bindings;
}

function described(value: unknown): string {
    const attachment = (value as { attachment?: { kind: string; name: string } } | undefined)?.attachment;
    if (attachment?.kind === "Queue") return `the Queue "${attachment.name}" itself`;
    // Not the value: a URL that somebody typed here holds a password.
    return attachment ? `the ${attachment.kind} "${attachment.name}"` : `of type ${typeof value}`;
}

function checkNames<A extends object>(args: ArgsReader<A>, field: string, given: object): void {
    for (const key of Object.keys(given)) {
        if (!environmentName.test(key)) {
            args.problem(
                `${field} has the name ${shown(key)}; allowed: letters, digits and "_", not starting with a digit.`,
            );
        } else if (RESERVED.includes(key)) {
            args.problem(`${field}.${key} is set by the platform; read it, and choose another name for yours.`);
        }
    }
}

function reportDuplicates<A extends EnvironmentArgs>(args: ArgsReader<A>): void {
    const homes = new Map<string, string[]>();
    for (const field of ["environment", "secrets", "bindings"] as const) {
        const given = args.raw(field);
        if (typeof given !== "object" || given === null || pulumi.Output.isInstance(given)) continue;
        for (const key of Object.keys(given)) homes.set(key, [...(homes.get(key) ?? []), field]);
    }
    for (const [key, fields] of homes) {
        if (fields.length > 1) args.problem(`${key} is in ${fields.join(" and in ")}; keep one.`);
    }
}
