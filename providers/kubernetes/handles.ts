/** What each component puts into its handle, and how one field of it is read. */
import * as pulumi from "@pulumi/pulumi";
import type { Attachment, Handle, Kind, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { readHandle } from "../handles.js";
import { clientLabel, isOwn } from "./labels.js";
import type { PodParts } from "./pod.js";
import type { PlatformRecord } from "./record.js";

export interface PlatformHandle {
    readonly cluster: string;
    readonly namespace: string;
    readonly record: PlatformRecord;
    /** Name of the ConfigMap with the internal CA. */
    readonly ca: string;
    /** Name of the Secret to pull images with. */
    readonly pull?: string;
}

interface InCluster {
    readonly cluster: string;
    readonly namespace: string;
}

export interface LogSinkHandle extends InCluster {
    readonly retentionDays: number;
}

/** A service in the cluster that admits pods with a label. */
interface Reachable extends InCluster {
    readonly clientLabel: string;
    /** Labels of its own pods. */
    readonly podLabels: Readonly<Record<string, string>>;
    readonly port: number;
}

export type DatabaseHandle = Reachable;

export interface QueueHandle extends Reachable {
    readonly host: string;
    /** Name of the RabbitmqCluster. */
    readonly broker: string;
    readonly queue: string;
    readonly exchange: string;
    readonly fifo: boolean;
}

export interface LoadBalancerHandle extends InCluster {
    readonly gateway: string;
    /** Listeners that take an app's route. */
    readonly sections: readonly string[];
    /** Host name of the listeners; absent without a domain. */
    readonly host?: string;
    readonly url: string;
}

export interface AppHandle extends InCluster, Partial<Omit<Reachable, keyof InCluster>> {
    /** Name of the Service; absent without a port. */
    readonly service?: string;
    readonly internalUrl: string;
    readonly deployment: string;
    readonly releaseId: string;
    /** What a Job shares with the app. */
    readonly pod: PodParts;
}

/**
 * One field of another component's handle. Unlike `readHandle` it is known at preview when the field is, even if others
 * are not.
 */
export function field<H, F extends keyof H & string>(attachment: Attachment, name: F): pulumi.Output<H[F]> {
    const known = fields.get(attachment) ?? new Map<string, pulumi.Output<unknown>>();
    fields.set(attachment, known);
    const found = known.get(name) ?? readField(attachment, name);
    known.set(name, found);
    return found as pulumi.Output<H[F]>;
}

// Every object of a program asks for the same few fields of its platform; an Output is not cheap to make.
const fields = new WeakMap<Attachment, Map<string, pulumi.Output<unknown>>>();

function readField(attachment: Attachment, name: string): pulumi.Output<unknown> {
    // The lifted property reads through unknown neighbours.
    const handle = attachment.handle as pulumi.Output<Handle> & Readonly<Record<string, pulumi.Output<unknown>>>;
    const checked = readHandle<Handle>({ ...attachment, handle: targetOnly(attachment) }, "kubernetes");
    return pulumi.unsecret(pulumi.all([checked, handle[name]]).apply(([, value]) => value));
}

function targetOnly({ kind, handle }: Attachment): pulumi.Output<Handle> {
    return pulumi.all([handle.target, handle.key]).apply(([target, key]): Handle => ({ target, kind, key }));
}

/** A field of the platform that a component stands on. */
export function ground<F extends keyof PlatformHandle>(scope: Scope, name: F): pulumi.Output<PlatformHandle[F]> {
    if (!scope.platform) throw new Error(`"${scope.name}" has no platform to stand on.`);
    return field<PlatformHandle, F>(scope.platform, name);
}

/** The record of the cluster. */
export function recordOf(scope: Scope): pulumi.Output<PlatformRecord> {
    return ground(scope, "record");
}

/** The label to wear for another component. */
export function labelFor(scope: Scope, to: Attachment): pulumi.Input<string> {
    return isOwn(to) ? clientLabel(to.kind, to.name, scope) : field<Reachable, "clientLabel">(to, "clientLabel");
}

/**
 * The namespace of something to attach to, once it is clear that it lives in this cluster.
 *
 * @throws ProgramError when it lives in another one
 */
export function namespaceOf(scope: Scope, to: Attachment<Exclude<Kind, "Autoscaler">>): pulumi.Output<string> {
    const there = field<InCluster, "namespace">(to, "namespace");
    if (isOwn(to)) return there;
    return pulumi
        .all([ground(scope, "cluster"), field<InCluster, "cluster">(to, "cluster"), there])
        .apply(([here, other, namespace]) => {
            if (here === other) return namespace;
            throw new ProgramError(
                `${to.kind} "${to.name}" lives in another cluster; give it a public host or import it with a URL.`,
            );
        });
}

/** A value that is known, and that depends on a resource all the same. */
export function after<T>(resource: pulumi.Resource, value: T): pulumi.Output<T> {
    return resource.urn.apply(() => value);
}
