import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";

/** Like `scope.child`; what has a fixed name cannot be made anew beside the old one. */
export function child<A extends object, R extends pulumi.Resource>(
    scope: Scope,
    key: string,
    args: A,
    Class: new (name: string, args: A, opts: pulumi.CustomResourceOptions) => R,
    opts: pulumi.CustomResourceOptions & { readonly suffix?: string } = {},
): R {
    const { suffix, ...rest } = opts;
    return scope.child(
        key,
        args,
        (name, args: A, opts) => new Class(name, args, opts),
        { deleteBeforeReplace: true, ...rest },
        suffix,
    );
}
