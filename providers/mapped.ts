import * as pulumi from "@pulumi/pulumi";

/**
 * What a function makes of an argument: at once where the argument is plain, as most are, because each Output costs a
 * dozen promises and each `apply` as many again.
 */
export function mapped<T, U>(input: pulumi.Input<T>, map: (value: T) => U): pulumi.Input<U> {
    if (pulumi.Output.isInstance(input) || input instanceof Promise) {
        return (pulumi.output(input) as pulumi.Output<T>).apply(map) as pulumi.Output<U>;
    }
    return map(input as T);
}
