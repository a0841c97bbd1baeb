import type { input } from "@pulumi/kubernetes/types";
import * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels.js";
import type { Resources } from "./resources.js";
import { CONTAINER_SECURITY, podSecurity } from "./security.js";

export type EnvVar = input.core.v1.EnvVar;

/** What the processes of an app, its release command and its jobs have in common; plain data, part of the app's handle. */
export interface PodParts {
    /** Name of the container. */
    readonly name: string;
    readonly image: string;
    readonly env: readonly EnvVar[];
    /** Name of the ServiceAccount. */
    readonly account: string;
    /** Name of the ConfigMap with the internal CA. */
    readonly ca: string;
    readonly user: number;
    /** Not `resources`: an Output has a method of that name. */
    readonly size: Resources;
    /** Labels besides those that say what the pod is. */
    readonly labels: Labels;
    /** Secret whose entries are files; absent where they are variables. */
    readonly secretFiles?: { readonly secret: string; readonly names: readonly string[] };
}

/** The same, where each part may be an Output. */
export type PodInputs = {
    readonly [K in Exclude<keyof PodParts, "name" | "env" | "secretFiles">]: pulumi.Input<PodParts[K]>;
} & {
    readonly name: string;
    readonly env: pulumi.Input<pulumi.Input<EnvVar>[]>;
    readonly secretFiles?: pulumi.Input<PodParts["secretFiles"]> | undefined;
};

export interface PodOptions {
    /** Labels that say what the pod is. */
    readonly labels: Readonly<Record<string, pulumi.Input<string>>>;
    readonly restartPolicy: "Always" | "Never";
    readonly command?: pulumi.Input<readonly string[] | undefined>;
    readonly graceSeconds?: pulumi.Input<number>;
    /** Selects the replicas that should not share a node or a zone. */
    readonly spread?: Labels;
    /** Ports, probes, lifecycle. */
    readonly container?: Partial<input.core.v1.Container>;
    /** More volumes, each mounted read-only. */
    readonly volumes?: readonly { readonly volume: Mount["volume"]; readonly mountPath: string }[];
}

export const CA_FOLDER = "/run/twelvefold";
export const CA_FILE = `${CA_FOLDER}/ca.crt`;
export const SECRETS_FOLDER = "/run/secrets/twelvefold";

/** The one template of pods: restricted, read-only, without a token, spread over nodes and zones. */
export function podTemplate(parts: PodInputs, options: PodOptions): input.core.v1.PodTemplateSpec {
    const labels = pulumi
        .all([options.labels, parts.labels])
        .apply(([own, shared]): Record<string, string> => ({ ...shared, ...own }));
    const { volumes, volumeMounts } = mountsOf(parts, options);
    return {
        metadata: { labels },
        spec: {
            serviceAccountName: parts.account,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            restartPolicy: options.restartPolicy,
            ...(options.graceSeconds === undefined ? {} : { terminationGracePeriodSeconds: options.graceSeconds }),
            // Host names here are full; the default of 5 tries every search domain first.
            dnsConfig: { options: [{ name: "ndots", value: "2" }] },
            securityContext: podSecurity(parts.user),
            ...(options.spread === undefined ? {} : spreadOver(options.spread)),
            containers: [
                {
                    name: parts.name,
                    image: parts.image,
                    imagePullPolicy: "IfNotPresent",
                    ...(options.command === undefined
                        ? {}
                        : { command: options.command as pulumi.Input<string[] | undefined> }),
                    env: parts.env,
                    resources: parts.size as pulumi.Input<input.core.v1.ResourceRequirements>,
                    securityContext: CONTAINER_SECURITY,
                    volumeMounts,
                    terminationMessagePolicy: "FallbackToLogsOnError",
                    ...options.container,
                },
            ],
            volumes,
        },
    };
}

interface Mount {
    readonly volume: input.core.v1.Volume & { readonly name: string };
    readonly mountPath: string;
    readonly readOnly: boolean;
}

function mountsOf(parts: PodInputs, options: PodOptions) {
    const always: Mount[] = [
        { volume: { name: "tmp", emptyDir: { sizeLimit: "128Mi" } }, mountPath: "/tmp", readOnly: false },
        { volume: { name: "ca", configMap: { name: parts.ca } }, mountPath: CA_FOLDER, readOnly: true },
        ...(options.volumes ?? []).map((extra) => ({ ...extra, readOnly: true })),
    ];
    // Whether there are files may be known only to the app that a job belongs to.
    const mounts: pulumi.Input<Mount[]> =
        parts.secretFiles === undefined
            ? always
            : pulumi
                  .output(parts.secretFiles)
                  .apply((files) => (files === undefined ? always : [...always, secretFiles(files)]));
    const of = <T>(pick: (mount: Mount) => T): pulumi.Input<T[]> =>
        Array.isArray(mounts) ? mounts.map(pick) : (mounts as pulumi.Output<Mount[]>).apply((all) => all.map(pick));
    return {
        volumes: of<input.core.v1.Volume>(({ volume }) => volume),
        volumeMounts: of<input.core.v1.VolumeMount>(({ volume, mountPath, readOnly }) => ({
            name: volume.name,
            mountPath,
            readOnly,
        })),
    };
}

function secretFiles({ secret, names }: NonNullable<PodParts["secretFiles"]>): Mount {
    const items = names.map((name) => ({ key: name, path: name }));
    const volume = { name: "secrets", secret: { secretName: secret, defaultMode: 0o440, items } };
    return { volume, mountPath: SECRETS_FOLDER, readOnly: true };
}

/** Never required: a full zone must not stop a release. */
function spreadOver(labels: Labels): Pick<input.core.v1.PodSpec, "affinity" | "topologySpreadConstraints"> {
    const labelSelector = { matchLabels: { ...labels } };
    const over = (topologyKey: string) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector,
        // Of one release, not over the old and the new together.
        matchLabelKeys: ["pod-template-hash"],
    });
    return {
        affinity: {
            podAntiAffinity: {
                preferredDuringSchedulingIgnoredDuringExecution: [
                    { weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector } },
                ],
            },
        },
        topologySpreadConstraints: [over("kubernetes.io/hostname"), over("topology.kubernetes.io/zone")],
    };
}
