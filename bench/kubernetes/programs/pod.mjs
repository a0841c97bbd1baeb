/** The pod of the hand-written program: the restricted security level, three probes, spread over nodes and zones. */
import pulumi from "@pulumi/pulumi";

export const SELECTOR = (name, component = "web") => ({
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/component": component,
});

export const labelsOf = (name, component) => ({
    ...SELECTOR(name, component),
    "app.kubernetes.io/instance": `${pulumi.getProject()}-${pulumi.getStack()}`,
    "app.kubernetes.io/managed-by": "twelvefold",
});

export function podSpec(name, { image, environment, release, ca, drainSeconds }) {
    const labelSelector = { matchLabels: SELECTOR(name) };
    const over = (topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector,
        matchLabelKeys: ["pod-template-hash"],
    });
    const variables = {
        NODE_EXTRA_CA_CERTS: "/run/twelvefold/ca.crt",
        PORT: "8080",
        RELEASE_ID: release,
        ...environment,
    };
    const env = Object.keys(variables)
        .sort()
        .map((key) => ({ name: key, value: variables[key] }));
    const probe = (path, failureThreshold, periodSeconds) => ({
        httpGet: { path, port: "http" },
        failureThreshold,
        periodSeconds,
        timeoutSeconds: 2,
    });
    const size = { cpu: "250m", memory: "512Mi", "ephemeral-storage": "1Gi" };
    return {
        serviceAccountName: name,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        restartPolicy: "Always",
        terminationGracePeriodSeconds: drainSeconds.apply((drain) => drain + 30),
        dnsConfig: { options: [{ name: "ndots", value: "2" }] },
        securityContext: {
            runAsNonRoot: true,
            runAsUser: 10001,
            runAsGroup: 10001,
            fsGroup: 10001,
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
        },
        affinity: {
            podAntiAffinity: {
                preferredDuringSchedulingIgnoredDuringExecution: [
                    { weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector } },
                ],
            },
        },
        topologySpreadConstraints: [over("kubernetes.io/hostname"), over("topology.kubernetes.io/zone")],
        containers: [
            {
                name,
                image,
                imagePullPolicy: "IfNotPresent",
                env,
                resources: { limits: size, requests: size },
                securityContext: {
                    allowPrivilegeEscalation: false,
                    privileged: false,
                    readOnlyRootFilesystem: true,
                    runAsNonRoot: true,
                    capabilities: { drop: ["ALL"] },
                    seccompProfile: { type: "RuntimeDefault" },
                },
                volumeMounts: [
                    { name: "tmp", mountPath: "/tmp", readOnly: false },
                    { name: "ca", mountPath: "/run/twelvefold", readOnly: true },
                ],
                terminationMessagePolicy: "FallbackToLogsOnError",
                ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
                readinessProbe: probe("/readyz", 3, 10),
                livenessProbe: probe("/healthz", 6, 10),
                startupProbe: probe("/healthz", 30, 2),
                lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
            },
        ],
        volumes: [
            { name: "tmp", emptyDir: { sizeLimit: "128Mi" } },
            { name: "ca", configMap: { name: ca } },
        ],
    };
}
