/**
 * The types of the local target's children, for `transform`. Importing this module, for its types only, makes
 * `transform: { local: … }` know them: `import type {} from "twelvefold/local"`.
 *
 * @packageDocumentation
 */
import type {
    AppSpec,
    BalancerSpec,
    DatabaseSpec,
    JobSpec,
    LogsSpec,
    ObjectKind,
    PlatformSpec,
    QueueSpec,
    Secrets,
    SpecOf,
} from "./spec.js";

export type { AppSpec, BalancerSpec, DatabaseSpec, JobSpec, LogsSpec, PlatformSpec, QueueSpec };

/** Inputs of one child on this machine. */
export interface LocalInputs<K extends ObjectKind> {
    /** State folder of the stack that keeps the object. */
    readonly home: string;
    /** Name of the object there. */
    readonly objectName: string;
    /** What is asked of the supervisor. */
    readonly spec: SpecOf<K>;
    /** Secret environment of an app or job. */
    readonly secrets?: Secrets;
}

/** Children by kind and key. */
export interface LocalChildInputs {
    Platform: { supervisor: LocalInputs<"platform"> };
    LogSink: { sink: LocalInputs<"logs"> };
    Database: { database: LocalInputs<"database"> };
    Queue: { queue: LocalInputs<"queue"> };
    LoadBalancer: { listener: LocalInputs<"balancer"> };
    App: { app: LocalInputs<"app"> };
    Job: { job: LocalInputs<"job"> };
}

declare module "../child-inputs.js" {
    interface ChildInputs {
        /** Children on this machine. */
        local: LocalChildInputs;
    }
}
