import { container, type Rule, set } from "./rule.js";
import type { Container, Pod } from "./world.js";

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"] as const;
const SENSITIVE = /^(AWS_SECRET_ACCESS_KEY|GOOGLE_APPLICATION_CREDENTIALS|AZURE_.+KEY)$|password|token|bearer|secret/i;
const runs = ({ owner }: Pod) => owner.kind === "Deployment";

const amount = (resource: string, which: "requests" | "limits") => (container: Container) =>
    (container.resources?.[which] as Record<string, string> | undefined)?.[resource] === undefined;

const probe = (name: (typeof PROBES)[number], ...ids: string[]): Rule =>
    container(
        ids,
        (container) => container[name] === undefined,
        (container) => set(container, name, undefined),
    );

/** A probe must ask a port that the container has. */
const port = (name: (typeof PROBES)[number], id: string): Rule =>
    container(
        [id],
        (container) => {
            const asked = container[name]?.httpGet?.port;
            const has = (container.ports ?? []).some((port) => port.name === asked || port.containerPort === asked);
            return asked !== undefined && !has;
        },
        (container) => set(container, name, { httpGet: { path: "/", port: 9 } }),
    );

/** kube-linter (docs/generated/checks.md) and polaris (pkg/config/checks), on containers. */
export const CONTAINER_RULES: readonly Rule[] = [
    container(
        ["kube-linter/privileged-container", "polaris/runAsPrivileged"],
        ({ securityContext }) => securityContext?.privileged === true,
        ({ securityContext }) => set(securityContext, "privileged", true),
    ),
    container(
        ["kube-linter/privilege-escalation-container", "polaris/privilegeEscalationAllowed"],
        ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
        ({ securityContext }) => set(securityContext, "allowPrivilegeEscalation", undefined),
    ),
    container(
        ["kube-linter/no-read-only-root-fs", "polaris/notReadOnlyRootFilesystem"],
        ({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true,
        ({ securityContext }) => set(securityContext, "readOnlyRootFilesystem", false),
    ),
    container(
        ["kube-linter/drop-net-raw-capability", "polaris/insecureCapabilities", "polaris/dangerousCapabilities"],
        ({ securityContext }) => {
            const { drop = [], add = [] } = securityContext?.capabilities ?? {};
            return !drop.includes("ALL") || add.length > 0;
        },
        ({ securityContext }) => set(securityContext, "capabilities", { drop: ["CHOWN"] }),
    ),
    container(
        ["kube-linter/run-as-non-root", "polaris/runAsRootAllowed"],
        ({ securityContext }, { spec }) =>
            (securityContext?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot) !== true ||
            (securityContext?.runAsUser ?? spec.securityContext?.runAsUser ?? 0) === 0,
        ({ securityContext }) => set(securityContext, "runAsUser", 0),
    ),
    container(
        ["polaris/linuxHardening"],
        ({ securityContext }, { spec }) => {
            const profile = securityContext?.seccompProfile?.type ?? spec.securityContext?.seccompProfile?.type;
            return (profile ?? "Unconfined") === "Unconfined";
        },
        ({ securityContext }) => set(securityContext, "seccompProfile", { type: "Unconfined" }),
    ),
    container(
        ["kube-linter/unsafe-proc-mount", "polaris/procMount"],
        ({ securityContext }) => (securityContext?.procMount ?? "Default") !== "Default",
        ({ securityContext }) => set(securityContext, "procMount", "Unmasked"),
    ),
    container(
        ["kube-linter/unset-cpu-requirements", "polaris/cpuRequestsMissing"],
        amount("cpu", "requests"),
        ({ resources }) => set(resources, "requests", {}),
    ),
    container(["kube-linter/unset-cpu-requirements", "polaris/cpuLimitsMissing"], amount("cpu", "limits"), (c) =>
        set(c.resources, "limits", {}),
    ),
    container(
        ["kube-linter/unset-memory-requirements", "polaris/memoryRequestsMissing"],
        amount("memory", "requests"),
        (c) => set(c.resources, "requests", {}),
    ),
    container(
        ["kube-linter/unset-memory-requirements", "polaris/memoryLimitsMissing"],
        amount("memory", "limits"),
        (c) => set(c.resources, "limits", {}),
    ),
    container(["kube-linter/unset-ephemeral-storage-requirements"], amount("ephemeral-storage", "limits"), (c) =>
        set(c.resources, "limits", {}),
    ),
    container(
        ["kube-linter/latest-tag", "kube-linter/image-not-pinned-by-digest", "polaris/tagNotSpecified"],
        ({ image }) => !/@sha256:[0-9a-f]{64}$/.test(image ?? ""),
        (container) => set(container, "image", "shop:latest"),
    ),
    container(
        ["polaris/pullPolicyNotAlways"],
        ({ imagePullPolicy }) => imagePullPolicy !== "Always",
        (container) => set(container, "imagePullPolicy", "Never"),
    ),
    probe("livenessProbe", "kube-linter/no-liveness-probe"),
    probe("readinessProbe", "kube-linter/no-readiness-probe"),
    probe("startupProbe", "kube-linter/no-startup-probe"),
    container(
        ["polaris/livenessProbeMissing"],
        ({ livenessProbe }, pod) => runs(pod) && livenessProbe === undefined,
        (container) => set(container, "livenessProbe", undefined),
    ),
    container(
        ["polaris/readinessProbeMissing"],
        ({ readinessProbe }, pod) => runs(pod) && readinessProbe === undefined,
        (container) => set(container, "readinessProbe", undefined),
    ),
    port("livenessProbe", "kube-linter/liveness-port"),
    port("readinessProbe", "kube-linter/readiness-port"),
    port("startupProbe", "kube-linter/startup-port"),
    container(
        ["kube-linter/env-var-secret", "polaris/sensitiveContainerEnvVar"],
        ({ env = [] }) => env.some(({ name = "", value }) => value !== undefined && SENSITIVE.test(name)),
        ({ env }) => env?.push({ name: "DATABASE_PASSWORD", value: "hunter2" }),
    ),
    container(
        ["kube-linter/read-secret-from-env-var"],
        ({ env = [], envFrom = [] }) =>
            [...env.map((entry) => entry.valueFrom?.secretKeyRef), ...envFrom].some(Boolean),
        ({ env }) => env?.push({ name: "KEY", valueFrom: { secretKeyRef: { name: "one", key: "KEY" } } }),
    ),
    container(
        ["kube-linter/env-var-value-from"],
        ({ env = [] }, { owner }, objects) =>
            env.some(({ valueFrom }) => {
                const { name, key = "" } = valueFrom?.secretKeyRef ?? {};
                const inSame = (kind: string) => (candidate: (typeof objects)[number]) =>
                    candidate.kind === kind &&
                    candidate.metadata.name === name &&
                    candidate.metadata.namespace === owner.metadata.namespace;
                const secret = objects.find(inSame("Secret"));
                return (
                    name !== undefined &&
                    (secret?.stringData as Record<string, string> | undefined)?.[key] === undefined
                );
            }),
        ({ env }) => env?.push({ name: "KEY", valueFrom: { secretKeyRef: { name: "none", key: "KEY" } } }),
    ),
    container(
        ["kube-linter/duplicate-env-var"],
        ({ env = [] }) => new Set(env.map(({ name }) => name)).size !== env.length,
        ({ env }) => env?.push({ name: "NODE_EXTRA_CA_CERTS", value: "" }),
    ),
    container(
        ["kube-linter/privileged-ports", "kube-linter/ssh-port", "polaris/hostPortSet"],
        ({ ports = [] }) =>
            ports.some(({ containerPort = 0, hostPort }) => containerPort < 1024 || hostPort !== undefined),
        (container) => set(container, "ports", [{ containerPort: 22 }]),
    ),
    container(
        ["kube-linter/invalid-target-ports"],
        ({ ports = [] }) =>
            ports.some(({ name = "" }) => !/^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name)),
        (container) => set(container, "ports", [{ name: "n0t_a_name", containerPort: 8080 }]),
    ),
];
