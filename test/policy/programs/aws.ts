import { example, type PublicProgram, type PublicResource, resource, UNKNOWN } from "./program.js";

const open = (from: number, to: number) => [{ protocol: "tcp", fromPort: from, toPort: to, cidrBlocks: ["0.0.0.0/0"] }];
const anywhere = [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }];
const tasksRole = (name: string) =>
    resource("aws:iam/role:Role", name, {
        assumeRolePolicy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
                { Action: "sts:AssumeRole", Principal: { Service: "ecs-tasks.amazonaws.com" }, Effect: "Allow" },
            ],
        }),
    });
const executionPolicy = (name: string) =>
    resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", name, {
        role: UNKNOWN,
        policyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    });

function task(name: string, definitions: readonly object[] | typeof UNKNOWN): PublicResource {
    return resource("aws:ecs/taskDefinition:TaskDefinition", name, {
        family: `${name}-family`,
        cpu: "256",
        memory: "512",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        executionRoleArn: UNKNOWN,
        containerDefinitions: definitions === UNKNOWN ? UNKNOWN : JSON.stringify(definitions),
    });
}

function service(
    name: string,
    desiredCount: number,
    taskName: string,
    containerName: string,
    containerPort: number,
): PublicResource {
    const props = {
        cluster: UNKNOWN,
        desiredCount,
        launchType: "FARGATE",
        taskDefinition: UNKNOWN,
        networkConfiguration: { assignPublicIp: true, subnets: [UNKNOWN], securityGroups: [UNKNOWN] },
        loadBalancers: [{ targetGroupArn: UNKNOWN, containerName, containerPort }],
    };
    return resource("aws:ecs/service:Service", name, props, [taskName]);
}

const port = (number: number) => [{ containerPort: number, hostPort: number, protocol: "tcp" }];
const listener = (name: string, number: number, protocol: string) =>
    resource("aws:lb/listener:Listener", name, {
        loadBalancerArn: UNKNOWN,
        port: number,
        protocol,
        defaultActions: [{ type: "forward", targetGroupArn: UNKNOWN }],
    });

export const fargate: PublicProgram = {
    name: "fargate",
    source: example("aws-py-fargate"),
    resources: [
        resource("aws:ecs/cluster:Cluster", "cluster"),
        resource("aws:ec2/securityGroup:SecurityGroup", "web-secgrp", {
            vpcId: UNKNOWN,
            description: "Enable HTTP access",
            ingress: open(80, 80),
            egress: anywhere,
        }),
        resource("aws:lb/loadBalancer:LoadBalancer", "app-lb", { securityGroups: [UNKNOWN], subnets: [UNKNOWN] }),
        resource("aws:lb/targetGroup:TargetGroup", "app-tg", {
            port: 80,
            protocol: "HTTP",
            targetType: "ip",
            vpcId: UNKNOWN,
        }),
        listener("web", 80, "HTTP"),
        tasksRole("task-exec-role"),
        executionPolicy("task-exec-policy"),
        task("app-task", [{ name: "my-app", image: "nginx", portMappings: port(80) }]),
        service("app-svc", 3, "app-task", "my-app", 80),
    ],
};

export const wordpress: PublicProgram = {
    name: "wordpress",
    source: example("aws-py-wordpress-fargate-rds"),
    resources: [
        resource("aws:rds/subnetGroup:SubnetGroup", "wp-sng", { subnetIds: [UNKNOWN], tags: { Name: "wp-sng" } }),
        resource("aws:rds/instance:Instance", "wp-rds", {
            dbName: "lampdb",
            allocatedStorage: 20,
            engine: "mysql",
            engineVersion: "5.7",
            instanceClass: "db.t2.micro",
            storageType: "gp2",
            dbSubnetGroupName: UNKNOWN,
            username: "admin",
            password: UNKNOWN,
            vpcSecurityGroupIds: [UNKNOWN],
            skipFinalSnapshot: true,
            publiclyAccessible: false,
        }),
        resource("aws:ecs/cluster:Cluster", "wp-ecs"),
        resource("aws:lb/loadBalancer:LoadBalancer", "wp-alb", { securityGroups: [UNKNOWN], subnets: [UNKNOWN] }),
        resource("aws:lb/targetGroup:TargetGroup", "wp-app-tg", {
            port: 80,
            protocol: "HTTP",
            targetType: "ip",
            vpcId: UNKNOWN,
            healthCheck: { healthyThreshold: 2, interval: 5, timeout: 4, protocol: "HTTP", matcher: "200-399" },
        }),
        listener("wp-listener", 80, "HTTP"),
        tasksRole("wp-task-role"),
        executionPolicy("wp-task-policy"),
        // As it is after an update: in a preview the database's address is unknown, and with it the whole document.
        task("wp-app-task", [
            {
                name: "wp-app-container",
                image: "wordpress",
                portMappings: port(80),
                environment: [
                    { name: "WORDPRESS_DB_HOST", value: "wp-rds.abc123.eu-central-1.rds.amazonaws.com:3306" },
                    { name: "WORDPRESS_DB_NAME", value: "lampdb" },
                    { name: "WORDPRESS_DB_USER", value: "admin" },
                    { name: "WORDPRESS_DB_PASSWORD", value: "kUo83hUWsXc2" },
                ],
            },
        ]),
        service("wp-app-svc", 1, "wp-app-task", "wp-app-container", 80),
    ],
};

const balancer = (name: string) =>
    resource("aws:lb/loadBalancer:LoadBalancer", name, {
        loadBalancerType: "network",
        internal: false,
        securityGroups: [],
        subnets: [UNKNOWN],
    });
const tcp = (name: string, number: number) =>
    resource("aws:lb/targetGroup:TargetGroup", name, {
        port: number,
        protocol: "TCP",
        targetType: "ip",
        stickiness: { enabled: false, type: "lb_cookie" },
        vpcId: UNKNOWN,
    });

export const voting: PublicProgram = {
    name: "voting",
    source: example("aws-py-voting-app"),
    resources: [
        resource("aws:ecs/cluster:Cluster", "app-cluster"),
        resource("aws:ec2/vpc:Vpc", "app-vpc", { cidrBlock: "172.31.0.0/16", enableDnsHostnames: true }),
        resource("aws:ec2/subnet:Subnet", "app-vpc-subnet", { cidrBlock: "172.31.32.0/20", vpcId: UNKNOWN }),
        resource("aws:ec2/internetGateway:InternetGateway", "app-gateway", { vpcId: UNKNOWN }),
        resource("aws:ec2/securityGroup:SecurityGroup", "security-group", {
            vpcId: UNKNOWN,
            description: "Enables HTTP access",
            ingress: open(0, 65535),
            egress: anywhere,
        }),
        tasksRole("app-exec-role"),
        executionPolicy("app-exec-policy"),
        tasksRole("app-task-role"),
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "app-access-policy", {
            role: UNKNOWN,
            policyArn: "arn:aws:iam::aws:policy/AmazonECS_FullAccess",
        }),
        resource("aws:ecr/repository:Repository", "app-ecr-repo", { imageTagMutability: "MUTABLE" }),
        resource("aws:ecr/lifecyclePolicy:LifecyclePolicy", "app-lifecycle-policy", { repository: UNKNOWN }),
        tcp("redis-targetgroup", 6379),
        balancer("redis-balancer"),
        listener("redis-listener", 6379, "TCP"),
        task("redis-task-definition", [
            {
                name: "redis-container",
                image: "redis:alpine",
                memory: 512,
                essential: true,
                portMappings: port(6379),
                command: ["redis-server", "--requirepass", "votes-2026"],
            },
        ]),
        service("redis-service", 1, "redis-task-definition", "redis-container", 6379),
        tcp("flask-targetgroup", 80),
        balancer("flask-balancer"),
        listener("flask-listener", 80, "TCP"),
        // The image and the address of the balancer are unknown, so the document is.
        task("flask-task-definition", UNKNOWN),
        service("flask-service", 1, "flask-task-definition", "flask-container", 80),
    ],
};

export const thumbnailer: PublicProgram = {
    name: "thumbnailer",
    source: example("aws-ts-lambda-thumbnailer"),
    resources: [
        resource("aws:s3/bucket:Bucket", "bucket"),
        resource("aws:iam/role:Role", "thumbnailerRole", {
            assumeRolePolicy: JSON.stringify({
                Version: "2012-10-17",
                Statement: [
                    { Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" }, Effect: "Allow" },
                ],
            }),
        }),
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "lambdaFullAccess", {
            role: UNKNOWN,
            policyArn: "arn:aws:iam::aws:policy/AWSLambda_FullAccess",
        }),
        resource("aws:lambda/function:Function", "thumbnailer", {
            packageType: "Image",
            imageUri: UNKNOWN,
            role: UNKNOWN,
            timeout: 900,
        }),
        resource("aws:lambda/function:Function", "onNewThumbnail", {
            runtime: "nodejs8.10",
            handler: "__index.handler",
            role: UNKNOWN,
            timeout: 180,
            memorySize: 128,
        }),
    ],
};
