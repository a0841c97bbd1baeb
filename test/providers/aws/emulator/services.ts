import {
    ApplicationAutoScalingClient,
    DescribeScalableTargetsCommand,
    DescribeScalingPoliciesCommand,
    DescribeScheduledActionsCommand,
    PutScalingPolicyCommand,
    PutScheduledActionCommand,
    RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
    CreateClusterCommand,
    CreateServiceCommand,
    DescribeClustersCommand,
    DescribeServicesCommand,
    DescribeTaskDefinitionCommand,
    ECSClient,
    PutClusterCapacityProvidersCommand,
    RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { type Emulated, type Endpoint, type Inputs, must, pascal, physicalName } from "./emulated.js";

/** ECS. Its API has the names of the inputs. */
export function services(at: Endpoint): Readonly<Record<string, Emulated>> {
    const ecs = new ECSClient(at);
    return {
        "aws:ecs/cluster:Cluster": {
            async create(inputs, name) {
                const clusterName = physicalName(inputs, name);
                const { cluster } = await ecs.send(
                    new CreateClusterCommand({ clusterName, settings: inputs.settings }),
                );
                const arn = must(cluster?.clusterArn, "clusterArn");
                return { id: arn, arn, name: clusterName };
            },
            async read({ id }) {
                const { clusters } = await ecs.send(
                    new DescribeClustersCommand({ clusters: [id], include: ["SETTINGS"] }),
                );
                return { settings: clusters?.[0]?.settings };
            },
        },
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
            async create({ clusterName, capacityProviders, defaultCapacityProviderStrategies = [] }) {
                await ecs.send(
                    new PutClusterCapacityProvidersCommand({
                        cluster: clusterName,
                        capacityProviders,
                        defaultCapacityProviderStrategy: defaultCapacityProviderStrategies,
                    }),
                );
                return { id: clusterName };
            },
            async read({ id }) {
                const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: [id] }));
                return { capacityProviders: clusters?.[0]?.capacityProviders };
            },
        },
        "aws:ecs/taskDefinition:TaskDefinition": {
            async create(inputs) {
                const { containerDefinitions, skipDestroy: _, tags: _tags, ...rest } = inputs;
                const { taskDefinition } = await ecs.send(
                    new RegisterTaskDefinitionCommand({
                        ...(rest as { family: string }),
                        containerDefinitions: JSON.parse(containerDefinitions),
                    }),
                );
                const arn = must(taskDefinition?.taskDefinitionArn, "taskDefinitionArn");
                return { id: inputs.family, arn, arnWithoutRevision: arn.replace(/:\d+$/, ""), revision: 1 };
            },
            async read({ arn }) {
                const { taskDefinition } = await ecs.send(
                    new DescribeTaskDefinitionCommand({ taskDefinition: String(arn) }),
                );
                const found = must(taskDefinition, "taskDefinition");
                return {
                    family: found.family,
                    cpu: found.cpu,
                    memory: found.memory,
                    networkMode: found.networkMode,
                    requiresCompatibilities: found.requiresCompatibilities,
                    executionRoleArn: found.executionRoleArn,
                    taskRoleArn: found.taskRoleArn,
                };
            },
        },
        "aws:ecs/service:Service": {
            async create(inputs, name) {
                const serviceName = physicalName(inputs, name);
                const { service } = await ecs.send(new CreateServiceCommand(serviceInputs(inputs, serviceName)));
                const arn = must(service?.serviceArn, "serviceArn");
                return { id: arn, arn, name: serviceName };
            },
            async read({ id }, inputs) {
                const { services } = await ecs.send(
                    new DescribeServicesCommand({ cluster: inputs.cluster, services: [id] }),
                );
                const found = must(services?.[0], "service");
                const { subnets, securityGroups } = found.networkConfiguration?.awsvpcConfiguration ?? {};
                return {
                    taskDefinition: found.taskDefinition,
                    desiredCount: found.desiredCount,
                    networkConfiguration: { subnets, securityGroups },
                    ...(inputs.loadBalancers === undefined
                        ? {}
                        : {
                              loadBalancers: found.loadBalancers?.map(
                                  ({ targetGroupArn, containerName, containerPort }) => ({
                                      targetGroupArn,
                                      containerName,
                                      containerPort,
                                  }),
                              ),
                          }),
                };
            },
        },
    };
}

/** What is the provider's own, or has another name in the API. */
function serviceInputs(inputs: Inputs, serviceName: string): ConstructorParameters<typeof CreateServiceCommand>[0] {
    const {
        networkConfiguration,
        capacityProviderStrategies,
        deploymentMinimumHealthyPercent,
        deploymentMaximumPercent,
        deploymentCircuitBreaker,
        deploymentConfiguration,
        enableEcsManagedTags,
        waitForSteadyState: _wait,
        forceNewDeployment: _force,
        alarms: _alarms,
        tags: _tags,
        ...rest
    } = inputs;
    return {
        ...rest,
        serviceName,
        enableECSManagedTags: enableEcsManagedTags,
        capacityProviderStrategy: capacityProviderStrategies,
        networkConfiguration: {
            awsvpcConfiguration: {
                ...networkConfiguration,
                assignPublicIp: networkConfiguration.assignPublicIp === true ? "ENABLED" : "DISABLED",
            },
        },
        deploymentConfiguration: {
            ...deploymentConfiguration,
            minimumHealthyPercent: deploymentMinimumHealthyPercent,
            maximumPercent: deploymentMaximumPercent,
            deploymentCircuitBreaker,
        },
    } as ConstructorParameters<typeof CreateServiceCommand>[0];
}

/** Application Auto Scaling. */
export function scaling(at: Endpoint): Readonly<Record<string, Emulated>> {
    const client = new ApplicationAutoScalingClient(at);
    const ecs = { ServiceNamespace: "ecs" } as const;
    return {
        "aws:appautoscaling/target:Target": {
            async create({ tags: _, ...inputs }) {
                await client.send(new RegisterScalableTargetCommand(pascal(inputs) as never));
                return { id: inputs.resourceId };
            },
            async read({ id }) {
                const { ScalableTargets } = await client.send(
                    new DescribeScalableTargetsCommand({ ...ecs, ResourceIds: [id] }),
                );
                const found = ScalableTargets?.[0];
                return { minCapacity: found?.MinCapacity, maxCapacity: found?.MaxCapacity };
            },
        },
        "aws:appautoscaling/policy:Policy": {
            async create(inputs, name) {
                const PolicyName = physicalName(inputs, name);
                await client.send(new PutScalingPolicyCommand({ ...(pascal(inputs) as object), PolicyName } as never));
                return { id: PolicyName, name: PolicyName };
            },
            async read({ id }) {
                const { ScalingPolicies } = await client.send(
                    new DescribeScalingPoliciesCommand({ ...ecs, PolicyNames: [id] }),
                );
                // moto does not choose by name.
                const found = ScalingPolicies?.find(({ PolicyName }) => PolicyName === id);
                const tracking = found?.TargetTrackingScalingPolicyConfiguration;
                return {
                    policyType: found?.PolicyType,
                    resourceId: found?.ResourceId,
                    targetTrackingScalingPolicyConfiguration: {
                        targetValue: tracking?.TargetValue,
                        scaleInCooldown: tracking?.ScaleInCooldown,
                        scaleOutCooldown: tracking?.ScaleOutCooldown,
                    },
                };
            },
        },
        "aws:appautoscaling/scheduledAction:ScheduledAction": {
            async create(inputs, name) {
                const ScheduledActionName = physicalName(inputs, name);
                await client.send(
                    new PutScheduledActionCommand({ ...(pascal(inputs) as object), ScheduledActionName } as never),
                );
                return { id: ScheduledActionName };
            },
            async read({ id }) {
                const { ScheduledActions } = await client.send(
                    new DescribeScheduledActionsCommand({ ...ecs, ScheduledActionNames: [id] }),
                );
                return { schedule: ScheduledActions?.[0]?.Schedule, timezone: ScheduledActions?.[0]?.Timezone };
            },
        },
    };
}
