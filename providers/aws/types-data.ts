import type { PolicyArgs, ScheduledActionArgs, TargetArgs } from "@pulumi/aws/appautoscaling";
import type {
    LogGroupArgs,
    LogMetricFilterArgs,
    LogSubscriptionFilterArgs,
    MetricAlarmArgs,
    QueryDefinitionArgs,
} from "@pulumi/aws/cloudwatch";
import type { SecurityGroupArgs } from "@pulumi/aws/ec2";
import type { RoleArgs, RolePolicyArgs, RolePolicyAttachmentArgs } from "@pulumi/aws/iam";
import type { FirehoseDeliveryStreamArgs } from "@pulumi/aws/kinesis";
import type { InstanceArgs, ParameterGroupArgs, SubnetGroupArgs } from "@pulumi/aws/rds";
import type {
    BucketArgs,
    BucketLifecycleConfigurationArgs,
    BucketPublicAccessBlockArgs,
    BucketServerSideEncryptionConfigurationArgs,
} from "@pulumi/aws/s3";
import type { ScheduleArgs } from "@pulumi/aws/scheduler";
import type { SecretArgs, SecretVersionArgs } from "@pulumi/aws/secretsmanager";
import type { StateMachineArgs } from "@pulumi/aws/sfn";
import type { TopicArgs, TopicSubscriptionArgs } from "@pulumi/aws/sns";
import type { QueueArgs, QueuePolicyArgs, RedriveAllowPolicyArgs } from "@pulumi/aws/sqs";
import type { RandomIdArgs, RandomPasswordArgs } from "@pulumi/random";

/** Inputs of the children of LogSink, Database, Queue and Job, by kind and key. */
export interface DataChildInputs {
    LogSink: {
        group: LogGroupArgs;
        query: QueryDefinitionArgs;
        metric: LogMetricFilterArgs;
        alarm: MetricAlarmArgs;
        topic: TopicArgs;
        subscription: TopicSubscriptionArgs;
        archive: BucketArgs;
        "archive-private": BucketPublicAccessBlockArgs;
        "archive-encryption": BucketServerSideEncryptionConfigurationArgs;
        "archive-lifecycle": BucketLifecycleConfigurationArgs;
        "archive-stream": FirehoseDeliveryStreamArgs;
        "archive-writer-role": RoleArgs;
        "archive-writer-policy": RolePolicyArgs;
        "archive-filter": LogSubscriptionFilterArgs;
        "archive-sender-role": RoleArgs;
        "archive-sender-policy": RolePolicyArgs;
    };
    Database: {
        id: RandomIdArgs;
        password: RandomPasswordArgs;
        sg: SecurityGroupArgs;
        subnets: SubnetGroupArgs;
        parameters: ParameterGroupArgs;
        log: LogGroupArgs;
        monitoring: RoleArgs;
        "monitoring-policy": RolePolicyAttachmentArgs;
        instance: InstanceArgs;
        url: SecretArgs;
        "url-version": SecretVersionArgs;
    };
    Queue: {
        queue: QueueArgs;
        dead: QueueArgs;
        redrive: RedriveAllowPolicyArgs;
        policy: QueuePolicyArgs;
        "dead-policy": QueuePolicyArgs;
    };
    Job: {
        machine: StateMachineArgs;
        "machine-role": RoleArgs;
        "machine-policy": RolePolicyArgs;
        schedule: ScheduleArgs;
        "schedule-role": RoleArgs;
        "schedule-policy": RolePolicyArgs;
    };
}

/** Inputs of the children that scaling adds to an App. */
export interface ScaleChildInputs {
    scale: TargetArgs;
    cpu: PolicyArgs;
    memory: PolicyArgs;
    requests: PolicyArgs;
    backlog: PolicyArgs;
    schedule: ScheduledActionArgs;
}
