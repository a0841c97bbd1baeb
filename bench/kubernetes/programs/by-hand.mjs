/** The same objects as a platform team writes them by hand: @pulumi/kubernetes, helpers for what repeats, no components. */
import * as appsModule from "@pulumi/kubernetes/apps/v1/index.js";
import * as coreModule from "@pulumi/kubernetes/core/v1/index.js";
import * as networkModule from "@pulumi/kubernetes/networking/v1/index.js";
import * as policyModule from "@pulumi/kubernetes/policy/v1/index.js";
import pulumi from "@pulumi/pulumi";
import manifestModule from "#dist/providers/kubernetes/manifest.js";
import naming from "#dist/providers/naming.js";
import { labelsOf, podSpec, SELECTOR } from "./pod.mjs";
import { environmentOf, GROUPS, IMAGE } from "./size.mjs";

const { Deployment } = appsModule;
const { ConfigMap, LimitRange, Namespace, ResourceQuota, Service, ServiceAccount } = coreModule;
const { NetworkPolicy } = networkModule;
const { PodDisruptionBudget } = policyModule;
// Kinds without a class of the SDK: whoever writes by hand makes one such class, too.
const { Manifest } = manifestModule;

const GATEWAY_API = "gateway.networking.k8s.io/v1";
const ANY_PROJECT = { matchExpressions: [{ key: "twelvefold.dev/project", operator: "Exists" }] };
const INTERNET = {
    to: [
        {
            ipBlock: {
                cidr: "0.0.0.0/0",
                except: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"],
            },
        },
        { ipBlock: { cidr: "::/0", except: ["fc00::/7", "fe80::/10"] } },
    ],
};

export function program(apps) {
    const ground = makeGround();
    const fronts = Array.from({ length: GROUPS }, (_, index) => makeGateway(ground, `front-${index}`));
    for (let index = 0; index < apps; index++) {
        makeApp(ground, fronts[index % GROUPS], `front-${index % GROUPS}`, `app-${index}`, environmentOf(index));
    }
}

function makeGround() {
    const name = `${pulumi.getProject()}-${pulumi.getStack()}`;
    const labels = labelsOf("platform", "platform");
    const map = ConfigMap.get("platform-record", "twelvefold-system/twelvefold-platform");
    const record = map.data.apply((data) => JSON.parse(data["record.json"]));
    const levels = { audit: "restricted", enforce: "restricted", "enforce-version": "latest", warn: "restricted" };
    const security = Object.entries(levels).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value]);
    const namespaceResource = new Namespace(
        "platform-namespace",
        {
            metadata: {
                name,
                labels: {
                    ...labels,
                    ...Object.fromEntries(security),
                    "twelvefold.dev/project": pulumi.getProject(),
                    "twelvefold.dev/stack": pulumi.getStack(),
                },
            },
        },
        { protect: true },
    );
    const namespace = namespaceResource.metadata.name;
    const metadata = { namespace, labels };
    new ResourceQuota("platform-quota", {
        metadata,
        spec: {
            hard: {
                pods: "200",
                "requests.cpu": "40",
                "requests.memory": "80Gi",
                "limits.memory": "120Gi",
                "requests.storage": "2Ti",
                persistentvolumeclaims: "50",
                "services.loadbalancers": "0",
                "services.nodeports": "0",
            },
        },
    });
    new LimitRange("platform-limits", {
        metadata,
        spec: {
            limits: [
                {
                    type: "Container",
                    default: { cpu: "500m", memory: "512Mi" },
                    defaultRequest: { cpu: "100m", memory: "256Mi" },
                },
            ],
        },
    });
    new NetworkPolicy("platform-deny", {
        metadata: { ...metadata, name: `${name}-deny` },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    });
    new NetworkPolicy("platform-dns", {
        metadata: { ...metadata, name: `${name}-dns` },
        spec: {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [
                {
                    to: [
                        {
                            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": record.dns.namespace } },
                            podSelector: { matchLabels: record.dns.podLabels },
                        },
                    ],
                    ports: [
                        { port: 53, protocol: "UDP" },
                        { port: 53, protocol: "TCP" },
                    ],
                },
            ],
        },
    });
    const ca = new ConfigMap("platform-ca", { metadata, data: { "ca.crt": record.ca } });
    return { namespace, record, ca: ca.metadata.name };
}

function makeGateway({ namespace, record }, name) {
    return new Manifest(
        `${name}-gateway`,
        {
            apiVersion: GATEWAY_API,
            kind: "Gateway",
            metadata: {
                name,
                namespace,
                labels: labelsOf(name, "gateway"),
                annotations: { "pulumi.com/waitFor": "condition=Programmed", "pulumi.com/timeoutSeconds": "600" },
            },
            spec: {
                gatewayClassName: record.gateway.className,
                listeners: [
                    {
                        name: "http",
                        port: 80,
                        protocol: "HTTP",
                        allowedRoutes: { namespaces: { from: "Selector", selector: ANY_PROJECT } },
                    },
                ],
            },
        },
        { protect: true },
    );
}

function makeApp({ namespace, record, ca }, gateway, front, name, environment) {
    const labels = labelsOf(name, "web");
    const metadata = { name, namespace, labels };
    const selector = SELECTOR(name);
    const hash = (text) => naming.shortHash(text, 8);
    const client = `bind.twelvefold.dev/${name}-${hash(`App ${pulumi.getProject()}/${pulumi.getStack()}/${name}`)}`;
    const account = new ServiceAccount(`${name}-account`, {
        metadata,
        automountServiceAccountToken: false,
        imagePullSecrets: [],
    });
    const policy = new NetworkPolicy(`${name}-policy`, {
        metadata,
        spec: {
            podSelector: {
                matchLabels: { "app.kubernetes.io/name": name },
                matchExpressions: [
                    { key: "app.kubernetes.io/component", operator: "In", values: ["web", "worker", "release", "job"] },
                ],
            },
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                {
                    from: record.gateway.from.apply((from) => [
                        ...from,
                        { podSelector: { matchLabels: { [client]: "true" } }, namespaceSelector: ANY_PROJECT },
                    ]),
                    ports: [{ port: 8080, protocol: "TCP" }],
                },
            ],
            egress: [INTERNET],
        },
    });
    const variables = Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1));
    const release = naming.shortHash(JSON.stringify([IMAGE, null, variables, null]), 12);
    const version = { "app.kubernetes.io/version": release };
    const deployment = new Deployment(
        `${name}-app`,
        {
            metadata: {
                namespace,
                labels: { ...labels, ...version },
                annotations: { "pulumi.com/timeoutSeconds": "780" },
            },
            spec: {
                replicas: 2,
                revisionHistoryLimit: 3,
                minReadySeconds: 5,
                progressDeadlineSeconds: 180,
                strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
                selector: { matchLabels: selector },
                template: {
                    metadata: {
                        labels: record.logs.classes.apply((classes) => ({
                            ...labels,
                            ...version,
                            "twelvefold.dev/log-retention": String(classes.at(-1).retentionDays),
                        })),
                    },
                    spec: podSpec(name, {
                        image: IMAGE,
                        environment,
                        release,
                        ca,
                        drainSeconds: record.gateway.drainSeconds,
                    }),
                },
            },
        },
        { dependsOn: [account, policy] },
    );
    const service = new Service(
        `${name}-service`,
        {
            metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
            spec: {
                type: "ClusterIP",
                selector,
                ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP", appProtocol: "http" }],
            },
        },
        { dependsOn: [deployment] },
    );
    const id = hash(`${front}  /${name}`);
    new Manifest(
        `${name}-route-${id}`,
        {
            apiVersion: GATEWAY_API,
            kind: "HTTPRoute",
            metadata: {
                name: `${name}-${front}-${id}`,
                namespace,
                labels,
                annotations: {
                    "pulumi.com/waitFor": "jsonpath={.status.parents[0].conditions[?@.type=='Accepted'].status}=True",
                    "pulumi.com/timeoutSeconds": "300",
                },
            },
            spec: {
                parentRefs: [{ name: gateway.urn.apply(() => front), namespace, sectionName: "http" }],
                rules: [
                    {
                        matches: [{ path: { type: "PathPrefix", value: `/${name}` } }],
                        timeouts: { request: "30s" },
                        backendRefs: [{ name: service.metadata.name, port: 80, weight: 100 }],
                    },
                ],
            },
        },
        { dependsOn: [deployment] },
    );
    new PodDisruptionBudget(`${name}-budget`, {
        metadata,
        spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: selector } },
    });
}
