import type { Exception } from "../../../support/checkov.js";

/** What checkov says of the shop in production, and is answered. One that nothing matches fails the test. */
export const EXCEPTIONS: readonly Exception[] = [
    {
        check: "CKV_AWS_260",
        resource: /^aws_vpc_security_group_ingress_rule\.front-in-80$/,
        reason: "Port 80 of a load balancer with a domain only redirects to 443; closed, old links would end in a timeout.",
    },
    {
        check: "CKV2_AWS_28",
        resource: /^aws_lb\.front-alb$/,
        reason: "The rules of a web application firewall and its price are the owner's choice: front.aws.webAclArn.",
    },
    {
        check: "CKV_AWS_378",
        resource: /^aws_lb_target_group\./,
        reason: "TLS ends at the load balancer; tasks speak HTTP inside the VPC, to security groups that are bound only.",
    },
    {
        check: "CKV2_AWS_57",
        resource: /^aws_secretsmanager_secret\.(?:db-url|web-secret)$/,
        reason: "A secret's version is part of a release (factor V); rotating it under running tasks would break them. It is rotated by an update.",
    },
    {
        check: "CKV_AWS_285",
        resource: /^aws_sfn_state_machine\.report-machine$/,
        reason: "Its history stays in Step Functions for 90 days, and the run's lines go to the log sink; logging it again needs rights on every log group of the account.",
    },
    {
        check: "CKV_AWS_145",
        resource: /^aws_s3_bucket\.front-logs$/,
        reason: "Load balancers write access logs to buckets under S3's own key only.",
    },
    {
        check: "CKV_AWS_18",
        resource: /^aws_s3_bucket\.front-logs$/,
        reason: "It is the bucket of access logs; logging access to it would need another one, and so on.",
    },
    {
        check: "CKV_AWS_21",
        resource: /^aws_s3_bucket\.front-logs$/,
        reason: "A load balancer never writes a key twice, and lines are deleted after 90 days; old versions would outlive that.",
    },
    {
        check: "CKV_AWS_144",
        resource: /^aws_s3_bucket\.front-logs$/,
        reason: "Access logs of one region that live for 90 days are not worth a copy in another one.",
    },
    {
        check: "CKV2_AWS_62",
        resource: /^aws_s3_bucket\.front-logs$/,
        reason: "Nothing waits for the arrival of an access log.",
    },
];
