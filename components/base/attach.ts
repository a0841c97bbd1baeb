import * as pulumi from "@pulumi/pulumi";
import type {
    Attachable,
    Attachment,
    Binding,
    Handle,
    Kind,
    Outputs,
    OutputValues,
    Right,
} from "../../providers/contract.js";
import { SECRET_OUTPUTS } from "../../providers/contract.js";
import { ProgramError } from "../../providers/errors.js";
import type { ArgsReader } from "./args-reader.js";
import { alternatives, shown } from "./errors.js";
import type { Intent } from "./intent.js";

/** What an App can hold a binding to. */
export interface Bindable {
    /** The right, and on what. */
    readonly binding: Binding;
}

/** What a component has beside its outputs. Not in fields of it: Pulumi takes every field for an output. */
interface ComponentRecord {
    readonly attachment: Attachment;
    readonly intent: Intent;
}

const records = new WeakMap<object, ComponentRecord>();

export function remember<K extends Kind>(component: object, attachment: Attachment<K>, intent: Intent): void {
    records.set(component, { attachment, intent });
}

export function attachmentOf<K extends Kind>(component: Attachable<K>): Attachment<K> {
    return recordOf(component).attachment as Attachment<K>;
}

export function intentOf(component: object): Intent {
    return recordOf(component).intent;
}

function recordOf(component: object): ComponentRecord {
    const record = records.get(component);
    if (!record) throw new Error("This component was not built by its constructor.");
    return record;
}

export function bindingTo(to: Attachment<"Database" | "Queue" | "App">, right: Right): Binding {
    return { to, right };
}

/** What an argument attaches to, or undefined where it is something else. */
export function attachedAs<K extends Kind>(value: unknown, kind: K): Attachment<K> | undefined {
    const attachment = (value as Attachable | undefined)?.attachment;
    return attachment?.kind === kind ? (attachment as Attachment<K>) : undefined;
}

/** Reads an argument that attaches to another component; what is wrong with it becomes a problem. */
export function readAttachment<K extends Kind, A extends object>(
    args: ArgsReader<A>,
    key: keyof A & string,
    kind: K,
): Attachment<K> | undefined {
    const given = args.raw(key);
    if (given === undefined) return undefined;
    const attachment = attachedAs(given, kind);
    if (attachment) args.remember(key, attachment.name);
    else args.problem(`${key} is ${shown(given)}; allowed: ${article(kind)} ${kind}, or ${kind}.fromStack(…).`);
    return attachment;
}

/** A component of another stack, as that stack exported it. */
export type Imported<K extends Kind> = Attachable<K> & Outputs<K>;

/**
 * Reads a component that another stack exported (`export const db = new Database(…)`), so that an App attaches to it as
 * to one of its own.
 *
 * @throws at preview, when there is no such output or it is not a component of this kind
 */
export function importComponent<K extends Kind>(
    kind: K,
    reference: pulumi.StackReference,
    name: string,
    outputNames: readonly (keyof OutputValues[K] & string)[],
): Imported<K> {
    // The stack's outputs are a secret as a whole when one of them is; each part gets back what it deserves below.
    const exported = pulumi
        .all([pulumi.unsecret(reference.outputs), reference.name])
        .apply(([outputs, stack]) => exportedComponent(kind, outputs, stack, name));
    const attachment: Attachment<K> = {
        kind,
        name,
        handle: pulumi.secret(exported.apply((component) => component.handle)) as unknown as pulumi.Output<Handle>,
    };
    const secretOutputs = (SECRET_OUTPUTS[kind] ?? []) as readonly string[];
    const outputs = Object.fromEntries(
        outputNames.map((output) => {
            const value = exported.apply((component) => component[output]);
            return [output, secretOutputs.includes(output) ? pulumi.secret(value) : value];
        }),
    );
    return { ...(outputs as unknown as Outputs<K>), attachment };
}

interface ExportedComponent {
    readonly handle: Handle;
    readonly [output: string]: unknown;
}

function exportedComponent(
    kind: Kind,
    outputs: Readonly<Record<string, unknown>>,
    stack: string,
    name: string,
): ExportedComponent {
    const where = `${kind}.fromStack("${stack}", "${name}")`;
    const names = Object.keys(outputs).sort();
    if (!(name in outputs)) {
        throw new ProgramError(
            `${where}: the stack has no output "${name}"; it has ${names.length === 0 ? "none" : alternatives(names)}. ` +
                `Export the component there (export const ${name} = new ${kind}(…)) and run pulumi up in that stack.`,
        );
    }
    const value = outputs[name] as ExportedComponent | null;
    const handle = value?.handle;
    if (typeof handle !== "object" || handle === null || typeof handle.kind !== "string") {
        throw new ProgramError(
            `${where}: the output "${name}" is ${shown(redacted(value))}, not a component. Export the component itself: ` +
                `export const ${name} = new ${kind}(…).`,
        );
    }
    if (handle.kind !== kind) {
        throw new ProgramError(
            `${where}: the output "${name}" is a ${handle.kind}, not a ${kind}. Use ${handle.kind}.fromStack.`,
        );
    }
    return value as ExportedComponent;
}

/** The value may be a secret: show its type only. */
function redacted(value: unknown): unknown {
    return typeof value === "object" && value !== null ? Object.keys(value) : typeof value;
}

function article(kind: Kind): string {
    return /^[AEIO]/.test(kind) ? "an" : "a";
}
