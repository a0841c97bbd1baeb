/** What each component puts into its handle, and how one field of it is read. */
import * as pulumi from "@pulumi/pulumi";
import type { Attachment, Kind, Scope } from "../contract.js";
import { ProgramError } from "../errors.js";
import { fieldReader } from "../handles.js";
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

export const { field, ground } = fieldReader<PlatformHandle>("kubernetes");

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
