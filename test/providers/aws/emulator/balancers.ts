import {
    CreateListenerCommand,
    CreateLoadBalancerCommand,
    CreateRuleCommand,
    CreateTargetGroupCommand,
    DescribeListenersCommand,
    DescribeLoadBalancersCommand,
    DescribeRulesCommand,
    DescribeTargetGroupAttributesCommand,
    DescribeTargetGroupsCommand,
    ElasticLoadBalancingV2Client,
    ModifyLoadBalancerAttributesCommand,
    ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Emulated, type Endpoint, type Inputs, must, pascal, physicalName, tagList } from "./emulated.js";

/** Load balancers, what they listen to, and where they send it. */
export function balancers(at: Endpoint): Readonly<Record<string, Emulated>> {
    const elb = new ElasticLoadBalancingV2Client(at);
    return {
        "aws:lb/loadBalancer:LoadBalancer": {
            async create(inputs, name) {
                const { LoadBalancers } = await elb.send(
                    new CreateLoadBalancerCommand({
                        Name: physicalName(inputs, name),
                        Type: inputs.loadBalancerType,
                        Scheme: inputs.internal === true ? "internal" : "internet-facing",
                        Subnets: inputs.subnets,
                        SecurityGroups: inputs.securityGroups,
                        Tags: tagList(inputs.tags),
                    }),
                );
                const made = must(LoadBalancers?.[0], "LoadBalancer");
                const arn = must(made.LoadBalancerArn, "LoadBalancerArn");
                await elb.send(
                    new ModifyLoadBalancerAttributesCommand({
                        LoadBalancerArn: arn,
                        Attributes: [
                            { Key: "idle_timeout.timeout_seconds", Value: String(inputs.idleTimeout) },
                            {
                                Key: "routing.http.drop_invalid_header_fields.enabled",
                                Value: String(inputs.dropInvalidHeaderFields),
                            },
                        ],
                    }),
                );
                const arnSuffix = arn.replace(/^.*:loadbalancer\//, "");
                return { id: arn, arn, arnSuffix, dnsName: made.DNSName, zoneId: made.CanonicalHostedZoneId };
            },
            async read({ id }) {
                const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [id] }));
                const found = LoadBalancers?.[0];
                return {
                    internal: found?.Scheme === "internal",
                    loadBalancerType: found?.Type,
                    securityGroups: found?.SecurityGroups,
                    subnets: found?.AvailabilityZones?.map(({ SubnetId }) => SubnetId),
                };
            },
        },
        "aws:lb/targetGroup:TargetGroup": targetGroup(elb),
        "aws:lb/listener:Listener": {
            async create({ loadBalancerArn, port, protocol = "HTTP", sslPolicy, certificateArn, defaultActions }) {
                const { Listeners } = await elb.send(
                    new CreateListenerCommand({
                        LoadBalancerArn: loadBalancerArn,
                        Port: port,
                        Protocol: protocol,
                        SslPolicy: sslPolicy,
                        ...(certificateArn === undefined ? {} : { Certificates: [{ CertificateArn: certificateArn }] }),
                        DefaultActions: defaultActions.map(action),
                    }),
                );
                const arn = must(Listeners?.[0]?.ListenerArn, "ListenerArn");
                return { id: arn, arn };
            },
            async read({ id }) {
                const { Listeners } = await elb.send(new DescribeListenersCommand({ ListenerArns: [id] }));
                return { port: Listeners?.[0]?.Port, loadBalancerArn: Listeners?.[0]?.LoadBalancerArn };
            },
        },
        "aws:lb/listenerRule:ListenerRule": {
            async create({ listenerArn, priority, conditions, actions, tags }) {
                const { Rules } = await elb.send(
                    new CreateRuleCommand({
                        ListenerArn: listenerArn,
                        Priority: priority,
                        Conditions: conditions.map(condition),
                        Actions: actions.map(action),
                        Tags: tagList(tags),
                    }),
                );
                const arn = must(Rules?.[0]?.RuleArn, "RuleArn");
                return { id: arn, arn };
            },
            async read({ id }, { actions }) {
                const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [id] }));
                const found = must(Rules?.[0], "Rule");
                const forward = found.Actions?.[0]?.ForwardConfig?.TargetGroups;
                return {
                    priority: Number(found.Priority),
                    ...(actions[0]?.forward?.targetGroups === undefined
                        ? {}
                        : {
                              actions: [
                                  {
                                      forward: {
                                          targetGroups: forward?.map(({ TargetGroupArn, Weight }) => ({
                                              arn: TargetGroupArn,
                                              weight: Weight,
                                          })),
                                      },
                                  },
                              ],
                          }),
                };
            },
        },
    };
}

function targetGroup(elb: ElasticLoadBalancingV2Client): Emulated {
    return {
        async create(inputs, name) {
            const health = inputs.healthCheck ?? {};
            const { TargetGroups } = await elb.send(
                new CreateTargetGroupCommand({
                    Name: physicalName(inputs, name),
                    TargetType: inputs.targetType,
                    Port: inputs.port,
                    Protocol: inputs.protocol,
                    VpcId: inputs.vpcId,
                    HealthCheckPath: health.path,
                    HealthCheckIntervalSeconds: health.interval,
                    HealthCheckTimeoutSeconds: health.timeout,
                    HealthyThresholdCount: health.healthyThreshold,
                    UnhealthyThresholdCount: health.unhealthyThreshold,
                    Matcher: { HttpCode: health.matcher },
                    Tags: tagList(inputs.tags),
                }),
            );
            const arn = must(TargetGroups?.[0]?.TargetGroupArn, "TargetGroupArn");
            await elb.send(
                new ModifyTargetGroupAttributesCommand({
                    TargetGroupArn: arn,
                    Attributes: [
                        { Key: "deregistration_delay.timeout_seconds", Value: String(inputs.deregistrationDelay) },
                        { Key: "load_balancing.algorithm.type", Value: inputs.loadBalancingAlgorithmType },
                    ],
                }),
            );
            return { id: arn, arn, arnSuffix: arn.replace(/^.*:targetgroup\//, "targetgroup/") };
        },
        async read({ id }) {
            const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [id] }));
            const { Attributes } = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: id }));
            const found = must(TargetGroups?.[0], "TargetGroup");
            const attribute = (key: string) => Attributes?.find(({ Key }) => Key === key)?.Value;
            return {
                port: found.Port,
                protocol: found.Protocol,
                targetType: found.TargetType,
                vpcId: found.VpcId,
                deregistrationDelay: Number(attribute("deregistration_delay.timeout_seconds")),
                loadBalancingAlgorithmType: attribute("load_balancing.algorithm.type"),
                healthCheck: {
                    path: found.HealthCheckPath,
                    interval: found.HealthCheckIntervalSeconds,
                    timeout: found.HealthCheckTimeoutSeconds,
                    healthyThreshold: found.HealthyThresholdCount,
                    unhealthyThreshold: found.UnhealthyThresholdCount,
                    matcher: found.Matcher?.HttpCode,
                },
            };
        },
    };
}

/** `pathPattern: { values }` is a field with a config in the API. */
function condition(inputs: Inputs): object {
    const [kind = "", config] = Object.entries(inputs)[0] ?? [];
    return {
        Field: kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        [`${pascalName(kind)}Config`]: pascal(config),
    };
}

function action({ type, targetGroupArn, forward, redirect, fixedResponse }: Inputs) {
    return {
        Type: type,
        ...(targetGroupArn === undefined ? {} : { TargetGroupArn: targetGroupArn }),
        ...(redirect === undefined ? {} : { RedirectConfig: pascal(redirect) as { StatusCode: "HTTP_301" } }),
        ...(fixedResponse === undefined ? {} : { FixedResponseConfig: fixed(fixedResponse) }),
        ...(forward === undefined
            ? {}
            : {
                  ForwardConfig: {
                      TargetGroups: forward.targetGroups.map(({ arn, weight }: Inputs) => ({
                          TargetGroupArn: arn,
                          Weight: weight,
                      })),
                  },
              }),
    };
}

function fixed({ contentType, statusCode, messageBody }: Inputs) {
    return { ContentType: contentType, StatusCode: statusCode, MessageBody: messageBody };
}

function pascalName(name: string): string {
    return name.charAt(0).toUpperCase() + name.slice(1);
}
