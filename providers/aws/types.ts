/**
 * The types of the AWS target's children, for `transform`. Importing this module, for its types only, makes
 * `transform: { aws: … }` know them: `import type {} from "twelvefold/aws"`.
 *
 * @packageDocumentation
 */
import type { CertificateArgs, CertificateValidationArgs } from "@pulumi/aws/acm";
import type { LogGroupArgs, MetricAlarmArgs } from "@pulumi/aws/cloudwatch";
import type {
    DefaultSecurityGroupArgs,
    EipArgs,
    FlowLogArgs,
    InternetGatewayArgs,
    NatGatewayArgs,
    RouteArgs,
    RouteTableArgs,
    RouteTableAssociationArgs,
    SecurityGroupArgs,
    SubnetArgs,
    VpcArgs,
    VpcEndpointArgs,
} from "@pulumi/aws/ec2";
import type { LifecyclePolicyArgs, RepositoryArgs } from "@pulumi/aws/ecr";
import type { ClusterArgs, ClusterCapacityProvidersArgs, ServiceArgs, TaskDefinitionArgs } from "@pulumi/aws/ecs";
import type { RoleArgs, RolePolicyArgs, RolePolicyAttachmentArgs } from "@pulumi/aws/iam";
import type { AliasArgs, KeyArgs } from "@pulumi/aws/kms";
import type { ListenerArgs, ListenerRuleArgs, LoadBalancerArgs, TargetGroupArgs } from "@pulumi/aws/lb";
import type { RecordArgs } from "@pulumi/aws/route53";
import type {
    BucketArgs,
    BucketLifecycleConfigurationArgs,
    BucketPolicyArgs,
    BucketPublicAccessBlockArgs,
} from "@pulumi/aws/s3";
import type { SecretArgs, SecretVersionArgs } from "@pulumi/aws/secretsmanager";
import type { HttpNamespaceArgs } from "@pulumi/aws/servicediscovery";
import type { SecurityGroupEgressRuleArgs, SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc";
import type { WebAclAssociationArgs } from "@pulumi/aws/wafv2";
import type { ImageArgs } from "@pulumi/docker";
// Named so that it is part of this project, which adds to it below.
import type {} from "../child-inputs.js";
import type { RunInputs, ServingInputs } from "./resource/inputs.js";
import type { DataChildInputs, ScaleChildInputs } from "./types-data.js";

export type { RunInputs, ServingInputs };

interface TaskChildInputs {
    sg: SecurityGroupArgs;
    egress: SecurityGroupEgressRuleArgs;
    "execution-role": RoleArgs;
    "execution-policy": RolePolicyArgs;
    "task-role": RoleArgs;
    "task-policy": RolePolicyArgs;
    "task-def": TaskDefinitionArgs;
}

interface PlatformChildInputs {
    vpc: VpcArgs;
    "default-sg": DefaultSecurityGroupArgs;
    igw: InternetGatewayArgs;
    public: SubnetArgs;
    private: SubnetArgs;
    "public-rt": RouteTableArgs;
    "private-rt": RouteTableArgs;
    "public-route": RouteArgs;
    "private-route": RouteArgs;
    "public-association": RouteTableAssociationArgs;
    "private-association": RouteTableAssociationArgs;
    nat: NatGatewayArgs;
    "nat-eip": EipArgs;
    s3: VpcEndpointArgs;
    endpoint: VpcEndpointArgs;
    "endpoint-sg": SecurityGroupArgs;
    "endpoint-in": SecurityGroupIngressRuleArgs;
    cluster: ClusterArgs;
    capacity: ClusterCapacityProvidersArgs;
    flow: FlowLogArgs;
    "flow-logs": LogGroupArgs;
    "flow-role": RoleArgs;
    "flow-policy": RolePolicyArgs;
    key: KeyArgs;
    "key-alias": AliasArgs;
    mesh: HttpNamespaceArgs;
    "ecs-infra": RoleArgs;
    "ecs-infra-policy": RolePolicyAttachmentArgs;
    "default-logs": LogGroupArgs;
    repository: RepositoryArgs;
    "repository-expiry": LifecyclePolicyArgs;
    image: ImageArgs;
}

interface LoadBalancerChildInputs {
    sg: SecurityGroupArgs;
    in: SecurityGroupIngressRuleArgs;
    egress: SecurityGroupEgressRuleArgs;
    alb: LoadBalancerArgs;
    http: ListenerArgs;
    https: ListenerArgs;
    cert: CertificateArgs;
    "cert-dns": RecordArgs;
    "cert-ok": CertificateValidationArgs;
    dns: RecordArgs;
    logs: BucketArgs;
    "logs-closed": BucketPublicAccessBlockArgs;
    "logs-policy": BucketPolicyArgs;
    "logs-expiry": BucketLifecycleConfigurationArgs;
    waf: WebAclAssociationArgs;
}

interface AppChildInputs extends TaskChildInputs, ScaleChildInputs {
    in: SecurityGroupIngressRuleArgs;
    "to-database": SecurityGroupIngressRuleArgs;
    "to-app": SecurityGroupIngressRuleArgs;
    secret: SecretArgs;
    "secret-version": SecretVersionArgs;
    tg: TargetGroupArgs;
    alternate: TargetGroupArgs;
    rule: ListenerRuleArgs;
    release: RunInputs;
    stuck: MetricAlarmArgs;
    errors: MetricAlarmArgs;
    slow: MetricAlarmArgs;
    service: ServiceArgs;
    serving: ServingInputs;
}

/** Children by kind and key. */
export interface AwsChildInputs extends Omit<DataChildInputs, "Job"> {
    Platform: PlatformChildInputs;
    LoadBalancer: LoadBalancerChildInputs;
    App: AppChildInputs;
    Job: DataChildInputs["Job"] & TaskChildInputs;
}

declare module "../child-inputs.js" {
    interface ChildInputs {
        /** Resources in an AWS account. */
        aws: AwsChildInputs;
    }
}
