import type { Target } from "../contract.js";
import type { Support } from "../support.js";

// Nothing here has seen a subscription. The awaited steps have met a stand-in for the management API on loopback.
const native: Support = { level: "native", evidence: "mocks" };

function nativeWith(note: string): Support {
    return { level: "native", evidence: "mocks", note };
}

function emulated(how: string): Support {
    return { level: "emulated", evidence: "mocks", how };
}

/** At work against the stand-in for the management API. */
function driven(how: string): Support {
    return { level: "emulated", evidence: "emulator", how };
}

function unsupported(why: string): Support {
    return { level: "unsupported", why };
}

const byCountry = nativeWith(
    "By rules of Front Door: an app with countries joins a route and takes their users; the app that has the route, with countries too, takes everybody else.",
);
const moved = "Driven by the running update: weights move while pulumi up waits; nobody watches after it ended.";

export const supports: Target["supports"] = {
    "Platform.network": nativeWith(
        "The id of a virtual network with a subnet apps, delegated to Microsoft.App/environments, and a subnet endpoints; azure.appsSubnetId and azure.endpointsSubnetId name others.",
    ),
    "Platform.zones": emulated(
        "Azure chooses the zones, all of them or none: the environment is zone-redundant from 2 in production and from 3 in development.",
    ),
    "Platform.domain": unsupported(
        "an environment takes a domain only with its certificate; give a load balancer the domain.",
    ),

    "LogSink.retentionDays": emulated(
        "At least 30 and at most 730 days. The sink takes the lines of every app of its platform; a second sink there takes them all too.",
    ),
    "LogSink.alerts": nativeWith(
        "A rule that looks every 5 minutes; windows are rounded up to what Azure Monitor has. They must be a plain list.",
    ),
    "LogSink.archive": nativeWith("In the workspace's own long-term retention; over two years in whole years."),

    "Database.version": nativeWith("A higher one is an upgrade in place, and needs azure.upgrade: true."),
    "Database.storageGiB": nativeWith("Rounded up to a power of two from 32; it grows by itself and never shrinks."),
    "Database.size": nativeWith(
        "small, medium and large are Standard_B1ms, Standard_D2ds_v5 and Standard_D4ds_v5; Standard_B1ms takes 35 connections.",
    ),
    "Database.highlyAvailable": nativeWith(
        "A standby in another zone. A burstable size has none, and becomes medium. Size and standby cannot change in one update.",
    ),
    "Database.backupRetentionDays": nativeWith("7 to 35 days; fewer become 7. In production geo-redundant."),
    "Database.deletionProtection": nativeWith("Pulumi's protect, and a lock on the server against the portal."),
    "Database.restoreFrom": nativeWith(
        "A new server. A database is a server's name or id; a snapshot is a backup of the server that the component had before, or <server>/<backup>.",
    ),
    "Database.extensions": emulated("They are allowed on the server; CREATE EXTENSION is the release command's."),

    "Queue.visibilityTimeoutSeconds": emulated(
        "Service Bus locks a message for at most 300 seconds; twelvefold/runtime renews the lock while a handler runs.",
    ),
    "Queue.maxDeliveries": native,
    "Queue.retentionSeconds": native,
    "Queue.delaySeconds": emulated(
        "Service Bus delays single messages, not queues: the URL says delaySeconds, and twelvefold/runtime schedules each message.",
    ),
    "Queue.fifo": nativeWith(
        "Sessions and duplicate detection, fixed when the queue is made. The URL says fifo=true; twelvefold/runtime opens sessions.",
    ),

    "LoadBalancer.roundRobin": emulated("Front Door and the environment's proxy share requests by weight and latency."),
    "LoadBalancer.leastConnections": unsupported(
        "Front Door and the environment's proxy balance by latency and weight; leave algorithm at roundRobin.",
    ),
    "LoadBalancer.latency": nativeWith("What Front Door does; apps of other regions join a route with joins."),
    "LoadBalancer.geographic": byCountry,
    "LoadBalancer.domain": nativeWith(
        "With azure.dnsZoneId its records are made; else they are yours to enter, and the update does not wait for them.",
    ),
    "LoadBalancer.certificate": nativeWith(
        "The id of a Key Vault secret, which Front Door's own service principal must be allowed to read.",
    ),
    "LoadBalancer.redirectToHttps": native,
    "LoadBalancer.internal": unsupported(
        "Front Door is always public, and Azure's internal load balancers keep their routes inline; bind the app itself (internalUrl).",
    ),
    "LoadBalancer.allowedCidrs": nativeWith(
        "A firewall rule at Front Door. The app's own host name stays reachable: FRONT_DOOR_ID is in its environment to compare with X-Azure-FDID.",
    ),
    "LoadBalancer.idleTimeoutSeconds": emulated("The time that an app may take to answer, 16 to 240 seconds."),
    "LoadBalancer.accessLogs": nativeWith("In a Log Analytics workspace of the platform."),

    "Autoscaler.cpuPercent": native,
    "Autoscaler.memoryPercent": native,
    "Autoscaler.requestsPerSecondPerReplica": nativeWith("Whole requests a second over the last 15 seconds."),
    "Autoscaler.queueBacklogPerReplica": nativeWith(
        "An identity that no container can use reads the queue's length; that takes Service Bus Data Owner on this queue.",
    ),
    "Autoscaler.schedules": emulated(
        "A schedule raises the minimum until the next entry; it cannot change maxReplicas.",
    ),
    "Autoscaler.scaleToZero": nativeWith("azure.cooldownSeconds says how long the last replica stays."),
    "Autoscaler.scaleInCooldownSeconds": unsupported(
        "Container Apps fixes the scale-in window at 300 seconds; for the last replica of scaleToZero set azure.cooldownSeconds.",
    ),
    "Autoscaler.scaleOutCooldownSeconds": unsupported("Container Apps scales out at once; leave it at 0."),

    "App.image": nativeWith(
        "A tag is resolved to a digest at each preview and update; the registry must let anybody pull, or be the platform's own.",
    ),
    "App.build": nativeWith("Docker builds it for linux/amd64 and pushes it to a registry of the platform."),
    "App.resources": nativeWith(
        "Rounded up to a multiple of 0.25 vCPU with 512 MiB, up to 4 vCPU with 8 GiB; more with azure.workloadProfile.",
    ),
    "App.secrets": nativeWith("In Key Vault, by version; the values stay there when they are removed here."),
    "App.release": driven("A Container Apps job is started through the API during the update and awaited."),
    "App.health.readinessPath": native,
    "App.health.livenessPath": native,
    "App.health.command": unsupported(
        "Container Apps has HTTP and TCP probes only; a process without a port is restarted when it exits.",
    ),
    "App.stopTimeoutSeconds": native,
    "App.rolling": nativeWith("Azure keeps the old revision until the new one is ready; the update waits for that."),
    "App.automaticRollback": driven(
        "A release that does not become ready gets the old one's template back and the update fails; run pulumi up --refresh to try it again.",
    ),
    "App.blueGreen": driven(moved),
    "App.canary": driven(moved),
    "App.rollbackOn.errorPercent": driven(
        `${moved} Azure's numbers come minutes late, so a step takes at least 180 seconds; under 20 requests there is no verdict.`,
    ),
    "App.rollbackOn.p99Milliseconds": unsupported(
        "Container Apps publishes no latency percentile per revision; use errorPercent or an alarm.",
    ),
    "App.rollbackOn.alarms": driven(`${moved} The alerts of the app's log sink are asked for at every look.`),
    "App.bindings.database": emulated("All bound apps share the administrator's login."),
    "App.bindings.queue": nativeWith("A key that sends or receives on this queue alone; at most 12 for a queue."),
    "App.bindings.app": native,
    "App.bindings.isolation": emulated(
        "Databases have no public address, and every app of the platform reaches them; what tells apps apart is who has the URL.",
    ),
    "App.routes": nativeWith("Takes effect at the edge within about 20 minutes."),
    "App.routes.host": nativeWith("A domain of the load balancer, or one of its azure.domains."),
    "App.routes.percent": nativeWith(
        "Takes effect at the edge within about 20 minutes. The app that keeps the rest needs a route, and not of exactly the same path.",
    ),
    "App.routes.stripPrefix": native,
    "App.routes.countries": byCountry,
    "App.routes.joins": nativeWith(
        '"<stack>/<app>" of the same project, or "<project>/<stack>/<app>": the app becomes one more origin of that route; give the load balancer routing latency, which also probes them.',
    ),

    "Job.schedule": nativeWith("Read in UTC."),
    "Job.timeZone": unsupported("Container Apps reads cron expressions in UTC; shift the hours."),
    "Job.oncePerRelease": driven("A Container Apps job is started through the API during the update and awaited."),
    "Job.timeoutSeconds": native,
    "Job.retries": native,
    "Job.allowOverlap": emulated(
        "Azure starts a run while the last one still runs; without allowOverlap a run must end before the next starts, or the preview fails.",
    ),
    "Job.image": native,
};
