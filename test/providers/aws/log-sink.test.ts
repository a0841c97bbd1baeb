import { output } from "@pulumi/pulumi";
import { LogSink } from "twelvefold";
import { describe, expect, test } from "vitest";
import { json, KEY_ARN, made, run } from "./data-programs.js";

const LEAST = ["LogGroup logs-group", "QueryDefinition logs-query-errors", "QueryDefinition logs-query-slowest"];
const ARCHIVE = [
    "Bucket logs-archive",
    "BucketLifecycleConfiguration logs-archive-lifecycle",
    "BucketPublicAccessBlock logs-archive-private",
    "BucketServerSideEncryptionConfiguration logs-archive-encryption",
    "FirehoseDeliveryStream logs-archive-stream",
    "LogSubscriptionFilter logs-archive-filter",
    "Role logs-archive-sender-role",
    "Role logs-archive-writer-role",
    "RolePolicy logs-archive-sender-policy",
    "RolePolicy logs-archive-writer-policy",
];

describe("what it makes", () => {
    test("development: a group without a key that can be deleted", async () => {
        const recording = await run((on) => new LogSink("logs", { ...on, retentionDays: 10 }));
        expect(made(recording)).toEqual(LEAST);
        expect(recording.child("logs", "group").inputs).toEqual({
            deletionProtectionEnabled: false,
            logGroupClass: "STANDARD",
            retentionInDays: 14,
            skipDestroy: false,
            tags: { "twelvefold:component": "logs", "twelvefold:stack": "test/dev" },
        });
        expect(recording.child("logs", "query-errors").inputs).toMatchObject({
            name: "test/dev/logs/errors",
            logGroupNames: ["logs-group-0123456"],
        });
    });

    test("production: under the platform's key, protected", async () => {
        const recording = await run((on) => new LogSink("logs", on), { profile: "production" });
        expect(made(recording)).toEqual(LEAST);
        expect(recording.child("logs", "group").inputs).toMatchObject({
            deletionProtectionEnabled: true,
            kmsKeyId: KEY_ARN,
            retentionInDays: 30,
        });
    });

    test("an alert is a metric and an alarm; who is told of two of them has one subscription", async () => {
        const recording = await run(
            (on) =>
                new LogSink("logs", {
                    ...on,
                    alerts: [
                        { name: "errors", match: "ERROR", threshold: 5, windowSeconds: 90, notify: "ops@example.com" },
                        { name: "panics", match: "/panic: .*nil/", notify: "ops@example.com" },
                        { name: "hook", match: "hook", notify: "https://example.com/hook" },
                        { name: "quiet", match: "quiet" },
                    ],
                }),
            { profile: "production" },
        );
        const suffixes = ["errors", "hook", "panics", "quiet"];
        const kinds = made(recording).filter((line) => !LEAST.includes(line));
        const topics = kinds.filter((line) => line.startsWith("Topic "));
        expect(topics).toHaveLength(2);
        expect(kinds).toEqual(
            [
                ...suffixes.map((name) => `LogMetricFilter logs-metric-${name}`),
                ...suffixes.map((name) => `MetricAlarm logs-alarm-${name}`),
                ...topics,
                ...topics.map((line) => line.replace("Topic logs-topic", "TopicSubscription logs-subscription")),
            ].sort(),
        );
        expect(recording.child("logs", "metric-errors").inputs).toEqual({
            logGroupName: "logs-group-0123456",
            pattern: '"ERROR"',
            metricTransformation: {
                name: "test/dev/logs/errors",
                namespace: "Twelvefold",
                value: "1",
                defaultValue: "0",
            },
        });
        expect(recording.child("logs", "metric-panics").inputs.pattern).toBe("%panic\\x3a\\x20.*nil%");
        expect(recording.child("logs", "alarm-errors").inputs).toMatchObject({
            alarmActions: [expect.stringMatching(/:logs-topic-[0-9a-f]{6}-0123456$/)],
            comparisonOperator: "GreaterThanOrEqualToThreshold",
            evaluationPeriods: 1,
            metricName: "test/dev/logs/errors",
            namespace: "Twelvefold",
            // CloudWatch counts in whole minutes.
            period: 120,
            statistic: "Sum",
            threshold: 5,
            treatMissingData: "notBreaching",
        });
        expect(recording.child("logs", "alarm-quiet").inputs.alarmActions).toEqual([]);
        const subscriptions = recording.resources.filter(({ type }) => type.endsWith(":TopicSubscription"));
        expect(subscriptions.map(({ inputs }) => [inputs.protocol, inputs.endpoint])).toEqual([
            ["email", "ops@example.com"],
            ["https", "https://example.com/hook"],
        ]);
        for (const { type, inputs } of recording.resources) {
            if (type.endsWith(":Topic")) expect(inputs.kmsMasterKeyId).toBe(KEY_ARN);
        }
        const handle = await new Promise((resolve) => recording.value.handle.apply(resolve));
        expect(handle).toMatchObject({ alarms: { errors: "logs-alarm-errors-0123456" } });
    });

    test("an archive: a bucket that is written to by nobody else", async () => {
        const recording = await run((on) => new LogSink("logs", { ...on, archive: { retentionDays: 400 } }), {
            profile: "production",
        });
        expect(made(recording)).toEqual([...LEAST, ...ARCHIVE].sort());
        expect(recording.child("logs", "archive").protect).toBe(true);
        expect(recording.child("logs", "archive-lifecycle").inputs.rules).toMatchObject([
            { expiration: { days: 400 } },
        ]);
        const bucket = "arn:aws:s3:eu-central-1:123456789012:logs-archive-0123456";
        expect(json(recording, "logs", "archive-writer-policy", "policy")).toEqual({
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation"],
                    Resource: bucket,
                },
                {
                    Effect: "Allow",
                    Action: ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"],
                    Resource: `${bucket}/*`,
                },
                { Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: KEY_ARN },
            ],
        });
    });
});

describe("what it refuses", () => {
    test.each([
        [
            { alerts: [{ name: "a", match: "/(x)/" }] },
            'alerts[0].match is "/(x)/". CloudWatch Logs knows no parentheses in a regular expression; write alternatives out.',
        ],
        [
            { alerts: Array.from({ length: 6 }, (_, index) => ({ name: `a${index}`, match: `/${index}/` })) },
            "alerts has 6 regular expressions; allowed on aws: 5 for each log sink.",
        ],
        [
            { alerts: output([{ name: "a", match: "x" }]) },
            "alerts is an Output; on aws each alert is a resource, so give them as a plain list.",
        ],
    ])("%#", async (args, message) => {
        await expect(run((on) => new LogSink("logs", { ...on, ...args }))).rejects.toThrow(message);
    });
});
