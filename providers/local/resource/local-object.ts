import * as pulumi from "@pulumi/pulumi";
import type { ObjectKind, ResultOf, SecretResultOf, Secrets, SpecOf } from "../spec.js";

/**
 * The dynamic provider of every local child, as the text that Pulumi keeps in the state and evaluates in a process of
 * its own. It only loads operations.ts from the program's own folder: 130 bytes a resource instead of kilobytes, and no
 * closure is serialised at preview, which would load the TypeScript compiler (docs/adr/0002-dynamic-provider.md).
 */
export const PROVIDER_TEXT =
    'exports.handler=()=>require("module").createRequire(process.cwd()+"/x.js")("twelvefold/local/resource").provider';

const TYPE_NAMES: Readonly<Record<ObjectKind, string>> = {
    platform: "Platform",
    logs: "LogSink",
    database: "Database",
    queue: "Queue",
    balancer: "LoadBalancer",
    app: "App",
    job: "Job",
};

/** Pulumi's type token of a local child. */
export function typeOf(kind: ObjectKind): string {
    return `pulumi-nodejs:dynamic/twelvefold:${TYPE_NAMES[kind]}`;
}

export interface LocalObjectArgs<K extends ObjectKind> {
    /** Name of the object; the one that it was created under stays when this changes. */
    readonly objectName: string;
    /** State folder of the stack whose supervisor keeps the object. */
    readonly home: pulumi.Input<string>;
    readonly spec: Nested<SpecOf<K>>;
    readonly secrets?: Nested<Secrets>;
}

/** A value whose parts, however deep, may be Outputs: what is unknown at preview then hides nothing else. */
export type Nested<T> = pulumi.Input<T extends object ? { readonly [N in keyof T]: Nested<T[N]> } : T>;

/** One object that a supervisor on this machine keeps. */
export class LocalObject<K extends ObjectKind> extends pulumi.CustomResource {
    readonly objectName!: pulumi.Output<string>;
    readonly home!: pulumi.Output<string>;
    readonly result!: pulumi.Output<ResultOf<K>>;
    readonly secretResult!: pulumi.Output<SecretResultOf<K>>;
    /** What `pulumi refresh` found to differ from what was asked for, one sentence each. */
    readonly drift!: pulumi.Output<readonly string[]>;

    constructor(kind: K, name: string, args: LocalObjectArgs<K>, opts: pulumi.CustomResourceOptions) {
        const props = {
            ...args,
            kind,
            secrets: args.secrets === undefined ? {} : pulumi.secret(args.secrets),
            __provider: PROVIDER_TEXT,
            result: undefined,
            secretResult: undefined,
            drift: undefined,
        };
        super(typeOf(kind), name, props, {
            ...opts,
            additionalSecretOutputs: ["secrets", "secretResult", ...(opts.additionalSecretOutputs ?? [])],
        });
    }

    /** One field of the result. */
    field<F extends keyof ResultOf<K>>(name: F): pulumi.Output<ResultOf<K>[F]> {
        // Under mocks that know nothing of this type there is no result.
        return this.result.apply((result) => result?.[name]) as pulumi.Output<ResultOf<K>[F]>;
    }

    secretField<F extends keyof SecretResultOf<K>>(name: F): pulumi.Output<string> {
        return pulumi.secret(this.secretResult.apply((result) => result?.[name] ?? "")) as pulumi.Output<string>;
    }
}
