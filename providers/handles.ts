import * as pulumi from "@pulumi/pulumi";
import type { Attachment, Handle, Scope, TargetName } from "./contract.js";
import { ProgramError } from "./errors.js";

/**
 * What a builder reads of another component. Handles are plain data from anywhere, so the target is checked: an app on
 * one target cannot attach to a thing on another.
 */
export function readHandle<H>(attachment: Attachment, target: TargetName): pulumi.Output<Handle & H> {
    return once(attachment, `${target} handle`, () => openHandle<H>(attachment, target));
}

function openHandle<H>(attachment: Attachment, target: TargetName): pulumi.Output<Handle & H> {
    const open = attachment.handle.apply((handle) => {
        checkTarget(attachment, handle.target, target);
        const { secrets: _, ...rest } = handle;
        return rest as Handle & H;
    });
    return pulumi.unsecret(open) as pulumi.Output<Handle & H>;
}

/** How the builders of a target read single fields; `Platform` is what its platforms put into their handles. */
export function fieldReader<Platform>(target: TargetName) {
    return {
        /** One field of another component's handle. */
        field: <H, F extends keyof H & string>(attachment: Attachment, name: F) =>
            readField<H[F]>(attachment, target, name),
        /** A field of the platform that a component stands on. */
        ground: <F extends keyof Platform & string>(scope: Scope, name: F) =>
            readField<Platform[F]>(platformOf(scope), target, name),
    };
}

/** The platform that a component stands on. */
export function platformOf({ name, platform }: Scope): Attachment<"Platform"> {
    if (!platform) throw new Error(`"${name}" has no platform to stand on.`);
    return platform;
}

/** A value that is known, and that depends on a resource all the same. */
export function after<T>(resource: pulumi.Resource, value: T): pulumi.Output<T> {
    return resource.urn.apply(() => value);
}

/** One field of another component's handle. */
function readField<T>(attachment: Attachment, target: TargetName, name: string): pulumi.Output<T> {
    return once(attachment, `${target} field ${name}`, () => {
        const value = fieldOf(attachment, target, name);
        // Of a secret handle, all but `secrets` is open.
        return pulumi.unsecret(pulumi.Output.isInstance(value) ? value : pulumi.output(value)) as pulumi.Output<T>;
    });
}

function fieldOf(attachment: Attachment, target: TargetName, name: string): unknown {
    const { fields } = attachment;
    if (fields !== undefined) {
        checkTarget(attachment, String(fields.target), target);
        return fields[name];
    }
    // Unlike an `apply` of the whole, the lifted property is known at preview when others are not.
    const handle = attachment.handle as pulumi.Output<Handle> & Readonly<Record<string, pulumi.Output<unknown>>>;
    return pulumi.all([handle.target, handle[name]]).apply(([found, value]) => {
        checkTarget(attachment, found, target);
        return value;
    });
}

/** One secret of another component's handle, marked secret. */
export function readSecret(attachment: Attachment, target: TargetName, name: string): pulumi.Output<string> {
    return once(attachment, `${target} secret ${name}`, () => {
        const secrets = fieldOf(attachment, target, "secrets") as pulumi.Output<Handle["secrets"]>;
        return pulumi.secret(
            pulumi.output(secrets).apply((known) => {
                const value = known?.[name];
                if (value !== undefined) return value;
                throw new ProgramError(
                    `${attachment.kind} "${attachment.name}" has no "${name}" in its handle. It was exported by ` +
                        "another version of twelvefold; run pulumi up in its stack with this version.",
                );
            }),
        );
    });
}

// A thousand apps read the handle of one platform.
const made = new WeakMap<Attachment, Map<string, pulumi.Output<unknown>>>();

/** The Output that was made of this attachment under this key, or a new one. */
function once<T>(attachment: Attachment, key: string, make: () => pulumi.Output<T>): pulumi.Output<T> {
    const known = made.get(attachment) ?? new Map<string, pulumi.Output<unknown>>();
    made.set(attachment, known);
    const output = known.get(key) ?? make();
    known.set(key, output);
    return output as pulumi.Output<T>;
}

function checkTarget(attachment: Attachment, found: string, target: TargetName): void {
    if (found === target) return;
    throw new ProgramError(
        `${attachment.kind} "${attachment.name}" lives on ${found}, and this stack runs on ${target}. ` +
            "A component attaches to components of its own target only.",
    );
}
