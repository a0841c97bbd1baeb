import type { Target } from "../contract.js";

/** Keys of the children of LogSink, Database, Queue, Autoscaler and Job, and those that scaling adds to an App. */
export const DATA_CHILDREN: Pick<Target["children"], "LogSink" | "Database" | "Queue" | "Autoscaler" | "Job"> = {
    LogSink: {},
    Database: {},
    Queue: {},
    Autoscaler: {},
    Job: {},
};

export const SCALE_CHILDREN: Readonly<Record<string, string>> = {};
