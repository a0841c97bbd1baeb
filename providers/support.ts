import type { Kind, Target, TargetName } from "./contract.js";

/**
 * Every optional feature of the components, with the words that the support matrix shows. A target answers for each of
 * them; asking for one that a target does not support fails at preview with the target's own sentence.
 */
export const FEATURES = {
    "Platform.network": "stand on a network that exists",
    "Platform.zones": "spread over a number of zones",
    "Platform.domain": "a domain for the whole platform",

    "LogSink.retentionDays": "keep lines for a number of days, then delete them",
    "LogSink.alerts": "alerts on matching lines",
    "LogSink.archive": "cheap storage after retention",

    "Database.version": "choose the major version",
    "Database.storageGiB": "size of the disk",
    "Database.size": "size of the machine",
    "Database.highlyAvailable": "a standby that takes over",
    "Database.backupRetentionDays": "automatic backups",
    "Database.deletionProtection": "refuse deletion",
    "Database.restoreFrom": "start from a backup",
    "Database.extensions": "PostgreSQL extensions",

    "Queue.visibilityTimeoutSeconds": "a message whose consumer died returns after a time",
    "Queue.maxDeliveries": "dead letters after a number of deliveries",
    "Queue.retentionSeconds": "delete messages that nobody took",
    "Queue.delaySeconds": "hold every message back for a time",
    "Queue.fifo": "keep the order within a group",

    "LoadBalancer.roundRobin": "balance in turn",
    "LoadBalancer.leastConnections": "balance by open requests",
    "LoadBalancer.latency": "send users to the nearest region",
    "LoadBalancer.geographic": "send users to the region of their country",
    "LoadBalancer.domain": "answer under a domain of one's own",
    "LoadBalancer.certificate": "bring a certificate",
    "LoadBalancer.redirectToHttps": "redirect HTTP to HTTPS",
    "LoadBalancer.internal": "reachable from the platform's network only",
    "LoadBalancer.allowedCidrs": "admit some source addresses only",
    "LoadBalancer.idleTimeoutSeconds": "close idle connections after a time",
    "LoadBalancer.accessLogs": "one log line per request",

    "Autoscaler.cpuPercent": "scale on CPU use",
    "Autoscaler.memoryPercent": "scale on memory use",
    "Autoscaler.requestsPerSecondPerReplica": "scale on requests",
    "Autoscaler.queueBacklogPerReplica": "scale on waiting messages",
    "Autoscaler.schedules": "scale by the clock",
    "Autoscaler.scaleToZero": "no replica while there is nothing to do",
    "Autoscaler.scaleInCooldownSeconds": "how long to wait before scaling in",
    "Autoscaler.scaleOutCooldownSeconds": "how long to wait before scaling out again",

    "App.image": "run an image that exists",
    "App.build": "build from a source folder",
    "App.resources": "CPU and memory per replica are enforced",
    "App.secrets": "secrets by reference, never in the template",
    "App.release": "a command once per release, before traffic",
    "App.health.readinessPath": "traffic only to replicas that are ready",
    "App.health.livenessPath": "restart replicas that hang",
    "App.health.command": "a health check of a process without a port",
    "App.stopTimeoutSeconds": "time to finish after SIGTERM",
    "App.rolling": "replace replicas one by one",
    "App.automaticRollback": "go back by itself when a release does not become ready",
    "App.blueGreen": "switch all traffic at once, keep the old release for a while",
    "App.canary": "shift traffic in steps",
    "App.rollbackOn.errorPercent": "go back when the new release answers errors",
    "App.rollbackOn.p99Milliseconds": "go back when the new release is slow",
    "App.rollbackOn.alarms": "go back when an alert is raised",
    "App.bindings.database": "connect to a database",
    "App.bindings.queue": "send to or receive from a queue",
    "App.bindings.app": "call another app by an internal URL",
    "App.bindings.isolation": "the network admits bound apps only",
    "App.routes": "serve a path of a load balancer",
    "App.routes.host": "routes by host name",
    "App.routes.percent": "share a path with another app by percent",
    "App.routes.stripPrefix": "remove the path's prefix before the app sees it",
    "App.routes.countries": "routes by the user's country",
    "App.routes.joins": "serve a route of another region's stack too",

    "Job.schedule": "run by a cron expression",
    "Job.timeZone": "read the cron expression in a time zone",
    "Job.oncePerRelease": "run once per release",
    "Job.timeoutSeconds": "end a run that takes too long",
    "Job.retries": "run again after a failure",
    "Job.allowOverlap": "whether a run may start beside the last one",
    "Job.image": "a job with an image or source of its own",
} as const satisfies Readonly<Record<`${Kind}.${string}`, string>>;

export type Feature = keyof typeof FEATURES;
export const FEATURE_NAMES = Object.keys(FEATURES) as Feature[];

/** What has seen a feature at work, weakest first: nothing but mocks, an emulator, the real thing. */
export type Evidence = "mocks" | "emulator" | "real";

export type Support =
    /** The target does it itself. `note` says what a user should know all the same. */
    | { readonly level: "native"; readonly evidence: Evidence; readonly note?: string }
    /** Done another way: how, and what differs. */
    | { readonly level: "emulated"; readonly evidence: Evidence; readonly how: string }
    /** Refused at preview: why, and what to do instead. */
    | { readonly level: "unsupported"; readonly why: string };

/** The sentences with which a target refuses some of the features that were asked for. */
export function refusals(target: Target, asked: readonly Feature[]): string[] {
    return asked.flatMap((feature) => {
        const support = target.supports[feature];
        return support.level === "unsupported" ? [refusal(target.name, feature, support.why)] : [];
    });
}

/** The words of one refusal. */
export function refusal(target: TargetName, feature: Feature, why: string): string {
    return `${feature} (${FEATURES[feature]}) is not supported on ${target}: ${why}`;
}

export function isSupported(target: Target, feature: Feature): boolean {
    return target.supports[feature].level !== "unsupported";
}
