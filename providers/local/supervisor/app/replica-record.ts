import type { ProcessIdentity } from "../../process/index.js";
import type { HealthSpec } from "../../spec.js";
import type { Program } from "./environment.js";

/** starting → ready ⇄ unready → waiting (until it is started again) → starting …; stopping ends it. */
export type Phase = "starting" | "ready" | "unready" | "waiting" | "stopping";

/** What is written down of a replica, so that the next supervisor finds it. */
export interface ReplicaRecord {
    readonly id: string;
    readonly release: number;
    phase: Phase;
    identity?: ProcessIdentity;
    port?: number;
    /** Wall clock, to be shown. */
    startedAt?: string;
    restarts: number;
    /** Why it ended or was restarted last. */
    lastProblem?: string;
}

/** Name of the process behind a port, for the proxy; undefined without one. */
export function endpointOf({ id, port }: ReplicaRecord): string | undefined {
    return port === undefined ? undefined : `${id}:${port}`;
}

/** late: not ready in time; dead: its process ended or could not start; sick: it failed its liveness check. */
export interface Failure {
    readonly kind: "late" | "dead" | "sick";
    readonly text: string;
    /** It had been ready before, so it may have had traffic. */
    readonly served: boolean;
}

/** How to run it; read at each start, so that a change counts from the next one on. */
export interface ReplicaPlan extends Program {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly listens: boolean;
    readonly health: HealthSpec;
    readonly stopTimeoutSeconds: number;
}

/** What a replica needs from the one who has it. */
export interface ReplicaHost {
    /** Path without ending of its raw output files. */
    readonly files: string;
    plan(): ReplicaPlan;
    takePort(): Promise<number>;
    /** Writes the record down. @throws when the disk does not take it. */
    save(): void;
    /** Its phase is another one. */
    changed(): void;
    event(line: string): void;
    /** Resolves when no request is on its way to it any more, or after the time given. */
    drained(endpoint: string, seconds: number): Promise<void>;
}
