import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { childName } from "./names.js";

type Make<A extends object, R> = new (name: string, args: A, opts?: pulumi.CustomResourceOptions) => R;

/** Makes a child; unlike with a bare `scope.child`, an input that the type does not have is an error of the compiler. */
export function child<A extends object, R extends pulumi.Resource>(
    scope: Scope,
    kind: Make<A, R>,
    key: string,
    args: NoInfer<A>,
    opts?: pulumi.CustomResourceOptions,
    suffix?: string,
): R {
    const make = (name: string, args: A, opts: pulumi.CustomResourceOptions) => new kind(name, args, opts);
    return scope.child(key, args as A, make, opts, suffix);
}

/** Like `child`, for what has so short a physical name that Pulumi's must be cut. */
export function shortChild<A extends object, R extends pulumi.Resource>(
    scope: Scope,
    kind: Make<A, R>,
    limit: number,
    key: string,
    args: NoInfer<A>,
    suffix?: string,
): R {
    const make = (name: string, args: A, opts: pulumi.CustomResourceOptions) =>
        new kind(childName(name, limit), args, opts);
    return scope.child(key, args as A, make, undefined, suffix);
}
