import { example, type PublicProgram, type PublicResource, resource, UNKNOWN } from "./program.js";

interface Container {
    readonly name: string;
    readonly image: string;
    readonly [field: string]: unknown;
}

function deployment(name: string, container: Container, more: Record<string, unknown> = {}): PublicResource {
    const { replicas, ...pod } = more;
    return resource("kubernetes:apps/v1:Deployment", name, {
        apiVersion: "apps/v1",
        kind: "Deployment",
        spec: {
            ...(replicas !== undefined && { replicas }),
            selector: { matchLabels: { app: name } },
            template: { metadata: { labels: { app: name } }, spec: { containers: [container], ...pod } },
        },
    });
}

function service(name: string, spec: Record<string, unknown>): PublicResource {
    return resource("kubernetes:core/v1:Service", name, {
        apiVersion: "v1",
        kind: "Service",
        spec: { selector: { app: name }, ...spec },
    });
}

const requests = { requests: { cpu: "100m", memory: "100Mi" } };

export const guestbook: PublicProgram = {
    name: "guestbook",
    source: example("kubernetes-ts-guestbook/simple"),
    resources: [
        deployment("redis-master", {
            name: "master",
            image: "k8s.gcr.io/redis:e2e",
            resources: requests,
            ports: [{ containerPort: 6379 }],
        }),
        service("redis-master", { ports: [{ port: 6379, targetPort: 6379 }] }),
        deployment("redis-slave", {
            name: "slave",
            image: "gcr.io/google_samples/gb-redisslave:v1",
            resources: requests,
            env: [{ name: "GET_HOSTS_FROM", value: "dns" }],
            ports: [{ containerPort: 6379 }],
        }),
        service("redis-slave", { ports: [{ port: 6379, targetPort: 6379 }] }),
        deployment(
            "frontend",
            {
                name: "php-redis",
                image: "gcr.io/google-samples/gb-frontend:v4",
                resources: requests,
                env: [{ name: "GET_HOSTS_FROM", value: "dns" }],
                ports: [{ containerPort: 80 }],
            },
            { replicas: 3 },
        ),
        service("frontend", { type: "LoadBalancer", ports: [{ port: 80 }] }),
    ],
};

export const nginx: PublicProgram = {
    name: "nginx",
    source: example("kubernetes-ts-nginx"),
    resources: [
        deployment("nginx", { name: "nginx", image: "nginx:1.7.9", ports: [{ containerPort: 80 }] }, { replicas: 2 }),
    ],
};

export const configMapRollout: PublicProgram = {
    name: "config-map-rollout",
    source: example("kubernetes-ts-configmap-rollout"),
    resources: [
        resource("kubernetes:core/v1:ConfigMap", "nginx", {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { labels: { app: "nginx" } },
            data: { "default.conf": "upstream node { server pulumi.github.io; }\nserver { listen 80; }\n" },
        }),
        deployment(
            "nginx",
            {
                name: "nginx",
                image: "nginx:1.13.6-alpine",
                volumeMounts: [{ name: "nginx-configs", mountPath: "/etc/nginx/conf.d" }],
            },
            { replicas: 1, volumes: [{ name: "nginx-configs", configMap: { name: UNKNOWN } }] },
        ),
        service("nginx", { type: "LoadBalancer", ports: [{ port: 80, targetPort: 80, protocol: "TCP" }] }),
    ],
};

const probe = (path: string) => ({
    httpGet: { path, port: "http" },
    initialDelaySeconds: 5,
    timeoutSeconds: 1,
    periodSeconds: 10,
    failureThreshold: 3,
});

export const multicloud: PublicProgram = {
    name: "multicloud",
    source: example("kubernetes-ts-multicloud"),
    resources: [
        deployment(
            "kuard",
            {
                name: "kuard",
                image: "gcr.io/kuar-demo/kuard-amd64:blue",
                ports: [{ containerPort: 8080, name: "http" }],
                livenessProbe: probe("/healthy"),
                readinessProbe: probe("/ready"),
            },
            { replicas: 1 },
        ),
        service("kuard", { type: "LoadBalancer", ports: [{ port: 80, targetPort: 8080 }] }),
    ],
};

export const jenkins: PublicProgram = {
    name: "jenkins",
    source: example("kubernetes-ts-jenkins"),
    resources: [
        resource("kubernetes:core/v1:Secret", "jenkins", {
            apiVersion: "v1",
            kind: "Secret",
            type: "Opaque",
            data: { "jenkins-password": UNKNOWN },
        }),
        resource("kubernetes:core/v1:PersistentVolumeClaim", "jenkins", {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "8Gi" } } },
        }),
        deployment(
            "jenkins",
            {
                name: "jenkins",
                image: "docker.io/bitnami/jenkins:2.121.2",
                imagePullPolicy: "IfNotPresent",
                env: [
                    { name: "JENKINS_USERNAME", value: "admin" },
                    {
                        name: "JENKINS_PASSWORD",
                        valueFrom: { secretKeyRef: { name: "jenkins", key: "jenkins-password" } },
                    },
                ],
                ports: [
                    { name: "http", containerPort: 8080 },
                    { name: "https", containerPort: 8443 },
                ],
                livenessProbe: { httpGet: { path: "/login", port: "http" }, initialDelaySeconds: 180 },
                readinessProbe: { httpGet: { path: "/login", port: "http" }, initialDelaySeconds: 90 },
                volumeMounts: [{ name: "jenkins-data", mountPath: "/bitnami/jenkins" }],
                resources: { requests: { memory: "512Mi", cpu: "300m" } },
            },
            { replicas: 1, volumes: [{ name: "jenkins-data", persistentVolumeClaim: { claimName: "jenkins" } }] },
        ),
        service("jenkins", {
            type: "LoadBalancer",
            ports: [
                { name: "http", port: 80, targetPort: "http" },
                { name: "https", port: 443, targetPort: "https" },
            ],
        }),
    ],
};

const hardened = (add: readonly string[]) => ({
    runAsNonRoot: true,
    runAsUser: 10001,
    capabilities: { drop: ["all"], ...(add.length > 0 && { add }) },
    readOnlyRootFilesystem: true,
});
const memory = {
    volumes: [{ name: "tmp-volume", emptyDir: { medium: "Memory" } }],
    nodeSelector: { "beta.kubernetes.io/os": "linux" },
};

/** The carts, the catalogue and the front end: the others repeat them. */
export const sockShop: PublicProgram = {
    name: "sock-shop",
    source: example("kubernetes-ts-sock-shop"),
    resources: [
        resource("kubernetes:core/v1:Namespace", "sock-shop", { metadata: { name: "sock-shop" } }),
        deployment(
            "carts-db",
            {
                name: "carts-db",
                image: "mongo",
                ports: [{ name: "mongo", containerPort: 27017 }],
                securityContext: {
                    capabilities: { drop: ["all"], add: ["CHOWN", "SETGID", "SETUID"] },
                    readOnlyRootFilesystem: true,
                },
                volumeMounts: [{ mountPath: "/tmp", name: "tmp-volume" }],
            },
            { replicas: 1, ...memory },
        ),
        service("carts-db", { ports: [{ port: 27017, targetPort: 27017 }] }),
        deployment(
            "carts",
            {
                name: "carts",
                image: "weaveworksdemos/carts:0.4.8",
                ports: [{ containerPort: 80 }],
                env: [
                    { name: "ZIPKIN", value: "zipkin.jaeger.svc.cluster.local" },
                    { name: "JAVA_OPTS", value: "-Xms64m -Xmx128m -XX:+UseG1GC" },
                ],
                securityContext: hardened(["NET_BIND_SERVICE"]),
                volumeMounts: [{ mountPath: "/tmp", name: "tmp-volume" }],
            },
            { replicas: 1, ...memory },
        ),
        service("carts", { ports: [{ port: 80, targetPort: 80 }] }),
        deployment(
            "catalogue-db",
            {
                name: "catalogue-db",
                image: "weaveworksdemos/catalogue-db:0.3.0",
                env: [
                    { name: "MYSQL_ROOT_PASSWORD", value: "fake_password" },
                    { name: "MYSQL_DATABASE", value: "socksdb" },
                ],
                ports: [{ name: "mysql", containerPort: 3306 }],
            },
            { replicas: 1 },
        ),
        service("catalogue-db", { ports: [{ port: 3306, targetPort: 3306 }] }),
        deployment(
            "front-end",
            {
                name: "front-end",
                image: "weaveworksdemos/front-end:0.3.12",
                resources: requests,
                ports: [{ containerPort: 8079 }],
                securityContext: hardened([]),
            },
            { replicas: 1 },
        ),
        service("front-end", { type: "NodePort", ports: [{ port: 80, targetPort: 8079, nodePort: 30001 }] }),
    ],
};
