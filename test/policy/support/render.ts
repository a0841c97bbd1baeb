/** Writes one container down in the form of each platform, so that a fixture is written once. */
import type { Resource } from "#dist/policy/resource.js";

export interface PortFixture {
    readonly number: number;
    readonly name?: string;
    readonly host?: number;
}

/** A container, as far as a fixture is about it. */
export interface ContainerFixture {
    readonly image?: string;
    readonly command?: readonly string[];
    readonly env?: readonly (readonly [name: string, value: string])[];
    readonly secrets?: readonly string[];
    readonly ports?: readonly PortFixture[];
    readonly mount?: string;
    readonly volume?: "host" | "shared" | "claim" | "scratch";
    readonly readOnly?: boolean;
    readonly labels?: Readonly<Record<string, string>>;
    /** A second container. */
    readonly beside?: { readonly image: string };
    readonly needs?: boolean;
    /** Paths of the probes; startup is there or not. */
    readonly probes?: { readonly readiness?: string; readonly liveness?: string; readonly startup?: boolean };
}

export const DIGEST = `registry.example.com/shop@sha256:${"a".repeat(64)}`;
export const OTHER_DIGEST = `registry.example.com/shop@sha256:${"b".repeat(64)}`;

export function resource(type: string, props: object, more: Partial<Resource> = {}): Resource {
    const name = more.name ?? "it";
    return {
        type,
        name,
        urn: `urn:pulumi:dev::shop::${type}::${name}`,
        props: props as Resource["props"],
        protect: false,
        ignoreChanges: [],
        dependencies: [],
        ...more,
    };
}

const clean = <T extends object>(value: T): T =>
    Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;

export function intents(c: ContainerFixture): readonly Resource[] {
    const shared = {
        target: "aws",
        profile: "production",
        computed: [],
        ...clean({
            image: c.image ?? DIGEST,
            command: c.command,
            environment: c.env && Object.fromEntries(c.env),
            secrets: c.secrets,
            port: c.ports?.[0]?.number,
        }),
    };
    return [
        resource("twelvefold:index:App", { kind: "App", ...shared }),
        resource("twelvefold:index:Job", { kind: "Job", ...shared }),
    ];
}

function ecsContainer(c: ContainerFixture): object {
    return clean({
        name: "app",
        image: c.image ?? DIGEST,
        command: c.command,
        environment: c.env?.map(([name, value]) => ({ name, value })),
        secrets: c.secrets?.map((name) => ({ name, valueFrom: `arn:aws:secretsmanager:eu-west-1:1:secret:${name}` })),
        portMappings: c.ports?.map(({ number, name, host }) => clean({ containerPort: number, name, hostPort: host })),
        mountPoints: c.mount && [{ sourceVolume: "data", containerPath: c.mount }],
        readonlyRootFilesystem: c.readOnly,
        ...(c.needs ? { cpu: 256, memory: 512 } : {}),
    });
}

const ECS_VOLUMES = {
    host: { hostPath: "/srv" },
    shared: { efsVolumeConfiguration: { fileSystemId: "fs-1" } },
    claim: { efsVolumeConfiguration: { fileSystemId: "fs-1" } },
    scratch: {},
};

export function aws(c: ContainerFixture): readonly Resource[] {
    const definitions = [ecsContainer(c), ...(c.beside ? [{ name: "beside", ...c.beside }] : [])];
    const task = clean({
        family: "shop",
        networkMode: "bridge",
        containerDefinitions: JSON.stringify(definitions),
        volumes: c.volume && [{ name: "data", ...ECS_VOLUMES[c.volume] }],
        tags: c.labels,
    });
    const lambda = clean({
        packageType: "Image",
        imageUri: c.image ?? DIGEST,
        imageConfig: c.command && { commands: c.command },
        environment: c.env && { variables: Object.fromEntries(c.env) },
        tags: c.labels,
    });
    return [resource("aws:ecs:TaskDefinition", task), resource("aws:lambda:Function", lambda)];
}

const AZURE_VOLUMES = { host: "AzureFile", shared: "AzureFile", claim: "NfsAzureFile", scratch: "EmptyDir" };

export function azure(c: ContainerFixture): readonly Resource[] {
    const { readiness, liveness, startup } = c.probes ?? {};
    const probe = (type: string, path: string | undefined) =>
        path === undefined ? [] : [{ type, httpGet: { path, port: 8080 } }];
    const container = clean({
        name: "app",
        image: c.image ?? DIGEST,
        args: c.command,
        env:
            c.env || c.secrets
                ? [
                      ...(c.env ?? []).map(([name, value]) => ({ name, value })),
                      ...(c.secrets ?? []).map((name) => ({ name, secretRef: name.toLowerCase() })),
                  ]
                : undefined,
        probes: c.probes && [
            ...probe("Readiness", readiness),
            ...probe("Liveness", liveness),
            ...(startup ? probe("Startup", "/startz") : []),
        ],
        volumeMounts: c.mount && [{ volumeName: "data", mountPath: c.mount }],
        resources: c.needs ? { cpu: 0.5, memory: "1Gi" } : undefined,
    });
    const [port, ...more] = c.ports ?? [];
    const ingress =
        port &&
        clean({
            targetPort: port.number,
            exposedPort: port.host,
            additionalPortMappings:
                more.length > 0
                    ? more.map(({ number, host }) => clean({ targetPort: number, exposedPort: host }))
                    : undefined,
        });
    const template = clean({
        containers: [container, ...(c.beside ? [{ name: "beside", ...c.beside }] : [])],
        volumes: c.volume && [{ name: "data", storageType: AZURE_VOLUMES[c.volume] }],
    });
    const props = clean({ template, tags: c.labels, configuration: ingress && { ingress } });
    return [resource("azure-native:app:ContainerApp", props), resource("azure-native:app:Job", props)];
}

const POD_VOLUMES = {
    host: { hostPath: { path: "/srv" } },
    shared: { nfs: { server: "files", path: "/" } },
    claim: { persistentVolumeClaim: { claimName: "data" } },
    scratch: { emptyDir: {} },
};

export function podSpec(c: ContainerFixture): object {
    const { readiness, liveness, startup } = c.probes ?? {};
    const probe = (path: string | undefined) => (path === undefined ? undefined : { httpGet: { path, port: 8080 } });
    const container = clean({
        name: "app",
        image: c.image ?? DIGEST,
        args: c.command,
        env:
            c.env || c.secrets
                ? [
                      ...(c.env ?? []).map(([name, value]) => ({ name, value })),
                      ...(c.secrets ?? []).map((name) => ({
                          name,
                          valueFrom: { secretKeyRef: { name: "shop", key: name } },
                      })),
                  ]
                : undefined,
        ports: c.ports?.map(({ number, name, host }) => clean({ containerPort: number, name, hostPort: host })),
        volumeMounts: c.mount && [{ name: "data", mountPath: c.mount }],
        securityContext: c.readOnly === undefined ? undefined : { readOnlyRootFilesystem: c.readOnly },
        resources: c.needs ? { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "512Mi" } } : undefined,
        readinessProbe: probe(readiness),
        livenessProbe: probe(liveness),
        startupProbe: startup ? probe("/startz") : undefined,
    });
    return clean({
        containers: [container, ...(c.beside ? [{ name: "beside", ...c.beside }] : [])],
        volumes: c.volume && [{ name: "data", ...POD_VOLUMES[c.volume] }],
    });
}

/** The same pod, as each kind makes it. */
export function pods(spec: object, metadata?: object): readonly Resource[] {
    const template = { spec };
    const of = (module: string, props: object) =>
        resource(`kubernetes:${module}`, { ...(metadata ? { metadata } : {}), ...props });
    return [
        of("core:Pod", template),
        of("batch:CronJob", { spec: { jobTemplate: { spec: { template } } } }),
        ...[
            "core:ReplicationController",
            "apps:Deployment",
            "apps:ReplicaSet",
            "apps:StatefulSet",
            "apps:DaemonSet",
            "batch:Job",
        ].map((module) => of(module, { spec: { template } })),
    ];
}

export function kubernetes(c: ContainerFixture): readonly Resource[] {
    return pods(podSpec(c), c.labels && { labels: c.labels });
}
