import type { AlertSpec, AutoscaleSpec, DatabaseSpec, LogsSpec, QueueSpec, ResultOf, SecretResultOf } from "../spec.js";

/**
 * What the supervisor needs of the other parts of the target, in its own words: so that it can be read, and tested,
 * without them. The real ones are put in by main.ts.
 */
export interface Parts {
    readonly proxy: (socket: string) => ProxyPart;
    /** Script of the proxy process, started with the home as its argument. */
    readonly proxyMain: string;
    readonly cluster: (home: string, programFolder: string) => ClusterPart;
    readonly logs: LogsPart;
    readonly scaler: (spec: AutoscaleSpec, state: unknown) => ScalerPart;
    readonly sampler: () => SamplerPart;
    /** Makes sure that the supervisor of another home runs. @throws when there is no such home. */
    readonly wake: (home: string) => Promise<void>;
    /** Messages that wait in a queue of another home, or are being worked on. */
    readonly foreignBacklog: (home: string, queue: string) => Promise<number | undefined>;
    readonly certificate: (folder: string, hostname: string) => Promise<{ certFile: string; keyFile: string }>;
}

export interface ListenerConfig {
    readonly id: string;
    readonly port: number;
    readonly serves: { readonly balancer: string } | { readonly source: string };
    readonly algorithm: "roundRobin" | "leastConnections";
    readonly idleTimeoutSeconds: number;
    readonly allowedCidrs: readonly string[];
    readonly accessLogFile?: string;
    readonly tls?: {
        readonly port: number;
        readonly certFile: string;
        readonly keyFile: string;
        readonly redirect: boolean;
    };
    readonly proxyProtocol: boolean;
}

export interface SourceConfig {
    readonly key: string;
    readonly app: string;
    readonly routes: readonly {
        readonly balancer: string;
        readonly host?: string;
        readonly path: string;
        readonly percent?: number;
        readonly otherwise?: string;
        readonly stripPrefix: boolean;
    }[];
    readonly endpoints: readonly {
        readonly id: string;
        readonly port: number;
        readonly release: string;
        readonly state: "ready" | "standby" | "draining";
    }[];
    readonly weights?: Readonly<Record<string, number>>;
    readonly readinessPath: string;
}

export interface ProxyStats {
    readonly sources: Readonly<
        Record<
            string,
            {
                readonly requests: number;
                readonly byRelease: Readonly<Record<string, ReleaseStats>>;
                readonly endpoints: Readonly<Record<string, { inFlight: number; requests: number; ejected: boolean }>>;
            }
        >
    >;
}

export interface ReleaseStats {
    readonly requests: number;
    readonly errors5xx: number;
    /** Counts of the buckets of the proxy's histogram. */
    readonly latency: { readonly counts: readonly number[] };
    /** Absent from a proxy that an older version of this package has started. */
    readonly unanswered?: { readonly waiting: readonly number[]; readonly abandoned: readonly number[] };
}

export interface ProxyPart {
    putListener(config: ListenerConfig): Promise<void>;
    deleteListener(id: string): Promise<void>;
    putSource(config: SourceConfig): Promise<void>;
    deleteSource(key: string): Promise<void>;
    stats(): Promise<ProxyStats>;
    shutdown(): Promise<void>;
}

export interface ClusterPart {
    ensure(version?: string): Promise<{ version: string; port: number; pid: number }>;
    running(): Promise<boolean>;
    maintain(): Promise<void>;
    stop(): Promise<void>;
    destroy(): Promise<void>;
    createDatabase(name: string, spec: DatabaseSpec): Promise<ResultOf<"database"> & { url: string }>;
    databaseExists(name: string): Promise<boolean>;
    dropDatabase(name: string): Promise<void>;
    createQueue(name: string, spec: QueueSpec): Promise<ResultOf<"queue"> & SecretResultOf<"queue">>;
    queueExists(name: string): Promise<boolean>;
    dropQueue(name: string): Promise<void>;
    queueDepth(name: string): Promise<QueueDepth>;
}

export interface QueueDepth {
    readonly visible: number;
    readonly inFlight: number;
    readonly delayed: number;
    readonly dead: number;
    readonly oldestSeconds: number;
}

export interface LogRecord {
    readonly time: string;
    readonly app: string;
    readonly stack?: string;
    readonly process: string;
    readonly replica: string;
    readonly release: string;
    readonly stream: "stdout" | "stderr" | "system";
    readonly line: string;
    readonly level?: string;
    readonly fields?: Record<string, unknown>;
}

export interface LogsPart {
    writer(
        folder: string,
        options: { maxMiB: number; stack?: string; onRecord?: (record: LogRecord) => void },
    ): SinkWriterPart;
    follower(file: string, offsetFile: string, onLine: (line: string, stream?: "system") => void): RawFollowerPart;
    parseLine(line: string): { level?: string; fields?: Record<string, unknown> };
    applyRetention(folder: string, spec: LogsSpec, now: Date): Promise<void>;
    /** Tells about alerts: by a line, and to the URL of those that have one. */
    notifier(log: (line: string) => void): (alert: AlertSpec, count: number) => void;
    watcher(alerts: readonly AlertSpec[], notify: (alert: AlertSpec, count: number) => void): AlertWatcherPart;
}

export interface SinkWriterPart {
    append(record: LogRecord): void;
    flush(): Promise<void>;
    close(): Promise<void>;
}

export interface RawFollowerPart {
    poll(): Promise<boolean>;
    drain(): Promise<void>;
    close(): Promise<void>;
}

export interface AlertWatcherPart {
    observe(record: LogRecord): void;
}

export interface ScalerPart {
    state(): unknown;
    decide(now: number, wallClock: Date, observation: Observation): { desired: number; reason: string };
}

export interface Observation {
    readonly currentReplicas: number;
    readonly replicas: readonly {
        readonly id: string;
        readonly ready: boolean;
        readonly startedAt: number;
        readonly cpuPercent?: number;
        readonly memoryPercent?: number;
        readonly requestsPerSecond?: number;
    }[];
    readonly queueMessages?: number;
    readonly rolloutRunning: boolean;
}

export interface SamplerPart {
    sample(
        groups: Readonly<Record<string, number>>,
    ): Promise<Readonly<Record<string, { cpuMilliseconds: number; rssBytes: number }>>>;
}
