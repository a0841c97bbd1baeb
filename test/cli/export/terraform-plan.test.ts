import { describe, expect, test } from "vitest";
import type { ExportedResource } from "#dist/cli/export/format.js";
import { terraformPlan } from "#dist/cli/export/formats/terraform-plan/index.js";
import { blockName, snakeCase, terraformName, terraformType } from "#dist/cli/export/formats/terraform-plan/names.js";

const PROGRAM = { project: "shop", stack: "prod" };

function resource(
    type: string,
    name: string,
    inputs: Readonly<Record<string, unknown>>,
    dependencies: readonly ExportedResource[] = [],
): ExportedResource {
    const urn = `urn:pulumi:prod::shop::${type}::${name}`;
    return { type, name, urn, inputs, secretInputs: [], dependencies: dependencies.map((other) => other.urn) };
}

interface PlanResource {
    readonly address: string;
    readonly values?: unknown;
    readonly expressions?: unknown;
    readonly depends_on?: unknown;
}

interface Plan {
    readonly format_version: string;
    readonly planned_values: { readonly root_module: { readonly resources: readonly PlanResource[] } };
    readonly configuration: { readonly root_module: { readonly resources: readonly PlanResource[] } };
    readonly resource_changes: readonly { readonly address: string; readonly change: unknown }[];
}

function printed(...resources: readonly ExportedResource[]): Plan {
    return JSON.parse(terraformPlan.print(resources, PROGRAM));
}

function values(one: ExportedResource, ...others: readonly ExportedResource[]): unknown {
    return printed(one, ...others).planned_values.root_module.resources[0]?.values;
}

function configured(one: ExportedResource, ...others: readonly ExportedResource[]): PlanResource | undefined {
    return printed(one, ...others).configuration.root_module.resources[0];
}

describe("types", () => {
    test.each([
        ["aws:acm/certificateValidation:CertificateValidation", "aws_acm_certificate_validation"],
        ["aws:appautoscaling/scheduledAction:ScheduledAction", "aws_appautoscaling_scheduled_action"],
        ["aws:cloudwatch/logGroup:LogGroup", "aws_cloudwatch_log_group"],
        ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws_cloudwatch_metric_alarm"],
        ["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws_default_security_group"],
        ["aws:ec2/routeTableAssociation:RouteTableAssociation", "aws_route_table_association"],
        ["aws:ec2/securityGroup:SecurityGroup", "aws_security_group"],
        ["aws:ec2/vpc:Vpc", "aws_vpc"],
        ["aws:ecr/lifecyclePolicy:LifecyclePolicy", "aws_ecr_lifecycle_policy"],
        ["aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "aws_ecs_cluster_capacity_providers"],
        ["aws:ecs/taskDefinition:TaskDefinition", "aws_ecs_task_definition"],
        ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws_iam_role_policy_attachment"],
        ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "aws_kinesis_firehose_delivery_stream"],
        ["aws:lb/listenerRule:ListenerRule", "aws_lb_listener_rule"],
        ["aws:lb/loadBalancer:LoadBalancer", "aws_lb"],
        ["aws:rds/instance:Instance", "aws_db_instance"],
        ["aws:rds/parameterGroup:ParameterGroup", "aws_db_parameter_group"],
        ["aws:route53/record:Record", "aws_route53_record"],
        ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "aws_s3_bucket_public_access_block"],
        ["aws:s3/bucketV2:BucketV2", "aws_s3_bucket"],
        ["aws:scheduler/schedule:Schedule", "aws_scheduler_schedule"],
        ["aws:secretsmanager/secretVersion:SecretVersion", "aws_secretsmanager_secret_version"],
        ["aws:servicediscovery/httpNamespace:HttpNamespace", "aws_service_discovery_http_namespace"],
        ["aws:sfn/stateMachine:StateMachine", "aws_sfn_state_machine"],
        ["aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "aws_sqs_queue_redrive_allow_policy"],
        ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws_vpc_security_group_ingress_rule"],
        ["aws:wafv2/webAclAssociation:WebAclAssociation", "aws_wafv2_web_acl_association"],
    ])("%s is %s", (token, type) => {
        expect(terraformType(token)).toBe(type);
    });
});

describe("names", () => {
    test("inputs", () => {
        expect(["cidrIpv4", "kmsKeyId", "enableDnsSupport"].map(snakeCase)).toEqual([
            "cidr_ipv4",
            "kms_key_id",
            "enable_dns_support",
        ]);
    });

    test("blocks that Pulumi names in the plural", () => {
        const names = [
            "conditions",
            "aliases",
            "latency_routing_policies",
            "settings",
            "statuses",
            "metrics",
            "access",
        ];
        expect(names.map(blockName)).toEqual([
            "condition",
            "alias",
            "latency_routing_policy",
            "setting",
            "status",
            "metrics",
            "access",
        ]);
    });

    test("resources", () => {
        expect(["web-service", "platform-build-./app", "1st"].map(terraformName)).toEqual([
            "web-service",
            "platform-build-_app",
            "_1st",
        ]);
    });
});

describe("values", () => {
    test("objects are blocks, in lists, and maps stay maps", () => {
        const service = resource("aws:ecs/service:Service", "web-service", {
            desiredCount: 2,
            enableExecuteCommand: false,
            networkConfiguration: { assignPublicIp: false, subnets: ["subnet-1"] },
            loadBalancers: [{ containerName: "app", containerPort: 8080 }],
            tags: { "twelvefold:component": "web" },
            iamRole: null,
        });
        expect(values(service)).toEqual({
            desired_count: 2,
            enable_execute_command: false,
            network_configuration: [{ assign_public_ip: false, subnets: ["subnet-1"] }],
            load_balancer: [{ container_name: "app", container_port: 8080 }],
            tags: { "twelvefold:component": "web" },
        });
    });

    test("the plan says them three times, as Terraform does", () => {
        const plan = printed(resource("aws:sqs/queue:Queue", "mail-queue", { delaySeconds: 5 }));
        const address = "aws_sqs_queue.mail-queue";
        expect(plan.planned_values.root_module.resources).toMatchObject([{ address, values: { delay_seconds: 5 } }]);
        expect(plan.resource_changes).toMatchObject([
            { address, change: { actions: ["create"], before: null, after: { delay_seconds: 5 } } },
        ]);
        expect(plan.configuration.root_module.resources).toMatchObject([{ address, expressions: {} }]);
    });
});

describe("references", () => {
    const group = resource("aws:ec2/securityGroup:SecurityGroup", "web-sg", {});
    const other = resource("aws:ec2/securityGroup:SecurityGroup", "web-sg-other", {});
    const queue = resource("aws:sqs/queue:Queue", "mail-queue", {});

    test("what is wholly another resource's is unknown, and the configuration names it", () => {
        const service = resource(
            "aws:ecs/service:Service",
            "web-service",
            { networkConfiguration: { securityGroups: ["web-sg-id"], subnets: ["subnet-1"] } },
            [group, other],
        );
        expect(values(service, group, other)).toEqual({ network_configuration: [{ subnets: ["subnet-1"] }] });
        expect(configured(service, group, other)).toMatchObject({
            expressions: {
                network_configuration: [
                    { security_groups: { references: ["aws_security_group.web-sg.id", "aws_security_group.web-sg"] } },
                ],
            },
            depends_on: ["aws_security_group.web-sg", "aws_security_group.web-sg-other"],
        });
    });

    test("the longest name counts, and part of a name does not", () => {
        const rule = resource(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "rule",
            { securityGroupId: "web-sg-other-id", description: "myweb-sgx" },
            [group, other],
        );
        expect(configured(rule, group, other)?.expressions).toEqual({
            security_group_id: {
                references: ["aws_security_group.web-sg-other.id", "aws_security_group.web-sg-other"],
            },
        });
    });

    test("a document with an ARN in it stays", () => {
        const policy = JSON.stringify({ Resource: "arn:aws:sqs:eu-central-1:123456789012:mail-queue-0123456" });
        const one = resource("aws:sqs/queuePolicy:QueuePolicy", "mail-policy", { policy }, [queue]);
        expect(values(one, queue)).toEqual({ policy });
        expect(configured(one, queue)?.expressions).toEqual({
            policy: { references: ["aws_sqs_queue.mail-queue.id", "aws_sqs_queue.mail-queue"] },
        });
    });
});

test("other providers' resources and components are left out; without any of AWS it says what to set", () => {
    const component = resource("twelvefold:index:Queue", "mail", { target: "local" });
    const password = resource("random:index/randomPassword:RandomPassword", "db-password", {});
    const queue = resource("aws:sqs/queue:Queue", "mail-queue", {}, [password]);
    expect(printed(component, password, queue).planned_values.root_module.resources).toHaveLength(1);
    expect(() => terraformPlan.print([component], PROGRAM)).toThrow(
        "The format terraform-plan prints what the target aws makes, and shop/prod has the target local. " +
            "Set it with: pulumi config set twelvefold:target aws --stack prod; or add: --config twelvefold:target=aws",
    );
});
