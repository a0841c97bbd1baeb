/**
 * What the platforms have in common: a workload runs containers. Readers in kinds/ fill it in from each platform's own
 * form; a rule over it holds on all of them.
 */
import type { Platform } from "./resource.js";
import type { Fields, Maybe } from "./values.js";

/** A variable of the environment: a literal value, or a reference to where the value is. */
export interface Variable {
    readonly name: Maybe<string>;
    /** The literal; absent for a reference. */
    readonly value: Maybe<string>;
    /** Where the value comes from; absent for a literal. */
    readonly reference: Maybe<string>;
}

export interface Port {
    readonly number: Maybe<number>;
    readonly name: Maybe<string>;
    /** Port of the machine below, where there is one. */
    readonly host: Maybe<number>;
}

export interface Mount {
    readonly path: Maybe<string>;
    readonly volume: Maybe<string>;
}

export interface Volume {
    readonly name: Maybe<string>;
    /** host: a folder of the machine. shared: a file system of several processes. claim: a disk. other: scratch, configuration, secrets. */
    readonly kind: Maybe<"host" | "shared" | "claim" | "other">;
}

export interface Container {
    /** For messages: container "app". */
    readonly where: string;
    /** Whether it ends before the others start. */
    readonly initial: boolean;
    readonly image: Maybe<string>;
    /** Entry point and arguments, as far as they are given. */
    readonly command: Maybe<readonly Maybe<string>[]>;
    readonly environment: Maybe<readonly Variable[]>;
    readonly ports: Maybe<readonly Port[]>;
    readonly mounts: Maybe<readonly Mount[]>;
    readonly readiness: Maybe<Fields>;
    readonly liveness: Maybe<Fields>;
    readonly startup: Maybe<Fields>;
    /** CPU and memory, each under the name of its property; absent where the platform sets them elsewhere. */
    readonly needs?: Fields;
    /** Absent where the platform has no such thing. */
    readonly readOnlyRoot?: Maybe<boolean>;
}

/** service: runs until it is stopped. job: runs to its end. agent: one on each machine. function: runs for one call. task: a service or a job, which one is written elsewhere. */
export type Role = "service" | "job" | "agent" | "function" | "task";

export interface Workload {
    readonly platform: Platform;
    readonly role: Role;
    readonly containers: Maybe<readonly Container[]>;
    readonly volumes: Maybe<readonly Volume[]>;
    /** Tags, labels and annotations. */
    readonly labels: Maybe<Fields>;
    /** Whether its ports are ports of the machine below. */
    readonly hostNetwork: Maybe<boolean>;
}
