import type { BalancerSpec, DatabaseSpec, QueueSpec, RouteSpec } from "../spec.js";
import type { QueueDepth } from "./parts.js";

/** Everything that `twelvefold status` shows. Times are ISO 8601. */
export interface StackStatus {
    readonly home: string;
    readonly project: string | undefined;
    readonly stack: string | undefined;
    readonly supervisor: {
        readonly pid: number;
        readonly version: string;
        readonly since: string;
        /** What was wrong with the state files when it started. */
        readonly problems: readonly string[];
    };
    readonly proxy: { readonly pid: number | undefined } | undefined;
    readonly postgres:
        | {
              readonly running: boolean;
              readonly pid: number | undefined;
              readonly port: number | undefined;
              readonly version: string | undefined;
          }
        | undefined;
    readonly apps: readonly AppStatus[];
    readonly balancers: readonly BalancerStatus[];
    readonly queues: readonly QueueStatus[];
    readonly databases: readonly DatabaseStatus[];
    readonly jobs: readonly JobStatus[];
    readonly sinks: readonly SinkStatus[];
    /** Operations that are under way, for example "apply app/web". */
    readonly operations: readonly string[];
}

export interface AppStatus {
    readonly name: string;
    readonly process: string;
    /** The release that serves. */
    readonly release: number | undefined;
    readonly releaseId: string | undefined;
    /** The release that is being rolled out. */
    readonly rollout: number | undefined;
    readonly wanted: number;
    readonly internalUrl: string | undefined;
    readonly routes: readonly RouteSpec[];
    readonly replicas: readonly ReplicaStatus[];
    readonly releases: readonly ReleaseStatus[];
}

export interface ReplicaStatus {
    readonly id: string;
    readonly release: number;
    readonly state: "starting" | "ready" | "unready" | "waiting" | "stopping";
    readonly pid: number | undefined;
    readonly port: number | undefined;
    readonly since: string | undefined;
    readonly restarts: number;
    readonly lastProblem: string | undefined;
}

export interface ReleaseStatus {
    readonly number: number;
    readonly releaseId: string;
    readonly status: "preparing" | "active" | "superseded" | "failed";
    readonly createdAt: string;
    readonly activeAt: string | undefined;
    readonly reason: string | undefined;
}

export interface BalancerStatus {
    readonly name: string;
    readonly url: string;
    readonly port: number;
    readonly spec: BalancerSpec;
    readonly problem: string | undefined;
}

export interface QueueStatus {
    readonly name: string;
    readonly spec: QueueSpec;
    /** Absent while PostgreSQL is not running. */
    readonly depth: QueueDepth | undefined;
}

export interface DatabaseStatus {
    readonly name: string;
    readonly spec: DatabaseSpec;
    readonly host: string;
    readonly port: number;
}

export interface JobStatus {
    readonly name: string;
    readonly schedule: string | undefined;
    readonly timeZone: string;
    readonly nextRun: string | undefined;
    /** Newest first. */
    readonly runs: readonly JobRunStatus[];
}

export interface JobRunStatus {
    readonly startedAt: string;
    readonly finishedAt: string | undefined;
    readonly status: "running" | "succeeded" | "failed" | "timedOut";
    readonly attempt: number;
    readonly exitCode: number | undefined;
    readonly pid: number | undefined;
}

export interface SinkStatus {
    readonly name: string;
    readonly folder: string;
}
