/** Importing a target's types gives `transform` its children and their inputs; `tsc` is the test. */
import type { Transforms } from "twelvefold";
import type {} from "twelvefold/local";

export const right: Transforms<"App"> = { local: { app: { spec: { stopTimeoutSeconds: 5 } } } };

export const asFunction: Transforms<"Queue"> = {
    local: { queue: (args, opts) => ({ args: { ...args, spec: { ...args.spec, fifo: true } }, opts }) },
};

// @ts-expect-error an app has no child of this name
export const wrongChild: Transforms<"App"> = { local: { service: {} } };

// @ts-expect-error the field is misspelt
export const wrongField: Transforms<"App"> = { local: { app: { spec: { stopTimeout: 5 } } } };

// @ts-expect-error the field is a number
export const wrongType: Transforms<"App"> = { local: { app: { spec: { stopTimeoutSeconds: "5" } } } };

/** Targets whose types are not imported take anything. */
export const untyped: Transforms<"App"> = { aws: { service: { desiredCount: 3 } } };
