/**
 * The whole architecture on one page: the kinds of components, what a builder is asked for (a request), what it owes
 * (outputs and a handle), and what makes a target complete. Components know this file and nothing behind it; targets
 * implement it and know nothing of each other.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { Feature, Support } from "./support.js";

export const TARGETS = ["local", "kubernetes", "aws", "azure"] as const;
/** Where a program runs. Pulumi's own word *provider* keeps its own meaning. */
export type TargetName = (typeof TARGETS)[number];

export const PROFILES = ["development", "production"] as const;
/** The set of defaults: small and quick to remove, or safe for production. */
export type Profile = (typeof PROFILES)[number];

export const KINDS = ["Platform", "LogSink", "Database", "Queue", "LoadBalancer", "Autoscaler", "App", "Job"] as const;
/** Kinds of components. */
export type Kind = (typeof KINDS)[number];

type Input<T> = pulumi.Input<T>;

/**
 * All that another component of the same target needs to attach to this one: plain JSON. Every field but `secrets`
 * may be read by anybody; what is in `secrets` is marked secret wherever it goes.
 */
export interface Handle {
    /** The target that it lives on. */
    readonly target: TargetName;
    /** The kind of its component. */
    readonly kind: Kind;
    /** `<project>/<stack>/<name>`: known at preview, equal for equal things. */
    readonly key: string;
    /** Passwords and URLs that hold them, by name. */
    readonly secrets?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
}

/** Something that an App or a Job can attach to: a component of this program, or one imported from another stack. */
export interface Attachable<K extends Kind = Kind> {
    /** What attaching to it takes. */
    readonly attachment: Attachment<K>;
}

/** What attaching to a component takes. */
export interface Attachment<K extends Kind = Kind> {
    /** Kind of the component. */
    readonly kind: K;
    /** Name for messages and intents. */
    readonly name: string;
    /** Its handle. */
    readonly handle: pulumi.Output<Handle>;
    /**
     * The parts of its handle, each known by itself: reading one waits for nothing but what that part is of. Absent for
     * what another stack owns.
     *
     * @internal
     */
    readonly fields?: HandleFields;
    /** What to depend on; absent for what another stack owns. */
    readonly resource?: pulumi.Resource;
    /**
     * What its target knows of it before anything runs: plain data that decide which resources another component of the
     * same program makes. Absent for what another stack owns.
     */
    readonly facts?: Facts;
}

export type Facts = Readonly<Record<string, unknown>>;

export type Right = "connect" | "send" | "receive";

/** A right on a backing service, attached to an app under the name of an environment variable. */
export interface Binding {
    /** The backing service. */
    readonly to: Attachment<"Database" | "Queue" | "App">;
    /** What the app may do with it. */
    readonly right: Right;
}

// ---- what a builder is asked for: arguments after validation, with every default filled in ------------------------

export interface PlatformRequest {
    readonly network?: string;
    readonly zones: Input<number>;
    readonly domain?: Input<string>;
}

export interface AlertRequest {
    readonly name: string;
    readonly match: string;
    readonly threshold: number;
    readonly windowSeconds: number;
    readonly notify?: string;
}

export interface LogSinkRequest {
    readonly retentionDays: Input<number>;
    readonly alerts: Input<readonly AlertRequest[]>;
    readonly archive?: Input<{ readonly retentionDays: number }>;
}

export interface DatabaseRequest {
    readonly engine: "postgres";
    readonly version: Input<string>;
    readonly storageGiB: Input<number>;
    readonly size: Input<string>;
    readonly highlyAvailable: Input<boolean>;
    readonly backupRetentionDays: Input<number>;
    readonly deletionProtection: boolean;
    readonly restoreFrom?: { readonly snapshot: string } | { readonly database: string; readonly pointInTime?: string };
    readonly extensions: Input<readonly string[]>;
}

export interface QueueRequest {
    readonly visibilityTimeoutSeconds: Input<number>;
    readonly maxDeliveries: Input<number>;
    readonly retentionSeconds: Input<number>;
    readonly delaySeconds: Input<number>;
    readonly fifo: boolean;
}

export interface LoadBalancerRequest {
    readonly algorithm: Input<"roundRobin" | "leastConnections">;
    readonly routing: "regional" | "latency" | "geographic";
    readonly domain?: Input<string>;
    readonly certificate?: Input<string>;
    readonly redirectToHttps: boolean;
    readonly internal: boolean;
    readonly allowedCidrs: Input<readonly string[]>;
    readonly idleTimeoutSeconds: Input<number>;
    readonly accessLogs: Input<boolean>;
}

export interface ScheduleRequest {
    readonly cron: string;
    readonly timeZone: string;
    readonly minReplicas: number;
    readonly maxReplicas: number;
}

export interface AutoscalerRequest {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly cpuPercent?: number;
    readonly memoryPercent?: number;
    readonly requestsPerSecondPerReplica?: number;
    readonly queueBacklogPerReplica?: { readonly queue: Attachment<"Queue">; readonly messages: number };
    readonly schedules: readonly ScheduleRequest[];
    readonly scaleToZero: boolean;
    readonly scaleInCooldownSeconds: number;
    readonly scaleOutCooldownSeconds: number;
}

/** Where code comes from: an image that exists, or one that is built. */
export type CodeRequest =
    | { readonly image: Input<string> }
    | {
          readonly build: {
              readonly context: string;
              readonly dockerfile?: string;
              readonly target?: string;
              readonly platform?: string;
          };
      };

export interface HealthRequest {
    readonly readinessPath: string;
    readonly livenessPath: string;
    readonly command?: readonly string[];
    readonly startupSeconds: number;
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly failureThreshold: number;
}

export interface RolloutRequest {
    readonly strategy: "rolling" | "blueGreen" | "canary";
    readonly steps: readonly { readonly percent: number; readonly bakeSeconds: number }[];
    readonly bakeSeconds: number;
    readonly rollbackOn: {
        readonly errorPercent?: number;
        readonly p99Milliseconds?: number;
        readonly alarms: readonly string[];
    };
}

export interface RouteRequest {
    readonly loadBalancer: Attachment<"LoadBalancer">;
    readonly host?: string;
    readonly path: string;
    readonly percent?: number;
    readonly otherwise?: Attachment<"App">;
    readonly stripPrefix: boolean;
    readonly countries: readonly string[];
    readonly joins?: string;
}

export interface AppRequest {
    readonly code: CodeRequest;
    readonly process: string;
    readonly command?: Input<readonly string[]>;
    readonly port?: number;
    readonly cpu: Input<number>;
    readonly memoryMiB: Input<number>;
    readonly replicas: Input<number>;
    readonly environment: Input<Readonly<Record<string, string>>>;
    /** One entry a secret, each an Output marked secret. */
    readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
    readonly bindings: Readonly<Record<string, Binding>>;
    readonly release?: { readonly command: readonly string[]; readonly timeoutSeconds: number };
    readonly health: Input<HealthRequest>;
    readonly stopTimeoutSeconds: Input<number>;
    readonly rollout: RolloutRequest;
    readonly routes: readonly RouteRequest[];
    readonly autoscaler?: Attachment<"Autoscaler">;
    readonly logs?: Attachment<"LogSink">;
}

export interface JobRequest {
    /** The app whose release and configuration the job shares, or code of its own. */
    readonly runs: { readonly app: Attachment<"App"> } | { readonly code: CodeRequest };
    readonly command: Input<readonly string[]>;
    readonly schedule?: string;
    readonly timeZone: string;
    readonly timeoutSeconds: Input<number>;
    readonly retries: Input<number>;
    readonly allowOverlap: Input<boolean>;
    readonly logs?: Attachment<"LogSink">;
}

export interface Requests {
    Platform: PlatformRequest;
    LogSink: LogSinkRequest;
    Database: DatabaseRequest;
    Queue: QueueRequest;
    LoadBalancer: LoadBalancerRequest;
    Autoscaler: AutoscalerRequest;
    App: AppRequest;
    Job: JobRequest;
}

// ---- what a builder owes ------------------------------------------------------------------------------------------

/** Values of the outputs of each kind; every target gives all of them. */
export interface OutputValues {
    Platform: { name: string };
    LogSink: { query: string };
    Database: { host: string; port: number; name: string; username: string; url: string };
    Queue: { url: string; deadLetterUrl: string };
    LoadBalancer: { url: string; hostname: string };
    Autoscaler: Record<never, never>;
    App: { url: string; internalUrl: string; releaseId: string };
    Job: { lastRun: string };
}

export type Outputs<K extends Kind> = { readonly [N in keyof OutputValues[K]]: pulumi.Output<OutputValues[K][N]> };

/** Outputs whose value is a secret. */
export const SECRET_OUTPUTS: { readonly [K in Kind]?: readonly (keyof OutputValues[K])[] } = { Database: ["url"] };

/**
 * What the target adds to a handle; the contract adds target, kind and key. A field is read by itself, so that it must
 * depend on all that has to be there before whoever reads it.
 */
export interface HandleFields {
    readonly secrets?: Input<Readonly<Record<string, Input<string>>>>;
    readonly [field: string]: unknown;
}

export interface Built<K extends Kind> {
    readonly outputs: Outputs<K>;
    readonly handle: HandleFields;
    readonly facts?: Facts;
}

/** What a builder may use of the component it builds for. */
export interface Scope {
    readonly component: pulumi.ComponentResource;
    readonly name: string;
    readonly profile: Profile;
    readonly project: string;
    readonly stack: string;
    /** The ground that this component stands on; a Platform stands on itself. */
    readonly platform: Attachment<"Platform"> | undefined;
    /**
     * Settings under the target's own key, for example `local: { … }`; for a Platform also those of the stack's
     * configuration, `twelvefold:<target>`, so that a program which names no target can be configured for it.
     */
    readonly options: Readonly<Record<string, unknown>>;
    /**
     * Makes a child: names it `<component>-<key>`, parents it, and lets the user's transform for the key change its
     * inputs and options. Children that there can be several of have a suffix each, which follows the key.
     */
    child<A extends object, R extends pulumi.Resource>(
        key: string,
        args: A,
        make: (name: string, args: A, opts: pulumi.CustomResourceOptions) => R,
        opts?: pulumi.CustomResourceOptions,
        suffix?: string,
    ): R;
}

export type Builder<K extends Kind> = (scope: Scope, request: Requests[K]) => Built<K>;

/** A place where programs run. A component, an output or an answer about a feature that is missing does not compile. */
export interface Target {
    readonly name: TargetName;
    readonly builders: { readonly [K in Kind]: Builder<K> };
    readonly supports: { readonly [F in Feature]: Support };
    /** Keys of the children of each kind, for `transform`, each with what it is. */
    readonly children: { readonly [K in Kind]: Readonly<Record<string, string>> };
    /** Keys of the settings that only this target has, under its own name, each with what it is. */
    readonly options: { readonly [K in Kind]: Readonly<Record<string, string>> };
    /** What this target refuses beyond single features: combinations, limits. One sentence each. */
    readonly refuse?: { readonly [K in Kind]?: (request: Requests[K], name: string) => readonly string[] };
}
