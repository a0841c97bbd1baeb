/** A decision of ours that checkers object to, and why it stands. */
export interface Exception {
    /** Of every tool that says so. */
    readonly checks: readonly string[];
    /** `<kind>/<name>` of the objects that it holds for. */
    readonly objects: RegExp;
    readonly reason: string;
}

/** Everything that checkers say of production stacks and that is answered. One that matches nothing fails the test. */
export const EXCEPTIONS: readonly Exception[] = [
    {
        checks: ["kube-score/container-image-pull-policy", "polaris/pullPolicyNotAlways"],
        objects: /^(Deployment|Job|CronJob)\//,
        reason: "Images are named by digest, which cannot change; Always would make every restart depend on the registry.",
    },
    {
        checks: ["kube-score/deployment-targeted-by-hpa-does-not-have-replicas-configured"],
        objects: /^Deployment\/web-/,
        reason: "The count is the first one only, and ignored afterwards; without it a replaced Deployment would start with one pod under full load.",
    },
    {
        checks: ["kube-linter/minimum-three-replicas", "kube-linter/hpa-minimum-three-replicas"],
        objects: /^(Deployment|HorizontalPodAutoscaler)\//,
        reason: "Two in two zones outlive a zone, and cost a third less than three; who needs three sets replicas or minReplicas.",
    },
    {
        checks: ["kube-linter/job-ttl-seconds-after-finished"],
        objects: /^Job\//,
        reason: "A Job that removes itself is missing at the next refresh, and the next update runs the release command again. Its successor takes it away.",
    },
    {
        checks: ["kube-linter/restart-policy"],
        objects: /^(Job|CronJob)\//,
        reason: "Never keeps the pod of a failed run, and so its log. The check means what runs for ever.",
    },
    {
        checks: [
            "kube-linter/no-liveness-probe",
            "kube-linter/no-readiness-probe",
            "kube-linter/no-startup-probe",
            "polaris/livenessProbeMissing",
            "polaris/readinessProbeMissing",
            "polaris/missingNetworkPolicy",
            "checkov/CKV_K8S_8",
            "checkov/CKV_K8S_9",
        ],
        objects: /^(Job|CronJob)\/|^Deployment\/mailer-/,
        reason: "They have no port: there is nothing to ask whether it is ready, and a policy without an ingress rule lets nobody in. A worker may name a command (health.command).",
    },
    {
        checks: ["kube-linter/read-secret-from-env-var", "checkov/CKV_K8S_35"],
        objects: /^(Deployment|Job|CronJob)\//,
        reason: "The third factor: configuration is in the environment, here by reference to a Secret. kubernetes.secretsAs: files hands the same over as files.",
    },
    {
        checks: ["kube-linter/no-node-affinity", "polaris/priorityClassNotSet"],
        objects: /^(Deployment|Job|CronJob)\//,
        reason: "Which nodes and priority classes there are is the cluster's business; a transform sets them.",
    },
    {
        checks: ["kube-linter/required-annotation-email", "polaris/metadataAndInstanceMismatched"],
        objects: /^(Deployment|Job|CronJob)\//,
        reason: "Conventions of one organisation: the owner is a label here, and instance is what Kubernetes' recommended labels say, the installation and not the object's own name.",
    },
    {
        checks: [
            "kube-linter/dangling-networkpolicy",
            "kube-linter/dangling-networkpolicypeer-podselector",
            "kube-score/networkpolicy-targets-pod",
        ],
        objects: /^NetworkPolicy\//,
        reason: "They mean pods that are not in these files: those that operators make, those of other stacks, the cluster's DNS.",
    },
];
