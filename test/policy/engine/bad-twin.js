// A shop that does everything wrong. The types of clouds are stand-ins: the engine registers them without their provider.
const pulumi = require("@pulumi/pulumi");
const { App, Database, LogSink } = require("twelvefold");

class StandIn extends pulumi.ComponentResource {
    constructor(type, name, props, opts) {
        super(type, name, props, opts);
        this.registerOutputs(props);
    }
}
const make = (type, name, props, opts) => new StandIn(type, name, props, opts);
const deployment = (name, spec, pod, labels = { app: name }) =>
    make("kubernetes:apps/v1:Deployment", name, {
        metadata: { name, ...(spec.annotations ? { annotations: spec.annotations } : {}) },
        spec: { ...spec.spec, template: { metadata: { labels }, spec: pod } },
    });

// ---- Twelvefold's own components ----
const logs = new LogSink("logs", { retentionDays: 7 });
new Database("db", { version: "17", deletionProtection: false });
new App("web", {
    build: { context: "./service" },
    process: "web",
    command: ["sh", "-c", "npm install && node server.js"],
    port: 8080,
    replicas: 1,
    environment: {
        ORDERS_URL: "postgresql://shop:hunter2@localhost:5432/orders",
        CACHE: "sqlite:///data/cache.db",
        LOG_FILE: "/srv/web.log",
        SETTINGS: "config/settings.production.yaml",
    },
    health: { readinessPath: "/health", livenessPath: "/health" },
    logs,
});

// ---- Kubernetes ----
const source = (repository) => ({ annotations: { "org.opencontainers.image.source": repository } });
deployment(
    "shop",
    {
        ...source("https://git.example.com/shop"),
        spec: { replicas: 3, strategy: { type: "Recreate" }, revisionHistoryLimit: 0 },
    },
    {
        containers: [
            {
                name: "app",
                image: "acme/shop-staging:latest",
                command: [
                    "sh",
                    "-c",
                    "pip install -r requirements.txt; pm2-runtime start & node server.js --password=hunter2-and-more",
                ],
                env: [
                    { name: "API_TOKEN", value: "hunter2-and-more" },
                    { name: "API_TOKEN", value: "hunter3-and-more" },
                ],
                ports: [
                    { name: "http", containerPort: 80, hostPort: 80 },
                    { containerPort: 81 },
                    { containerPort: 22 },
                ],
                volumeMounts: [{ name: "host", mountPath: "/var/log/shop" }],
            },
            { name: "db", image: "postgres:17" },
        ],
        volumes: [
            { name: "host", hostPath: { path: "/srv" } },
            { name: "disk", persistentVolumeClaim: { claimName: "shop" } },
        ],
    },
);
deployment(
    "fork",
    { ...source("https://git.example.com/fork"), spec: {} },
    {
        containers: [
            {
                name: "app",
                image: "acme/shop-staging:1.0.0",
                env: [{ name: "GREETING", value: "hello" }],
                livenessProbe: { httpGet: { path: "/health" } },
                readinessProbe: { httpGet: { path: "/health" } },
            },
        ],
    },
);
make("kubernetes:core/v1:Service", "shop-service", {
    spec: {
        type: "LoadBalancer",
        sessionAffinity: "ClientIP",
        selector: { app: "shop" },
        ports: [{ port: 5432, targetPort: 9999 }],
    },
});
make("kubernetes:core/v1:Service", "fork-service", {
    spec: { type: "NodePort", selector: { app: "fork" }, ports: [{ port: 80 }] },
});
make("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "shop-scale", {
    spec: { scaleTargetRef: { kind: "Deployment", name: "shop" }, minReplicas: 1, maxReplicas: 4 },
});
make("kubernetes:core/v1:ConfigMap", "settings", { data: { API_TOKEN: "hunter2-and-more" } });
make("kubernetes:networking.k8s.io/v1:Ingress", "door", { spec: { rules: [] } });
make("kubernetes:batch/v1:Job", "migrate", {
    spec: {
        template: {
            spec: {
                containers: [
                    {
                        name: "app",
                        image: "acme/shop-staging:2.0.0",
                        env: [{ name: "API_TOKEN", value: "hunter4-and-more" }],
                    },
                ],
            },
        },
    },
});
make("kubernetes:batch/v1:CronJob", "report", {
    spec: { successfulJobsHistoryLimit: 500, jobTemplate: { spec: { template: { spec: {} } } } },
});

// ---- AWS ----
const address = "db.abc.eu-west-1.rds.amazonaws.com";
make("aws:rds/instance:Instance", "orders", {
    address,
    publiclyAccessible: true,
    engine: "postgres",
    engineVersion: "16.4",
});
make("aws:ec2/securityGroup:SecurityGroup", "open", {
    ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["0.0.0.0/0"] }],
});
make("aws:ecr/repository:Repository", "images", { imageTagMutability: "MUTABLE" });
make("aws:lambda/function:Function", "resize", { name: "resize", runtime: "nodejs12.x" });
make("aws:cloudwatch/logGroup:LogGroup", "lines", { name: "shop" });
make("aws:ecs/taskDefinition:TaskDefinition", "task", {
    containerDefinitions: JSON.stringify([
        {
            name: "app",
            image: "acme/mailer:1.0.0",
            environment: [{ name: "ORDERS_HOST", value: address }],
            secrets: [{ name: "KEY", valueFrom: "hunter2, and more" }],
            logConfiguration: { logDriver: "awslogs", options: { "awslogs-create-group": "true" } },
        },
        { name: "side", image: "acme/side:1.0.0" },
    ]),
});
make("aws:ecs/service:Service", "service", { name: "service", desiredCount: 1, enableExecuteCommand: true });
make("aws:lb/targetGroup:TargetGroup", "targets", { protocol: "HTTP", deregistrationDelay: 300 });
make("aws:sqs/queue:Queue", "mail", {});

// ---- Azure, and an image that the update builds ----
make("azure-native:dbforpostgresql:Server", "flexible", {});
make("azure-native:containerregistry:Registry", "registry", { adminUserEnabled: true });
make("docker:index/image:Image", "image", { imageName: "acme/shop" });
