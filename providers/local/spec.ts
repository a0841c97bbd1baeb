/**
 * What the program side of the local target asks the supervisor for: one plain JSON spec per object.
 * The builders in this folder write them, the supervisor reads them; nothing else crosses between the two.
 *
 * A spec never holds a secret: secrets travel beside it (see {@link Secrets}) and are kept in files of mode 0600.
 */

/** Kinds of objects that a supervisor keeps; the deletion order of a stack is the reverse of this one. */
export const OBJECT_KINDS = ["platform", "logs", "database", "queue", "balancer", "app", "job"] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

export interface PlatformSpec {
    readonly project: string;
    readonly stack: string;
}

export interface AlertSpec {
    readonly name: string;
    /** Text that a line must contain; `/…/` is a regular expression. */
    readonly match: string;
    /** How many matching lines within the window raise the alert. */
    readonly threshold: number;
    readonly windowSeconds: number;
    /** Where to tell: `log` (a line in the sink) or an http(s) URL that receives a JSON POST. */
    readonly notify?: string;
}

export interface LogsSpec {
    readonly retentionDays: number;
    /** Upper bound of the sink on disk, in MiB; the oldest segments go first. */
    readonly maxMiB: number;
    readonly alerts: readonly AlertSpec[];
    /** Days that compressed segments are kept after retention; absent: they are deleted. */
    readonly archiveDays?: number;
}

export interface DatabaseSpec {
    /** PostgreSQL major version, for example "17". */
    readonly version: string;
    readonly extensions: readonly string[];
    readonly deletionProtection: boolean;
}

export interface QueueSpec {
    readonly visibilityTimeoutSeconds: number;
    readonly maxDeliveries: number;
    readonly retentionSeconds: number;
    readonly delaySeconds: number;
    readonly fifo: boolean;
}

export interface BalancerSpec {
    readonly algorithm: "roundRobin" | "leastConnections";
    /** A fixed port, or 0: chosen once and kept. */
    readonly port: number;
    readonly idleTimeoutSeconds: number;
    /** Source addresses that may connect, as CIDR blocks; empty: all (it listens on loopback only). */
    readonly allowedCidrs: readonly string[];
    readonly accessLogs: boolean;
    /** Host name of the certificate when HTTPS is asked for; absent: plain HTTP. */
    readonly tls?: { readonly hostname: string; readonly redirect: boolean };
    /** Expect the PROXY protocol (v1 or v2) from what stands in front. */
    readonly proxyProtocol: boolean;
}

/** The code of an app on this machine: a folder, and the digest of what counts in it. */
export interface SourceSpec {
    /** Folder, relative to the Pulumi project's root. */
    readonly context: string;
    /** sha256 of the files that count (see source.ts), so that a code change is a change of the spec. */
    readonly digest: string;
}

export interface HealthSpec {
    readonly readinessPath: string;
    readonly livenessPath: string;
    /** Liveness of a process without a port: exit status 0 is healthy. */
    readonly command?: readonly string[];
    readonly startupSeconds: number;
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly failureThreshold: number;
}

export interface RouteSpec {
    /** The balancer's home folder and name: it may belong to another stack. */
    readonly home: string;
    readonly balancer: string;
    readonly host?: string;
    readonly path: string;
    readonly percent?: number;
    /** Source key (`<home>/<app>`) that keeps the rest of the traffic. */
    readonly otherwise?: string;
    readonly stripPrefix: boolean;
}

export interface RolloutSpec {
    readonly strategy: "rolling" | "blueGreen" | "canary";
    readonly steps: readonly { readonly percent: number; readonly bakeSeconds: number }[];
    readonly bakeSeconds: number;
    readonly rollbackOn: {
        readonly errorPercent?: number;
        readonly p99Milliseconds?: number;
        /** Names of alerts of the app's log sink: any of them raised during the rollout rolls back. */
        readonly alarms: readonly string[];
    };
}

export interface ScheduleSpec {
    readonly cron: string;
    readonly timeZone: string;
    readonly minReplicas: number;
    readonly maxReplicas: number;
}

export interface AutoscaleSpec {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly cpuPercent?: number;
    readonly memoryPercent?: number;
    readonly requestsPerSecondPerReplica?: number;
    readonly queueBacklogPerReplica?: { readonly home: string; readonly queue: string; readonly messages: number };
    readonly schedules: readonly ScheduleSpec[];
    readonly scaleInCooldownSeconds: number;
    readonly scaleOutCooldownSeconds: number;
}

export interface AppSpec {
    readonly source: SourceSpec;
    /** Procfile entry, used when there is no command. */
    readonly process: string;
    readonly command?: readonly string[];
    /** The app listens (on the port in PORT, which differs per replica). */
    readonly listens: boolean;
    /** In vCPU; the base of cpuPercent, not enforced. */
    readonly cpu: number;
    /** The base of memoryPercent, not enforced. */
    readonly memoryMiB: number;
    readonly replicas: number;
    readonly environment: Readonly<Record<string, string>>;
    readonly release?: { readonly command: readonly string[]; readonly timeoutSeconds: number };
    readonly health: HealthSpec;
    readonly stopTimeoutSeconds: number;
    readonly rollout: RolloutSpec;
    readonly routes: readonly RouteSpec[];
    readonly autoscale?: AutoscaleSpec;
    /** Folder of the sink that takes the app's lines (absent: the stack's default sink). */
    readonly logs?: SinkReference;
}

export interface SinkReference {
    readonly home: string;
    readonly sink: string;
}

export interface JobSpec {
    /** An app of the same home whose current release (code, environment, secrets, sink) the job uses … */
    readonly app?: string;
    /** … or code of its own. */
    readonly source?: SourceSpec;
    readonly environment: Readonly<Record<string, string>>;
    readonly command: readonly string[];
    /** Five-field cron expression; absent: the job runs once per release, and `up` waits for it. */
    readonly schedule?: string;
    readonly timeZone: string;
    readonly timeoutSeconds: number;
    readonly retries: number;
    readonly allowOverlap: boolean;
    /** Changes with the release that the job belongs to; a change runs an unscheduled job again. */
    readonly releaseId: string;
    readonly logs?: SinkReference;
}

/** Secret environment of an app or job: name to value. Kept in a file of mode 0600, never in the spec. */
export type Secrets = Readonly<Record<string, string>>;

/** Spec, and what the supervisor answers once the object is as asked for: all plain, and all secret results. */
export interface Objects {
    platform: { spec: PlatformSpec; result: { supervisor: string }; secretResult: Record<string, never> };
    logs: { spec: LogsSpec; result: { folder: string }; secretResult: Record<string, never> };
    database: {
        spec: DatabaseSpec;
        result: { host: string; port: number; name: string; username: string };
        secretResult: { url: string };
    };
    queue: {
        spec: QueueSpec;
        /** Without credentials. */
        result: { url: string; deadLetterUrl: string };
        /** One login each: the first may only send, the second only receive (also from the dead letters). */
        secretResult: { sendUrl: string; receiveUrl: string; deadLetterReceiveUrl: string };
    };
    balancer: {
        spec: BalancerSpec;
        result: { url: string; hostname: string; port: number };
        secretResult: Record<string, never>;
    };
    app: {
        spec: AppSpec;
        result: { internalUrl: string; release: number; releaseId: string };
        secretResult: Record<string, never>;
    };
    job: { spec: JobSpec; result: { lastRun: string }; secretResult: Record<string, never> };
}

export type SpecOf<K extends ObjectKind> = Objects[K]["spec"];
export type ResultOf<K extends ObjectKind> = Objects[K]["result"];
export type SecretResultOf<K extends ObjectKind> = Objects[K]["secretResult"];

/** Key of an app in every balancer's table: unique on this machine, also across stacks. */
export function sourceKey(home: string, app: string): string {
    return `${home}/${app}`;
}
