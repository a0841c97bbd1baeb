import { type LogGroup, LogSubscriptionFilter, type LogSubscriptionFilterArgs } from "@pulumi/aws/cloudwatch";
import { FirehoseDeliveryStream, type FirehoseDeliveryStreamArgs } from "@pulumi/aws/kinesis";
import {
    Bucket,
    type BucketArgs,
    BucketLifecycleConfiguration,
    type BucketLifecycleConfigurationArgs,
    BucketPublicAccessBlock,
    type BucketPublicAccessBlockArgs,
    BucketServerSideEncryptionConfiguration,
    type BucketServerSideEncryptionConfigurationArgs,
} from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { LogSinkRequest, Scope } from "../contract.js";
import { ground } from "./handles.js";
import { allow, roleFor } from "./role.js";
import { tagsOf } from "./tags.js";

/** Every line goes on to a bucket, where it costs a tenth and cannot be searched. */
export function makeArchive(scope: Scope, group: LogGroup, archive: NonNullable<LogSinkRequest["archive"]>): void {
    const bucket = makeBucket(scope, archive);
    const keyArn = ground(scope, "keyArn");
    const writer = roleFor(
        scope,
        "archive-writer",
        "firehose.amazonaws.com",
        pulumi
            .all([bucket.arn, keyArn])
            .apply(([arn, key]) => [
                allow(["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation"], arn),
                allow(["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], `${arn}/*`),
                ...(key === undefined ? [] : [allow(["kms:GenerateDataKey", "kms:Decrypt"], key)]),
            ]),
    );
    const stream = scope.child(
        "archive-stream",
        {
            destination: "extended_s3",
            serverSideEncryption: keyArn.apply((key) =>
                key === undefined
                    ? { enabled: true, keyType: "AWS_OWNED_CMK" }
                    : { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: key },
            ),
            extendedS3Configuration: {
                roleArn: writer.role.arn,
                bucketArn: bucket.arn,
                bufferingInterval: 300,
                bufferingSize: 64,
                prefix: "lines/",
                errorOutputPrefix: "errors/",
                // CloudWatch Logs has packed them already.
                compressionFormat: "UNCOMPRESSED",
            },
            tags: tagsOf(scope),
        },
        (name, args: FirehoseDeliveryStreamArgs, opts) => new FirehoseDeliveryStream(name, args, opts),
        { dependsOn: writer.policy },
    );
    const sender = roleFor(
        scope,
        "archive-sender",
        "logs.amazonaws.com",
        stream.arn.apply((arn) => [allow(["firehose:PutRecord", "firehose:PutRecordBatch"], arn)]),
    );
    scope.child(
        "archive-filter",
        // Empty: every line.
        { logGroup: group.name, filterPattern: "", destinationArn: stream.arn, roleArn: sender.role.arn },
        (name, args: LogSubscriptionFilterArgs, opts) => new LogSubscriptionFilter(name, args, opts),
        { dependsOn: sender.policy },
    );
}

function makeBucket(scope: Scope, archive: NonNullable<LogSinkRequest["archive"]>): Bucket {
    const bucket = scope.child(
        "archive",
        { forceDestroy: scope.profile === "development", tags: tagsOf(scope) },
        (name, args: BucketArgs, opts) => new Bucket(name, args, opts),
        { protect: scope.profile === "production" },
    );
    scope.child(
        "archive-private",
        {
            bucket: bucket.id,
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
        },
        (name, args: BucketPublicAccessBlockArgs, opts) => new BucketPublicAccessBlock(name, args, opts),
    );
    scope.child(
        "archive-encryption",
        {
            bucket: bucket.id,
            rules: ground(scope, "keyArn").apply((key) => [
                {
                    bucketKeyEnabled: true,
                    applyServerSideEncryptionByDefault:
                        key === undefined
                            ? { sseAlgorithm: "AES256" }
                            : { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
                },
            ]),
        },
        (name, args: BucketServerSideEncryptionConfigurationArgs, opts) =>
            new BucketServerSideEncryptionConfiguration(name, args, opts),
    );
    scope.child(
        "archive-lifecycle",
        {
            bucket: bucket.id,
            rules: [
                {
                    id: "retention",
                    status: "Enabled",
                    filter: { prefix: "" },
                    expiration: { days: pulumi.output(archive).apply(({ retentionDays }) => retentionDays) },
                    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
                },
            ],
        },
        (name, args: BucketLifecycleConfigurationArgs, opts) => new BucketLifecycleConfiguration(name, args, opts),
    );
    return bucket;
}
