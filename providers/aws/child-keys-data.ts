import type { Target } from "../contract.js";

/** Keys of the children of LogSink, Database, Queue, Autoscaler and Job, and those that scaling adds to an App. */
export const DATA_CHILDREN: Pick<Target["children"], "LogSink" | "Database" | "Queue" | "Autoscaler" | "Job"> = {
    LogSink: {
        group: "the log group",
        query: "a saved query, one for errors and one for slowest",
        metric: "the metric filter of an alert",
        alarm: "the alarm of an alert",
        topic: "the topic of an address that alerts notify",
        subscription: "the subscription of that address",
        archive: "the bucket of the archive",
        "archive-private": "what keeps the bucket from ever being public",
        "archive-encryption": "how the bucket encrypts",
        "archive-lifecycle": "when the bucket deletes",
        "archive-stream": "the delivery stream into the bucket",
        "archive-writer-role": "the role of the stream",
        "archive-writer-policy": "what the stream may do",
        "archive-filter": "the subscription of the log group",
        "archive-sender-role": "the role of the subscription",
        "archive-sender-policy": "what the subscription may do",
    },
    Database: {
        id: "the random part of its identifier",
        password: "its password",
        sg: "its security group, to which apps add rules",
        subnets: "the subnets that it may be in",
        parameters: "its parameter group",
        log: "the log group of each of its logs",
        monitoring: "the role of enhanced monitoring, in production",
        "monitoring-policy": "the policy of that role",
        instance: "the instance",
        url: "the secret with its URL",
        "url-version": "the value of that secret",
    },
    Queue: {
        queue: "the queue",
        dead: "the queue of its dead letters",
        redrive: "which queue may leave dead letters there",
        policy: "the policy of the queue",
        "dead-policy": "the policy of the dead letters",
    },
    Autoscaler: {},
    Job: {
        run: "the run of a job without a schedule, once for each release",
        machine: "the state machine of a scheduled job",
        "machine-role": "its role",
        "machine-policy": "what it may do",
        schedule: "the schedule",
        "schedule-role": "its role",
        "schedule-policy": "what it may do",
    },
};

export const SCALE_CHILDREN: Readonly<Record<string, string>> = {
    scale: "what may be scaled, and between which bounds",
    cpu: "the policy that follows CPU use",
    memory: "the policy that follows memory use",
    requests: "the policy that follows requests",
    backlog: "the policy that follows a queue",
    schedule: "other bounds at other times, one for each schedule",
};
