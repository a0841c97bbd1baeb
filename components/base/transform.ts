import * as pulumi from "@pulumi/pulumi";
import type { ChildInputs } from "../../providers/child-inputs.js";
import type { Kind, TargetName } from "../../providers/contract.js";

type PartialInputs<A> = { readonly [N in keyof A]?: A[N] extends object ? PartialInputs<A[N]> | A[N] : A[N] };

/**
 * Changes one child: an object that is merged into its inputs, or a function that gets inputs, options and name and
 * returns what it changed. The way out where the component's own arguments end.
 */
export type Transform<A = Record<string, unknown>> =
    | PartialInputs<A>
    | ((
          args: A,
          opts: pulumi.CustomResourceOptions,
          name: string,
      ) =>
          | {
                /** The inputs to use. Default: those that it got. */
                readonly args?: A;
                /** The options to use. Default: those that it got. */
                readonly opts?: pulumi.CustomResourceOptions;
            }
          | undefined);

type ChildTransforms<T, K> = T extends keyof ChildInputs
    ? K extends keyof ChildInputs[T]
        ? { readonly [C in keyof ChildInputs[T][K]]?: Transform<ChildInputs[T][K][C]> }
        : Readonly<Record<string, Transform>>
    : Readonly<Record<string, Transform>>;

/** Transforms by target and child key, for example `{ aws: { service: { … } } }`: what is not portable shows. */
export type Transforms<K extends Kind> = { readonly [T in TargetName]?: ChildTransforms<T, K> };

/** Applies a transform to the inputs and options of a child. */
export function applyTransform<A extends object>(
    transform: Transform | undefined,
    args: A,
    opts: pulumi.CustomResourceOptions,
    name: string,
): { args: A; opts: pulumi.CustomResourceOptions } {
    if (transform === undefined) return { args, opts };
    if (typeof transform === "function") {
        const changed = transform(args as Record<string, unknown>, opts, name);
        return { args: (changed?.args as A | undefined) ?? args, opts: changed?.opts ?? opts };
    }
    return { args: merge(args, transform) as A, opts };
}

/** Deep merge of plain objects; lists and everything else are replaced. Reaches into Outputs. */
function merge(base: unknown, patch: unknown): unknown {
    if (pulumi.Output.isInstance(base)) return base.apply((value) => merge(value, patch));
    if (!isPlainObject(base) || !isPlainObject(patch)) return patch;
    const result: Record<string, unknown> = { ...base };
    for (const [key, value] of Object.entries(patch)) {
        result[key] = key in base ? merge(base[key], value) : value;
    }
    return result;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
