/**
 * What a hand-written program for the core example would make (development, no domain), part by part, as the design
 * counts it: type and number. Where the library makes something else, the difference is named.
 */
export const BY_HAND = {
    "aws:ec2/vpc:Vpc": 1,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
    "aws:ec2/internetGateway:InternetGateway": 1,
    "aws:ec2/subnet:Subnet": 4,
    "aws:ec2/eip:Eip": 1,
    "aws:ec2/natGateway:NatGateway": 1,
    "aws:ec2/routeTable:RouteTable": 2,
    "aws:ec2/route:Route": 2,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": 4,
    "aws:ec2/vpcEndpoint:VpcEndpoint": 1,
    "aws:ecs/cluster:Cluster": 1,
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": 1,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
    "aws:ecr/repository:Repository": 1,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": 1,
    "docker:index/image:Image": 1,
    // logs, and two of the database's
    "aws:cloudwatch/logGroup:LogGroup": 3,
    "aws:cloudwatch/queryDefinition:QueryDefinition": 2,
    "random:index/randomId:RandomId": 1,
    "random:index/randomPassword:RandomPassword": 1,
    // db, front, web, mailer
    "aws:ec2/securityGroup:SecurityGroup": 4,
    "aws:rds/subnetGroup:SubnetGroup": 1,
    "aws:rds/parameterGroup:ParameterGroup": 1,
    "aws:rds/instance:Instance": 1,
    "aws:secretsmanager/secret:Secret": 2,
    "aws:secretsmanager/secretVersion:SecretVersion": 2,
    "aws:sqs/queue:Queue": 2,
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": 1,
    "aws:sqs/queuePolicy:QueuePolicy": 2,
    // front from the internet, web from front, db from web
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 3,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 3,
    "aws:lb/loadBalancer:LoadBalancer": 1,
    "aws:lb/listener:Listener": 1,
    "aws:lb/listenerRule:ListenerRule": 1,
    "aws:lb/targetGroup:TargetGroup": 2,
    // infrastructure of ECS; execution and task of web and mailer; machine and schedule of report
    "aws:iam/role:Role": 7,
    "aws:iam/rolePolicy:RolePolicy": 6,
    "aws:ecs/taskDefinition:TaskDefinition": 2,
    "aws:ecs/service:Service": 2,
    // A canary that does not start, and one that answers errors: it goes back by default, so by hand too.
    "aws:cloudwatch/metricAlarm:MetricAlarm": 2,
    "aws:appautoscaling/target:Target": 1,
    "aws:appautoscaling/policy:Policy": 1,
    // A schedule alone has no timeout and starts a second run beside the first, so somebody who wants what the component
    // gives writes the state machine too.
    "aws:sfn/stateMachine:StateMachine": 1,
    "aws:scheduler/schedule:Schedule": 1,
    // The migration: a command of one's own, or a run as here.
    "pulumi-nodejs:dynamic/twelvefold:EcsRun": 1,
};

/** What the library makes beyond that, and for what. */
export const MORE = {
    "pulumi-nodejs:dynamic/twelvefold:EcsServing": [2, "an update fails when ECS has rolled it back; one for each app"],
};
