import type { Target } from "../contract.js";
import type { Support } from "../support.js";

// No AWS account has run any of this.
const native: Support = { level: "native", evidence: "mocks" };

function nativeWith(note: string): Support {
    return { level: "native", evidence: "mocks", note };
}

function emulated(how: string): Support {
    return { level: "emulated", evidence: "mocks", how };
}

function unsupported(why: string): Support {
    return { level: "unsupported", why };
}

export const supports: Target["supports"] = {
    "Platform.network": nativeWith(
        "The id of a VPC; its subnets carry the tag twelvefold:tier, or are named in aws.privateSubnetIds and aws.publicSubnetIds.",
    ),
    "Platform.zones": native,
    "Platform.domain": nativeWith(
        "Load balancers of the same program without a domain are named <name>.<domain>; needs its hosted zone in Route 53.",
    ),

    "LogSink.retentionDays": emulated("Rounded up to what CloudWatch Logs has; at most 3653 days."),
    "LogSink.alerts": emulated(
        "A metric filter and an alarm, over whole minutes; an address must confirm its subscription by hand, and without one only the alarm tells. Of regular expressions CloudWatch Logs knows a part, and takes five for each log sink.",
    ),
    "LogSink.archive": nativeWith("Amazon Data Firehose writes to an S3 bucket."),

    "Database.version": nativeWith(
        "The minor version is AWS's choice; a higher major version is an upgrade with downtime.",
    ),
    "Database.storageGiB": nativeWith("20 GiB at least. It grows by itself and never shrinks."),
    "Database.size": native,
    "Database.highlyAvailable": nativeWith("A standby in another zone."),
    "Database.backupRetentionDays": nativeWith("At most 35 days."),
    "Database.deletionProtection": native,
    "Database.restoreFrom": nativeWith("It counts when the database is made, and never again."),
    "Database.extensions": unsupported(
        "Amazon RDS makes none by itself; run CREATE EXTENSION in the release command, whose login may.",
    ),

    "Queue.visibilityTimeoutSeconds": native,
    "Queue.maxDeliveries": { level: "native", evidence: "emulator" },
    "Queue.retentionSeconds": nativeWith("At most 14 days."),
    "Queue.delaySeconds": nativeWith("At most 900 seconds."),
    "Queue.fifo": nativeWith("Groups and deduplication as SQS has them; dead letters leave a gap in the order."),

    "LoadBalancer.roundRobin": native,
    "LoadBalancer.leastConnections": native,
    "LoadBalancer.latency": nativeWith(
        "By a DNS record, which lives for 60 seconds; each region's stack writes its own.",
    ),
    "LoadBalancer.geographic": nativeWith(
        'By DNS records, which live for 60 seconds, one for each of aws.countries; one stack must have "*".',
    ),
    "LoadBalancer.domain": nativeWith("Needs its hosted zone in Route 53."),
    "LoadBalancer.certificate": nativeWith("The ARN of a certificate in ACM; without aws.zone the DNS is yours too."),
    "LoadBalancer.redirectToHttps": nativeWith("Without the redirect port 80 is closed."),
    "LoadBalancer.internal": native,
    "LoadBalancer.allowedCidrs": native,
    "LoadBalancer.idleTimeoutSeconds": native,
    "LoadBalancer.accessLogs": nativeWith("In a bucket of the load balancer's, for 90 days."),

    "Autoscaler.cpuPercent": native,
    "Autoscaler.memoryPercent": native,
    "Autoscaler.requestsPerSecondPerReplica": nativeWith(
        "Counted by the minute; with blueGreen and canary the sum of both target groups by metric math.",
    ),
    "Autoscaler.queueBacklogPerReplica": nativeWith(
        "Metric math over SQS and Container Insights; SQS publishes nothing for a queue that was idle for hours.",
    ),
    "Autoscaler.schedules": nativeWith("Plain cron; an entry that holds shows as drift on refresh."),
    "Autoscaler.scaleToZero": unsupported(
        "Amazon ECS cannot wake an app from zero: target tracking has no metric without a running task, and the load balancer answers 503 instead of holding the request; use minReplicas: 1.",
    ),
    "Autoscaler.scaleInCooldownSeconds": native,
    "Autoscaler.scaleOutCooldownSeconds": native,

    "App.image": nativeWith("A tag is resolved to a digest at each preview and update."),
    "App.build": nativeWith(
        "Docker builds it where Pulumi runs and pushes it to a repository of the platform's in ECR.",
    ),
    "App.resources": emulated("Rounded up to the next size that Fargate has."),
    "App.secrets": nativeWith("One secret of AWS Secrets Manager for each app; its version is part of the release."),
    "App.release": emulated(
        "Pulumi starts the command as an ECS task and waits for it; an update that is killed finds it again.",
    ),
    "App.health.readinessPath": nativeWith(
        "Asked by the load balancer; without a route inside the container, by curl, wget, node or python3, whichever the image has.",
    ),
    "App.health.livenessPath": emulated(
        "ECS has one verdict: a task that fails readinessPath is taken out of traffic and replaced; livenessPath itself is not called.",
    ),
    "App.health.command": native,
    "App.stopTimeoutSeconds": nativeWith("At most 120 seconds, after the load balancer has let go of the task."),
    "App.rolling": native,
    "App.automaticRollback": nativeWith(
        "The circuit breaker of ECS, and a resource that fails the update when it has gone back.",
    ),
    "App.blueGreen": nativeWith("bakeSeconds is rounded up to whole minutes. No account has run it."),
    "App.canary": nativeWith(
        "One step, or equal steps with equal times; bakeSeconds is rounded up to whole minutes. No account has run it.",
    ),
    "App.rollbackOn.errorPercent": native,
    "App.rollbackOn.p99Milliseconds": native,
    "App.rollbackOn.alarms": nativeWith(
        "Alerts of the app's log sink; any other name is the name of an alarm in CloudWatch.",
    ),
    "App.bindings.database": native,
    "App.bindings.queue": native,
    "App.bindings.app": nativeWith("By ECS Service Connect, which adds a proxy to each task that calls or is called."),
    "App.bindings.isolation": nativeWith("Security groups and roles."),
    "App.routes": native,
    "App.routes.host": native,
    "App.routes.percent": nativeWith("Each request is drawn anew."),
    "App.routes.stripPrefix": native,
    "App.routes.countries": unsupported(
        "Route 53 chooses a region by the host name, before any path is known; give the load balancer aws.countries.",
    ),
    "App.routes.joins": unsupported(
        "each region's stack writes its own DNS record under the same domain, so that there is nothing to join; leave it out here.",
    ),

    "Job.schedule": nativeWith("Plain cron; day of month and weekday together are refused."),
    "Job.timeZone": native,
    "Job.oncePerRelease": emulated("Pulumi starts it as an ECS task after the app's release serves, and waits for it."),
    "Job.timeoutSeconds": emulated("AWS Step Functions starts the task and stops it."),
    "Job.retries": emulated("AWS Step Functions starts the task again."),
    "Job.allowOverlap": emulated(
        "A run that finds another one of its job in AWS Step Functions ends at once; two that begin in the same moment both do.",
    ),
    "Job.image": native,
};
