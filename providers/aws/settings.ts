import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../contract.js";
import { factsOf } from "./facts.js";

/** Settings of the whole stack: `aws` of its Platform, or `twelvefold:aws` in its configuration. */
export interface TargetSettings {
    /** Who answers for the stack; a tag of everything. */
    readonly owner?: string;
    /** Commit that is deployed; a tag of task definitions. */
    readonly commit?: string;
    /** Address of the source repository; a tag of task definitions. */
    readonly repository?: string;
    /** A VPC that exists, like the Platform's `network`. */
    readonly vpcId?: string;
    /** Its subnets, where they do not carry the tag twelvefold:tier. */
    readonly publicSubnetIds?: readonly string[];
    readonly privateSubnetIds?: readonly string[];
    /** Address block of the VPC that is made, a /16. Default: 10.0.0.0/16. */
    readonly cidr?: string;
    /** How tasks reach the internet, or that they reach AWS only. Default: nat. */
    readonly egress?: "nat" | "endpoints";
    /** Interruptible capacity. Default: true in development; never for apps with routes in production. */
    readonly spot?: boolean;
    /** Default: X86_64. */
    readonly architecture?: "X86_64" | "ARM64";
    /** Whose key encrypts: AWS's, the stack's own, or one that exists. Default: customer in production. */
    readonly encryption?: string;
    /** ARN of a policy that bounds every role. */
    readonly permissionsBoundary?: string;
    /** Hosted zone of domains: id or name. Default: the domain without its first label. */
    readonly zone?: string;
    /** Profile of the AWS configuration that the release runner and the judge of rollouts use. Default: the environment's. */
    readonly awsProfile?: string;
}

/** What holds for a component: what its platform says, which includes the stack's configuration. */
export function settingsOf(scope: Scope): TargetSettings {
    const { platform } = scope;
    if (platform === undefined) return scope.options;
    return factsOf(platform)?.settings ?? new pulumi.Config("twelvefold").getObject<TargetSettings>("aws") ?? {};
}
