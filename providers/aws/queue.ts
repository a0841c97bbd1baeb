import {
    Queue,
    type QueueArgs,
    QueuePolicy,
    type QueuePolicyArgs,
    RedriveAllowPolicy,
    type RedriveAllowPolicyArgs,
} from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import type { Builder, Scope } from "../contract.js";
import { ground } from "./handles.js";
import { documentOf } from "./role.js";
import { tagsOf } from "./tags.js";

const LONGEST_RETENTION_SECONDS = 1_209_600;
/** What every client of SQS can send and take; a larger thing belongs in a store, and its address in a message. */
const LARGEST_MESSAGE_BYTES = 262_144;

/** A queue of SQS with one for its dead letters. Neither is reachable without TLS, or but for IAM. */
export const queue: Builder<"Queue"> = (scope, request) => {
    const { visibilityTimeoutSeconds, fifo } = request;
    const shared: QueueArgs = {
        receiveWaitTimeSeconds: 20,
        maxMessageSize: LARGEST_MESSAGE_BYTES,
        sqsManagedSseEnabled: true,
        ...(fifo
            ? {
                  fifoQueue: true,
                  contentBasedDeduplication: true,
                  deduplicationScope: "messageGroup",
                  fifoThroughputLimit: "perMessageGroupId",
              }
            : {}),
        tags: tagsOf(scope),
    };
    const dead = scope.child("dead", { ...shared, messageRetentionSeconds: LONGEST_RETENTION_SECONDS }, makeQueue);
    const main = scope.child(
        "queue",
        {
            ...shared,
            visibilityTimeoutSeconds,
            messageRetentionSeconds: request.retentionSeconds,
            delaySeconds: request.delaySeconds,
            redrivePolicy: pulumi.jsonStringify({
                deadLetterTargetArn: dead.arn,
                maxReceiveCount: request.maxDeliveries,
            }),
        },
        makeQueue,
    );
    // Of its own: inside the dead letter queue it would make a circle.
    scope.child(
        "redrive",
        {
            queueUrl: dead.url,
            redriveAllowPolicy: main.arn.apply((arn) =>
                JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [arn] }),
            ),
        },
        (name, args: RedriveAllowPolicyArgs, opts) => new RedriveAllowPolicy(name, args, opts),
    );
    onlyWithTls(scope, "policy", main);
    onlyWithTls(scope, "dead-policy", dead);
    return {
        outputs: { url: main.url, deadLetterUrl: dead.url },
        handle: {
            region: ground(scope, "region"),
            url: main.url,
            arn: main.arn,
            name: main.name,
            fifo,
            visibilityTimeoutSeconds,
            deadLetter: { url: dead.url, arn: dead.arn, name: dead.name },
        },
    };
};

function makeQueue(name: string, args: QueueArgs, opts: pulumi.CustomResourceOptions): Queue {
    return new Queue(name, args, opts);
}

/** It allows nothing: within an account, IAM decides alone. */
function onlyWithTls(scope: Scope, key: string, { url, arn }: Queue): void {
    const policy = documentOf(arn, (Resource) => [
        {
            Sid: "OnlyWithTls",
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:*",
            Resource,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
    ]);
    scope.child(
        key,
        { queueUrl: url, policy },
        (name, args: QueuePolicyArgs, opts) => new QueuePolicy(name, args, opts),
    );
}
