import * as pulumi from "@pulumi/pulumi";
import {
    type Attachable,
    type Attachment,
    type Built,
    type Handle,
    type HandleFields,
    type Kind,
    type Outputs,
    type Requests,
    type Scope,
    SECRET_OUTPUTS,
    TARGETS,
    type TargetName,
} from "../../providers/contract.js";
import { COMPONENT_NAME, COMPONENT_NAME_RULE } from "../../providers/naming.js";
import { type Feature, refusals } from "../../providers/support.js";
import { ArgsReader, argumentsOf, compact } from "./args-reader.js";
import { readAttachment, remember } from "./attach.js";
import { ArgumentError, shown } from "./errors.js";
import { unknownKeys } from "./fields.js";
import type { Intent } from "./intent.js";
import { implicitPlatform } from "./platforms.js";
import { readSettings, type Settings, targetSettings } from "./settings.js";
import { applyTransform, type Transform, type Transforms } from "./transform.js";

/** Arguments that every component has. */
export interface CommonArgs<K extends Kind> {
    /** Changes to single children, by target and child key (docs/transforms.md). */
    readonly transform?: Transforms<K> | undefined;
    /** Settings that only the local target has. */
    readonly local?: Readonly<Record<string, unknown>> | undefined;
    /** Settings that only Kubernetes has. */
    readonly kubernetes?: Readonly<Record<string, unknown>> | undefined;
    /** Settings that only AWS has. */
    readonly aws?: Readonly<Record<string, unknown>> | undefined;
    /** Settings that only Azure has. */
    readonly azure?: Readonly<Record<string, unknown>> | undefined;
}

/** What a component's own file reads from its arguments. */
export interface Reading<K extends Kind> {
    readonly request: Requests[K];
    /** Features that were asked for by name; one that the target does not support is refused. */
    readonly asked: readonly Feature[];
}

/** A component that is checked and ready to be built. Made before `super`, because everything is checked first. */
export interface Plan<K extends Kind> {
    readonly type: string;
    readonly intent: Intent;
    /** Builds the children and registers the outputs; to be called last in the constructor. */
    build(component: pulumi.ComponentResource & Attachable<K> & { readonly handle: pulumi.Output<Handle> }): void;
}

/**
 * Reads and checks the arguments of a component, all problems at once, and decides what will be built.
 *
 * @throws ArgumentError
 */
export function plan<K extends Kind, A extends CommonArgs<K> & { readonly platform?: unknown }>(
    kind: K,
    name: string,
    given: A | undefined,
    read: (reader: ArgsReader<A>, settings: Settings) => Reading<K>,
): Plan<K> {
    const args = argumentsOf(kind, name, given);
    const settings = readSettings();
    const { target } = settings;
    const reader = new ArgsReader<A>(kind, name, args);
    if (typeof name !== "string" || !COMPONENT_NAME.test(name)) {
        reader.problem(`the name is ${shown(name)}; allowed: ${COMPONENT_NAME_RULE}.`);
    }
    const platform = kind === "Platform" ? undefined : readAttachment(reader, "platform", "Platform");
    const options = readOptions(kind, reader, settings);
    const transforms = readTransforms(kind, reader, settings);
    const { request, asked } = read(reader, settings);
    reader.finish();
    const problems = [...reader.problems, ...refusals(target, asked)];
    if (problems.length === 0) problems.push(...(target.refuse?.[kind]?.(request, name) ?? []));
    if (problems.length > 0) throw new ArgumentError(kind, name, problems);

    const intent: Intent = {
        ...reader.intent,
        kind,
        target: target.name,
        profile: settings.profile,
        computed: reader.computed,
    };
    return {
        type: `twelvefold:index:${kind}`,
        intent,
        build(component) {
            const ground = kind === "Platform" ? undefined : (platform ?? implicitPlatform());
            const scope = scopeOf(component, name, settings, ground, options, transforms);
            const built: Built<K> = target.builders[kind](scope, request);
            const outputs = secretsMarked(kind, built.outputs);
            const handle = handleOf(kind, name, settings, built);
            Object.assign(component, outputs);
            onFirstUse(component, "handle", () => pulumi.output(handle));
            const attachment: Attachment<K> = {
                kind,
                name,
                fields: handle,
                resource: component,
                ...(built.facts === undefined ? {} : { facts: built.facts }),
                get handle() {
                    return component.handle;
                },
            };
            remember(component, attachment, intent);
            // biome-ignore lint/complexity/useLiteralKeys: the method is protected; this is called by the component itself
            component["registerOutputs"]({ ...outputs, handle, intent });
        },
    };
}

function readOptions<K extends Kind, A extends CommonArgs<K>>(
    kind: K,
    reader: ArgsReader<A>,
    settings: Settings,
): Readonly<Record<string, unknown>> {
    for (const name of TARGETS) {
        const bag = reader.raw(name);
        if (bag === undefined) continue;
        if (typeof bag !== "object") reader.problem(`${name} is ${shown(bag)}; allowed: an object with settings.`);
        else if (name === settings.target.name) {
            reader.problems.push(...unknownKeys(Object.keys(bag), Object.keys(settings.target.options[kind]), name));
        }
    }
    const own = reader.raw(settings.target.name) ?? {};
    if (kind !== "Platform") return own;
    const configured = targetSettings(settings.target.name);
    const known = Object.keys(settings.target.options.Platform);
    reader.problems.push(...unknownKeys(Object.keys(configured), known, `twelvefold:${settings.target.name}`));
    return { ...configured, ...own };
}

function readTransforms<K extends Kind, A extends CommonArgs<K>>(
    kind: K,
    reader: ArgsReader<A>,
    settings: Settings,
): Readonly<Record<string, Transform>> {
    const all = reader.raw("transform") as { readonly [T in TargetName]?: Record<string, Transform> } | undefined;
    if (all === undefined) return {};
    reader.problems.push(...unknownKeys(Object.keys(all), TARGETS, "transform"));
    const mine = all[settings.target.name] ?? {};
    const children = Object.keys(settings.target.children[kind]);
    reader.problems.push(...unknownKeys(Object.keys(mine), children, `transform.${settings.target.name}`));
    return mine;
}

function scopeOf(
    component: pulumi.ComponentResource,
    name: string,
    settings: Settings,
    platform: Attachment<"Platform"> | undefined,
    options: Readonly<Record<string, unknown>>,
    transforms: Readonly<Record<string, Transform>>,
): Scope {
    return {
        component,
        name,
        profile: settings.profile,
        project: settings.project,
        stack: settings.stack,
        platform,
        options,
        child(key, args, make, opts, suffix) {
            const childName = suffix === undefined ? `${name}-${key}` : `${name}-${key}-${suffix}`;
            const changed = applyTransform(transforms[key], args, { parent: component, ...opts }, childName);
            return make(childName, changed.args, changed.opts);
        },
    };
}

function handleOf<K extends Kind>(kind: K, name: string, settings: Settings, built: Built<K>): HandleFields {
    const { secrets, ...fields } = built.handle;
    const key = `${settings.project}/${settings.stack}/${name}`;
    return compact<HandleFields>({
        ...fields,
        target: settings.target.name,
        kind,
        key,
        secrets: secrets === undefined ? undefined : pulumi.secret(secrets),
    });
}

/**
 * A field whose value is made when it is read. Outputs are what a large program spends its time on, and nothing attaches
 * to most apps.
 */
function onFirstUse(owner: object, field: string, make: () => unknown): void {
    Object.defineProperty(owner, field, {
        enumerable: true,
        configurable: true,
        get() {
            const value = make();
            Object.defineProperty(owner, field, { value, enumerable: true });
            return value;
        },
    });
}

function secretsMarked<K extends Kind>(kind: K, outputs: Outputs<K>): Outputs<K> {
    const names = SECRET_OUTPUTS[kind] ?? [];
    const marked = Object.fromEntries(names.map((name) => [name, pulumi.secret(outputs[name])]));
    return { ...outputs, ...marked };
}

/** The features of a kind whose argument has the feature's own name, where the user asked for more than the default. */
export function askedFor<K extends Kind, A extends object, N extends keyof A & string>(
    kind: K,
    args: ArgsReader<A>,
    names: readonly (`${K}.${N}` extends Feature ? N : never)[],
): Feature[] {
    return names.filter((name) => args.asks(name)).map((name) => `${kind}.${name}` as Feature);
}
