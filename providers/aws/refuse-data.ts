import type { Target } from "../contract.js";

/** What LogSink, Database, Queue, Autoscaler and Job refuse. */
export const refuseData: NonNullable<Target["refuse"]> = {};
