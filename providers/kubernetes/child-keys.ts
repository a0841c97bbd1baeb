import type { Target } from "../contract.js";

const BROKER_USER = {
    password: "the password of a broker user, one for each queue binding",
    credentials: "the Secret with the name and password of a broker user",
    user: "the broker user",
    permission: "what the broker user may do",
};

const OWN_CODE = {
    account: "the ServiceAccount",
    policy: "the NetworkPolicy",
};

/** Keys of the children of each kind. */
export const CHILDREN: Target["children"] = {
    Platform: {
        namespace: "the Namespace",
        quota: "the ResourceQuota",
        limits: "the LimitRange",
        deny: "the NetworkPolicy that closes the namespace",
        dns: "the NetworkPolicy that lets everybody ask for names",
        ca: "the ConfigMap with the internal certificate authority",
        pull: "the Secret to pull images with",
        build: "a built image, one for each source folder",
        broker: "the RabbitmqCluster of all queues",
        "broker-certificate": "the broker's Certificate",
        "broker-policy": "the broker's NetworkPolicy",
    },
    LogSink: {},
    Database: {
        password: "the password of its role",
        app: "the Secret with its role and password",
        server: "its Certificate",
        policy: "its NetworkPolicy",
        store: "the ObjectStore of its backups",
        cluster: "the Cluster of CloudNativePG",
        backup: "the ScheduledBackup",
        extensions: "the Database object that makes its extensions",
    },
    Queue: {
        queue: "the quorum queue",
        dead: "the queue of its dead letters",
        exchange: "the exchange that it is sent to through",
        binding: "what binds the two",
        policy: "the Policy with its limits",
    },
    LoadBalancer: {
        gateway: "the Gateway",
        certificate: "the Certificate of its domain",
        redirect: "the HTTPRoute that redirects to HTTPS",
    },
    Autoscaler: {},
    App: {
        ...OWN_CODE,
        secrets: "the Secret with its secrets and URLs",
        release: "the Job that runs the release command",
        app: "the Deployment",
        service: "the Service",
        next: "the Service of a release that is shifted to",
        shift: "the Job that shifts the traffic",
        "shift-script": "the ConfigMap with what it runs",
        "shift-account": "its ServiceAccount",
        "shift-role": "the Role with its rights",
        "shift-binding": "the RoleBinding of the two",
        "shift-policy": "its NetworkPolicy",
        route: "an HTTPRoute, one for each route",
        grant: "the ReferenceGrant that lets a route share with an app of another stack",
        budget: "the PodDisruptionBudget",
        scaler: "the HorizontalPodAutoscaler or ScaledObject",
        measure: "the Secret with which KEDA looks at a queue",
        authentication: "the TriggerAuthentication of KEDA",
        ...BROKER_USER,
    },
    Job: { ...OWN_CODE, job: "the CronJob, or the Job that runs once per release" },
};
