// A thousand resources as large as real ones, without their provider: stand-ins of the types that the rules read most.
const pulumi = require("@pulumi/pulumi");

class StandIn extends pulumi.ComponentResource {
    constructor(type, name, props) {
        super(type, name, props);
        this.registerOutputs(props);
    }
}

const env = Array.from({ length: 10 }, (_, index) => ({ name: `SETTING_${index}`, value: `value ${index}` }));
const image = `registry.example.com/shop@sha256:${"a".repeat(64)}`;
const container = (index) => ({
    name: "app",
    image,
    command: ["node", "server.js"],
    env,
    ports: [{ name: "http", containerPort: 8080 }],
    resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "512Mi" } },
    readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
    livenessProbe: { httpGet: { path: "/healthz", port: "http" } },
    startupProbe: { httpGet: { path: "/healthz", port: "http" } },
    securityContext: { readOnlyRootFilesystem: true, runAsUser: 10_000 + index },
});
const labels = (index) => ({ app: `app-${index}`, commit: "3f1c0de", repository: "shop" });

const KINDS = [
    (index) => [
        "kubernetes:apps/v1:Deployment",
        {
            metadata: { name: `app-${index}`, labels: labels(index) },
            spec: {
                template: {
                    metadata: { labels: labels(index) },
                    spec: { terminationGracePeriodSeconds: 30, containers: [container(index)] },
                },
            },
        },
    ],
    (index) => [
        "kubernetes:core/v1:Service",
        { spec: { selector: { app: `app-${index}` }, ports: [{ port: 80, targetPort: "http" }] } },
    ],
    (index) => [
        "aws:ecs/taskDefinition:TaskDefinition",
        {
            family: `app-${index}`,
            networkMode: "awsvpc",
            cpu: "256",
            memory: "512",
            containerDefinitions: JSON.stringify([
                {
                    name: "app",
                    image,
                    environment: env,
                    stopTimeout: 30,
                    portMappings: [{ containerPort: 8080 }],
                    readonlyRootFilesystem: true,
                    cpu: 256,
                    memory: 512,
                    logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "shop" } },
                },
            ]),
            tags: labels(index),
        },
    ],
    (index) => [
        "aws:sqs/queue:Queue",
        {
            name: `queue-${index}`,
            redrivePolicy: JSON.stringify({ deadLetterTargetArn: "arn:aws:sqs:eu-west-1:1:dead", maxReceiveCount: 5 }),
        },
    ],
    (index) => [
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        { type: "ingress", protocol: "tcp", fromPort: 8080, toPort: 8080, cidrBlocks: [`10.0.${index % 250}.0/24`] },
    ],
];

const count = new pulumi.Config("bench").requireNumber("resources");
for (let index = 0; index < count; index++) {
    const [type, props] = KINDS[index % KINDS.length](index);
    new StandIn(type, `r${index}`, props);
}
