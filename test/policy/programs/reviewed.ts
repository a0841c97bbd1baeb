/**
 * Why each rule that speaks up about these programs is right to, as read beside each program. The findings themselves
 * are in __snapshots__/programs.test.ts.snap: a new one needs a reason here, or is a defect of the rule.
 */
export const REVIEWED: Readonly<Record<string, string>> = {
    "require-source-labels": "No workload of these carries a repository and a commit, in tags, labels or annotations.",
    "disallow-mutable-image":
        "nginx, wordpress and mongo have no tag, which means latest. redis:alpine is not among the tags that move by default.",
    "require-image-digest": "All are named by tags. Advisory.",
    "require-immutable-registry-tags": 'voting declares its repository as "MUTABLE".',
    "require-supported-runtime": "nodejs8.10 ended in 2019.",
    "disallow-secret-in-environment":
        "sock-shop gives MYSQL_ROOT_PASSWORD, wordpress WORDPRESS_DB_PASSWORD as literals.",
    "require-secret-reference": "container-apps puts the registry's password into the app's secrets by value.",
    "disallow-registry-password": "container-apps switches the registry's admin user on.",
    "require-backups": "wordpress gives its database no backupRetentionPeriod; the provider's default keeps none.",
    "require-deletion-protection": "wordpress' database can be deleted, and skips its final snapshot.",
    "disallow-open-backing-port": "voting opens all ports, 6379 among them, to 0.0.0.0/0.",
    "disallow-build-in-production": "container-apps builds its image in the program that deploys it.",
    "require-rollback": "No service of fargate, wordpress and voting has a circuit breaker or alarms.",
    "require-release-id": "No workload of these carries the id of a release. Advisory.",
    "require-published-function": "Neither function of thumbnailer is published, so there is no version to go back to.",
    "disallow-shared-volume":
        "jenkins, which is served by a load balancer, mounts a claim of a single writer: a second copy could not start.",
    "require-read-only-root":
        "None of the containers named has readOnlyRootFilesystem; those of sock-shop that have it are not named.",
    "require-one-port": "jenkins declares two ports.",
    "require-port-match": "config-map-rollout's Service sends to port 80, which its container does not declare.",
    "disallow-privileged-port": "The containers named listen on port 80.",
    "require-readiness-check": "No readinessProbe; on AWS no healthCheck, or one that names no path.",
    "disallow-plain-http": "The listeners of fargate and wordpress forward what comes as HTTP.",
    "require-replicas":
        "One copy, and no autoscaler. Redis and MongoDB, whose copies are their own affair, are not named; sock-shop's catalogue-db is, because its image has a name of its own.",
    "require-autoscaler":
        "Reached from outside (a LoadBalancer or NodePort Service, a target group), and nothing scales it.",
    "require-scaling-bounds": "container-apps gives no template.scale.",
    "require-resource-limits": "No requests, no memory limit, or neither.",
    "require-stop-grace": "None of the workloads named says how long a stop may take.",
    "require-liveness-check": "No livenessProbe.",
    "require-startup-check":
        "multicloud and jenkins wait a fixed time (initialDelaySeconds) instead of asking. Advisory.",
    "disallow-shared-probe": "jenkins asks /login whether to restart and whether to send requests.",
    "require-bounded-drain":
        "No target group sets deregistrationDelay: the default is 300 s, longer than a task may take to stop.",
    "require-disruption-budget":
        "nginx and the guestbook's frontend run two copies or more, and no PodDisruptionBudget keeps one.",
    "require-log-sink": "The containers of fargate, wordpress and voting have no logConfiguration.",
    "require-function-log-group": "Neither function of thumbnailer has a log group with a retention.",
};
