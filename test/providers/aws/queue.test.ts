import { Queue } from "twelvefold";
import { describe, expect, test } from "vitest";
import { json, made, run } from "./data-programs.js";

const QUEUE_ARN = "arn:aws:sqs:eu-central-1:123456789012:mail-queue-0123456";
const DEAD_ARN = "arn:aws:sqs:eu-central-1:123456789012:mail-dead-0123456";

const PARTS = [
    "Queue mail-dead",
    "Queue mail-queue",
    "QueuePolicy mail-dead-policy",
    "QueuePolicy mail-policy",
    "RedriveAllowPolicy mail-redrive",
];

test.each([
    "development",
    "production",
] as const)("%s: a queue, its dead letters, and who may use them", async (profile) => {
    const recording = await run((on) => new Queue("mail", on), { profile });
    expect(made(recording)).toEqual(PARTS);
    expect(recording.child("mail", "queue").inputs).toEqual({
        delaySeconds: 0,
        maxMessageSize: 262_144,
        messageRetentionSeconds: 345_600,
        receiveWaitTimeSeconds: 20,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_ARN, maxReceiveCount: 5 }),
        sqsManagedSseEnabled: true,
        tags: { "twelvefold:component": "mail", "twelvefold:stack": "test/dev" },
        visibilityTimeoutSeconds: 30,
    });
    expect(recording.child("mail", "dead").inputs).toEqual({
        maxMessageSize: 262_144,
        messageRetentionSeconds: 1_209_600,
        receiveWaitTimeSeconds: 20,
        sqsManagedSseEnabled: true,
        tags: { "twelvefold:component": "mail", "twelvefold:stack": "test/dev" },
    });
    expect(json(recording, "mail", "redrive", "redriveAllowPolicy")).toEqual({
        redrivePermission: "byQueue",
        sourceQueueArns: [QUEUE_ARN],
    });
});

test("everything that can be asked for", async () => {
    const recording = await run(
        (on) =>
            new Queue("mail", {
                ...on,
                visibilityTimeoutSeconds: 90,
                maxDeliveries: 3,
                retentionSeconds: 3600,
                delaySeconds: 10,
                fifo: true,
            }),
    );
    expect(made(recording)).toEqual(PARTS);
    const fifo = {
        fifoQueue: true,
        contentBasedDeduplication: true,
        deduplicationScope: "messageGroup",
        fifoThroughputLimit: "perMessageGroupId",
    };
    expect(recording.child("mail", "queue").inputs).toMatchObject({
        ...fifo,
        visibilityTimeoutSeconds: 90,
        messageRetentionSeconds: 3600,
        delaySeconds: 10,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_ARN, maxReceiveCount: 3 }),
    });
    // The dead letter queue of a FIFO queue must be one too.
    expect(recording.child("mail", "dead").inputs).toMatchObject(fifo);
});

describe("policies", () => {
    test.each([
        ["policy", QUEUE_ARN],
        ["dead-policy", DEAD_ARN],
    ])("%s refuses everybody without TLS and allows nobody", async (key, arn) => {
        const recording = await run((on) => new Queue("mail", on));
        expect(json(recording, "mail", key, "policy")).toEqual({
            Version: "2012-10-17",
            Statement: [
                {
                    Sid: "OnlyWithTls",
                    Effect: "Deny",
                    Principal: "*",
                    Action: "sqs:*",
                    Resource: arn,
                    Condition: { Bool: { "aws:SecureTransport": "false" } },
                },
            ],
        });
    });
});

test("the handle is plain data, without a secret", async () => {
    const { value } = await run((on) => new Queue("mail", on));
    const handle = await new Promise((resolve) => value.handle.apply(resolve));
    const url = (key: string) => `https://sqs.eu-central-1.amazonaws.com/123456789012/mail-${key}-0123456`;
    expect(handle).toEqual({
        target: "aws",
        kind: "Queue",
        key: "test/dev/mail",
        region: "eu-central-1",
        url: url("queue"),
        arn: QUEUE_ARN,
        name: "mail-queue-0123456",
        fifo: false,
        visibilityTimeoutSeconds: 30,
        deadLetter: { url: url("dead"), arn: DEAD_ARN, name: "mail-dead-0123456" },
    });
});
