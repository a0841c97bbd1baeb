/**
 * The configuration of the OpenTelemetry Collector on each node: files of containers, what the API server knows of their
 * pods, and the store of the pod's retention class.
 */

/** Labels that the kubernetes target gives its pods (docs/kubernetes.md). */
const RETENTION_LABEL = "twelvefold.dev/log-retention";
const SINK_LABEL = "twelvefold.dev/log-sink";

interface Store {
    readonly retentionDays: number;
    readonly url: string;
}

interface Places {
    /** Of the agents and the stores. */
    readonly namespace: string;
    /** Folder for how far it has read, and for lines that a store did not take yet. */
    readonly state: string;
    readonly healthPort: number;
}

/** JSON is YAML. */
export function agentConfig(stores: readonly Store[], { namespace, state, healthPort }: Places): object {
    const each = <T>(make: (store: Store) => readonly [string, T]) => Object.fromEntries(stores.map(make));
    return {
        extensions: {
            health_check: { endpoint: `0.0.0.0:${healthPort}` },
            file_storage: { directory: state },
        },
        receivers: {
            filelog: {
                include: ["/var/log/pods/*/*/*.log"],
                // Its own words about lines would become lines.
                exclude: [`/var/log/pods/${namespace}_*/*/*.log`],
                start_at: "beginning",
                include_file_path: true,
                // A long line comes in pieces, which may end with a space.
                preserve_trailing_whitespaces: true,
                storage: "file_storage",
                retry_on_failure: { enabled: true },
                operators: [{ type: "container" }],
            },
        },
        processors: {
            memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
            k8sattributes: {
                filter: { node_from_env_var: "NODE_NAME" },
                pod_association: [{ sources: [{ from: "resource_attribute", name: "k8s.pod.uid" }] }],
                extract: {
                    metadata: ["k8s.namespace.name", "k8s.pod.name", "k8s.deployment.name"],
                    labels: [
                        { tag_name: "twelvefold.retention", key: RETENTION_LABEL, from: "pod" },
                        { tag_name: "twelvefold.sink", key: SINK_LABEL, from: "pod" },
                    ],
                },
            },
            batch: { timeout: "1s" },
        },
        connectors: {
            // Lines of pods without the label are nobody's: they stay on the node, for kubectl logs.
            routing: {
                table: stores.map(({ retentionDays }) => ({
                    context: "resource",
                    condition: `attributes["twelvefold.retention"] == "${retentionDays}"`,
                    pipelines: [`logs/${retentionDays}`],
                })),
            },
        },
        exporters: each(({ retentionDays, url }) => [
            `otlphttp/${retentionDays}`,
            {
                logs_endpoint: `${url}/insert/opentelemetry/v1/logs`,
                // Until the store takes them, for as long as it takes.
                retry_on_failure: { max_elapsed_time: "0s" },
                sending_queue: { storage: "file_storage" },
            },
        ]),
        service: {
            extensions: ["health_check", "file_storage"],
            pipelines: {
                "logs/in": {
                    receivers: ["filelog"],
                    processors: ["memory_limiter", "k8sattributes"],
                    exporters: ["routing"],
                },
                ...each(({ retentionDays }) => [
                    `logs/${retentionDays}`,
                    { receivers: ["routing"], processors: ["batch"], exporters: [`otlphttp/${retentionDays}`] },
                ]),
            },
        },
    };
}
