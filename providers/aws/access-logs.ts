import { Bucket, BucketLifecycleConfiguration, BucketPolicy, BucketPublicAccessBlock } from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { child } from "./child.js";
import { ground } from "./handles.js";
import { documentOf } from "./role.js";
import { tagsOf } from "./tags.js";

const KEPT_DAYS = 90;

export interface AccessLogs {
    /** Name of the bucket, known when the load balancer may write to it. */
    readonly bucket: pulumi.Output<string>;
}

/** The bucket of a load balancer's access log. Load balancers write to buckets under S3's own key only. */
export function makeAccessLogs(scope: Scope): AccessLogs {
    const bucket = child(scope, Bucket, "logs", {
        forceDestroy: scope.profile !== "production",
        tags: tagsOf(scope),
    });
    const closed = child(scope, BucketPublicAccessBlock, "logs-closed", {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
    });
    const policy = child(
        scope,
        BucketPolicy,
        "logs-policy",
        {
            bucket: bucket.id,
            policy: documentOf(pulumi.all([bucket.arn, ground(scope, "accountId")]), ([arn, account]) =>
                statementsOf(arn, account, scope.name),
            ),
        },
        { dependsOn: closed },
    );
    const expiry = { id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: KEPT_DAYS } };
    const uploads = { daysAfterInitiation: 7 };
    child(scope, BucketLifecycleConfiguration, "logs-expiry", {
        bucket: bucket.id,
        rules: [{ ...expiry, abortIncompleteMultipartUpload: uploads }],
    });
    return { bucket: pulumi.all([bucket.bucket, policy.urn]).apply(([name]) => name) };
}

function statementsOf(arn: string, account: string, prefix: string): readonly object[] {
    return [
        {
            Sid: "LoadBalancerWrites",
            Effect: "Allow",
            Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
            Action: "s3:PutObject",
            Resource: `${arn}/${prefix}/AWSLogs/${account}/*`,
        },
        {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [arn, `${arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
    ];
}
