import type { Target } from "../contract.js";
import type { Support } from "../support.js";

// "real": one real node ran it: kubelet, containers, operators, Envoy Gateway (docs/kubernetes.md, on demand).
// "emulator": a real API server with its controllers and scheduler did it, and kwok stood for the kubelets (docs/kubernetes.md).
// "mocks": the API server accepted the objects too, but who acts on them (a kubelet, an operator, a gateway, a network
// plugin) has not run.
const native: Support = { level: "native", evidence: "mocks" };
const seen: Support = { level: "native", evidence: "emulator" };
const real: Support = { level: "native", evidence: "real" };

function nativeWith(note: string): Support {
    return { level: "native", evidence: "mocks", note };
}

function emulated(how: string): Support {
    return { level: "emulated", evidence: "mocks", how };
}

function seenWith(note: string): Support {
    return { level: "native", evidence: "emulator", note };
}

function seenEmulated(how: string): Support {
    return { level: "emulated", evidence: "emulator", how };
}

function realWith(note: string): Support {
    return { level: "native", evidence: "real", note };
}

function unsupported(why: string): Support {
    return { level: "unsupported", why };
}

const oneCluster = unsupported(
    "a Gateway lives in one cluster; put DNS or a cloud's global load balancer in front of several.",
);

function noField(what: string): Support {
    return unsupported(`the Gateway API has no field for ${what}; set it on the gateway class in stacks/platform.`);
}

/** Seen against a real API server; no gateway has moved traffic for it. */
function shifted(how: string): Support {
    return { level: "emulated", evidence: "emulator", how };
}

const SHIFT =
    "A Job in the app's namespace moves the route's weights while pulumi up waits; nobody watches after it has ended.";

export const supports: Target["supports"] = {
    "Platform.network": seenWith(
        "The name of a namespace, which carries the label twelvefold.dev/project and the restricted Pod Security level already.",
    ),
    "Platform.zones": seenEmulated("Replicas spread over all zones that the nodes are in; the number is not enforced."),
    "Platform.domain": unsupported(
        "nothing in a cluster hands out host names; give a load balancer its domain instead.",
    ),

    "LogSink.retentionDays": emulated("Rounded up to a retention class of this cluster."),
    "LogSink.alerts": unsupported("the log store of the platform record runs no alert rules; leave alerts out here."),
    "LogSink.archive": unsupported(
        "the log store of the platform record exports nothing; give the platform an OTLP endpoint.",
    ),

    "Database.version": realWith("A higher version is a pg_upgrade with downtime."),
    "Database.storageGiB": nativeWith("It never shrinks."),
    "Database.size": native,
    "Database.highlyAvailable": nativeWith("Three instances, one of them synchronous while it can be."),
    "Database.backupRetentionDays": nativeWith(
        "Needs a backup store in the platform record. In development backups are made only when other than 7 days are asked for.",
    ),
    "Database.deletionProtection": emulated(
        "Pulumi's protect and retainOnDelete; the cluster itself does not refuse kubectl delete.",
    ),
    "Database.restoreFrom": nativeWith(
        "A snapshot is the name of a VolumeSnapshot; a database is one of the same namespace with backups. It counts when the database is made, and never again.",
    ),
    "Database.extensions": nativeWith("Those that the image of the platform's catalog has."),

    "Queue.visibilityTimeoutSeconds": emulated(
        "A message returns when its consumer disconnects; a consumer that stays connected loses it after consumer-timeout, checked once a minute.",
    ),
    "Queue.maxDeliveries": native,
    "Queue.retentionSeconds": nativeWith("Messages that expire go to the dead letters."),
    "Queue.delaySeconds": unsupported("quorum queues have no delivery delay; schedule a Job, or send later."),
    "Queue.fifo": emulated(
        "One active consumer at a time keeps the order; there are no message groups and no deduplication.",
    ),

    "LoadBalancer.roundRobin": { level: "emulated", evidence: "real", how: "Whatever the gateway class does." },
    "LoadBalancer.leastConnections": unsupported(
        "the Gateway API leaves the algorithm to the implementation; leave it at roundRobin.",
    ),
    "LoadBalancer.latency": oneCluster,
    "LoadBalancer.geographic": oneCluster,
    "LoadBalancer.domain": nativeWith("DNS must point the name to the gateway's address, which is not done here."),
    "LoadBalancer.certificate": nativeWith("The name of a TLS Secret in the stack's namespace."),
    "LoadBalancer.redirectToHttps": native,
    "LoadBalancer.internal": nativeWith("Needs an internal gateway class in the platform record."),
    "LoadBalancer.allowedCidrs": noField("allowedCidrs"),
    "LoadBalancer.idleTimeoutSeconds": noField("idleTimeoutSeconds"),
    "LoadBalancer.accessLogs": noField("accessLogs"),

    "Autoscaler.cpuPercent": realWith("Percent of the request, which in development is a quarter of cpu."),
    "Autoscaler.memoryPercent": nativeWith("Percent of the request, which in development is half of memoryMiB."),
    "Autoscaler.requestsPerSecondPerReplica": emulated(
        "KEDA asks the Prometheus of the platform record; without one in the record the preview fails.",
    ),
    "Autoscaler.queueBacklogPerReplica": emulated(
        "KEDA counts messages that are ready; those that a consumer holds do not count.",
    ),
    "Autoscaler.schedules": emulated(
        "A schedule raises the minimum until the next entry; it cannot change maxReplicas.",
    ),
    "Autoscaler.scaleToZero": nativeWith(
        "For apps without a route, on a queue or a schedule: nothing holds a request while an app starts from zero.",
    ),
    "Autoscaler.scaleInCooldownSeconds": seen,
    "Autoscaler.scaleOutCooldownSeconds": native,

    "App.image": nativeWith("A tag is resolved to a digest at each preview and update."),
    "App.build": nativeWith(
        "Docker builds and pushes it; needs a registry in the platform record or the configuration.",
    ),
    "App.resources": realWith(
        "Limits. In development requests are a quarter of cpu and half of memoryMiB, so that a small cluster holds more.",
    ),
    "App.secrets": real,
    "App.release": real,
    "App.health.readinessPath": real,
    "App.health.livenessPath": real,
    "App.health.command": native,
    "App.stopTimeoutSeconds": nativeWith("After the pause in which the gateway stops sending."),
    "App.rolling": real,
    "App.automaticRollback": seenEmulated(
        "A release that never becomes ready gets no traffic and takes none away; the update fails and the old pods keep serving, but nothing rewrites the Deployment.",
    ),
    "App.blueGreen": shifted(SHIFT),
    "App.canary": shifted(`${SHIFT} Calls inside the cluster go to the old release until the end.`),
    "App.rollbackOn.errorPercent": emulated(
        "The Job asks the Prometheus of the platform record; without a query in the record the preview fails. With canary or blueGreen.",
    ),
    "App.rollbackOn.p99Milliseconds": emulated(
        "The Job asks the Prometheus of the platform record; without a query in the record the preview fails. With canary or blueGreen.",
    ),
    "App.rollbackOn.alarms": unsupported("Kubernetes has no alarms; use errorPercent or p99Milliseconds."),
    "App.bindings.database": real,
    "App.bindings.queue": real,
    "App.bindings.app": real,
    "App.bindings.isolation": nativeWith(
        "NetworkPolicies, which a network plugin must enforce; nothing tells whether it does.",
    ),
    "App.routes": real,
    "App.routes.host": native,
    "App.routes.percent": nativeWith(
        "The app that keeps the rest must not have a route of exactly the same path itself.",
    ),
    "App.routes.stripPrefix": nativeWith("An extended feature of the Gateway API; the gateway class must have it."),
    "App.routes.countries": oneCluster,
    "App.routes.joins": oneCluster,

    "Job.schedule": seen,
    "Job.timeZone": native,
    "Job.oncePerRelease": seen,
    "Job.timeoutSeconds": seen,
    "Job.retries": seen,
    "Job.allowOverlap": native,
    "Job.image": native,
};
