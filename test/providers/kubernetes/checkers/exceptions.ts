/** A decision of ours that checkers object to, and why it stands. */
export interface Exception {
    /** Of every tool that says so. */
    readonly checks: readonly string[];
    /** `<kind>/<name>` of the objects that it holds for. */
    readonly objects: RegExp;
    readonly reason: string;
}

/** A longer list is a way of not looking. */
export const MOST_EXCEPTIONS = 10;

/** Everything that checkers say of production stacks and that is answered. One that matches nothing fails the test. */
export const EXCEPTIONS: readonly Exception[] = [
    {
        checks: ["kube-score/container-image-pull-policy", "polaris/pullPolicyNotAlways"],
        objects: /^(Deployment|Job|CronJob)\//,
        reason: "Images are named by digest, which cannot change; Always would make every restart depend on the registry.",
    },
];
