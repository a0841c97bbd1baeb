import type { Recording } from "twelvefold/testing";
import { describe, expect, test } from "vitest";
import { RETENTION_LABEL, SINK_LABEL } from "#dist/providers/kubernetes/labels.js";
import { classFor } from "#dist/providers/kubernetes/log-sink.js";
import { fillQuery, parseRecord } from "#dist/providers/kubernetes/record.js";
import { CLUSTER_CA, runPlatform } from "../../support/stacks.js";

interface Workload {
    readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
}

interface Container {
    readonly image: string;
    readonly args: readonly string[];
}

function container(inputs: unknown): Container {
    const [first] = (inputs as Workload).spec.template.spec.containers;
    if (first === undefined) throw new Error("There is no container.");
    return first;
}

function recordIn(recording: Recording): ReturnType<typeof parseRecord> {
    const map = recording.resources.find(({ type, name }) => type.endsWith(":ConfigMap") && name === "record");
    return parseRecord((map?.inputs.data as Record<string, string>)["record.json"]);
}

describe("the program that makes a cluster ready", () => {
    test("writes a record that the target reads, last of all, with every operator of a fixed version", async () => {
        const recording = await runPlatform();
        const record = recordIn(recording);
        expect(record).toMatchObject({
            schema: 1,
            cluster: "0000-1111",
            ca: CLUSTER_CA,
            certManager: { issuer: "twelvefold-internal" },
            gateway: { className: "twelvefold", drainSeconds: 5 },
            cloudnativepg: { version: "1.30.0", catalog: "twelvefold", operatorNamespace: "cnpg-system" },
            rabbitmq: { version: "2.22.1" },
            keda: { version: "2.21.0" },
            metricsServer: { version: "0.9.0" },
            logs: { classes: [{ retentionDays: 30, query: expect.stringContaining("{sink}") }] },
        });
        expect(record.images?.node).toMatch(/^docker\.io\/library\/node@sha256:[0-9a-f]{64}$/);
        const installed = recording.resources.filter(({ type }) => /:Release$|yaml\/v2:ConfigFile$/.test(type));
        expect(installed.map(({ name }) => name).sort()).toEqual([
            "cert-manager",
            "cloudnative-pg",
            "envoy-gateway",
            "keda",
            "metrics-server",
            "rabbitmq-cluster-operator",
            "rabbitmq-topology-operator",
        ]);
        for (const { type, inputs } of installed) {
            expect(type.endsWith(":Release") ? inputs.version : inputs.file).toMatch(/\d+\.\d+\.\d+/);
        }
        const map = recording.resources.find(({ name }) => name === "record");
        for (const name of [
            "gateway-class",
            "keda",
            "postgres-catalog",
            "rabbitmq-topology-operator",
            "rabbitmq-topology-trust",
            "issuer",
            "log-agent",
        ]) {
            expect(map?.dependsOn).toContain(name);
        }
    });

    test("lets the topology operator trust the authority that signs for brokers", async () => {
        const { resources } = await runPlatform();
        const map = resources.find(({ name }) => name === "rabbitmq-ca");
        expect(map?.inputs.data).toEqual({ "ca.crt": CLUSTER_CA });
        const patch = resources.find(({ type }) => type.endsWith(":DeploymentPatch"));
        expect(patch?.inputs.metadata).toEqual({ name: "messaging-topology-operator", namespace: "rabbitmq-system" });
        const [mount] = (container(patch?.inputs) as { volumeMounts?: readonly object[] }).volumeMounts ?? [];
        expect(mount).toMatchObject({ mountPath: "/etc/ssl/certs/twelvefold-ca.crt", subPath: "ca.crt" });
        for (const name of ["rabbitmq-cluster-operator", "rabbitmq-topology-operator"]) {
            expect(resources.find((resource) => resource.name === name)?.dependsOn).toContain("cert-manager");
        }
    });

    test("installs what it is told, and believes the rest", async () => {
        const recording = await runPlatform({
            install: '["keda"]',
            record: JSON.stringify({
                ca: CLUSTER_CA,
                certManager: { issuer: "corporate" },
                keda: { operatorNamespace: "scaling" },
            }),
        });
        expect(recordIn(recording)).toMatchObject({
            ca: CLUSTER_CA,
            certManager: { issuer: "corporate" },
            keda: { version: "2.21.0", operatorNamespace: "scaling" },
        });
        expect(recordIn(recording)).not.toHaveProperty("rabbitmq");
        expect(recording.resources.filter(({ type }) => type.endsWith(":Release"))).toHaveLength(1);
    });

    test("lets an authority that the world trusts sign for domains, where it is told how to prove them", async () => {
        const solvers = [{ dns01: { route53: { region: "eu-central-1" } } }];
        const recording = await runPlatform({ acme: JSON.stringify({ email: "ops@example.com", solvers }) });
        expect(recordIn(recording).certManager).toEqual({
            issuer: "twelvefold-internal",
            acmeIssuer: "twelvefold-acme",
        });
        expect(recording.resources.find(({ name }) => name === "acme")?.inputs).toMatchObject({
            metadata: { name: "twelvefold-acme" },
            spec: {
                acme: { server: "https://acme-v02.api.letsencrypt.org/directory", email: "ops@example.com", solvers },
            },
        });
        expect(recording.resources.find(({ name }) => name === "record")?.dependsOn).toContain("acme");
    });

    test("keeps lines in a store for each class, and leads each pod's to the store of its label", async () => {
        const classes = [
            { retentionDays: 7, gib: 10 },
            { retentionDays: 90, gib: 100 },
        ];
        const recording = await runPlatform({ logClasses: JSON.stringify(classes) });
        const record = recordIn(recording);
        expect(record.logs?.classes.map(({ retentionDays }) => retentionDays)).toEqual([7, 90]);
        const { query } = classFor(record, 30, 'LogSink "logs"');
        const link = decodeURIComponent(fillQuery(query, { sink: "logs", namespace: "shop-prod" }));
        expect(link).toBe(
            'http://store-90d.twelvefold-logs.svc:9428/select/vmui/#/?query="k8s.namespace.name":="shop-prod" "twelvefold.sink":="logs"',
        );

        const stores = recording.resources.filter(({ type }) => type.endsWith(":StatefulSet"));
        expect(stores.map(({ inputs }) => container(inputs).args)).toEqual([
            expect.arrayContaining(["-retentionPeriod=7d", "-retention.maxDiskSpaceUsageBytes=9216MiB"]),
            expect.arrayContaining(["-retentionPeriod=90d", "-retention.maxDiskSpaceUsageBytes=92160MiB"]),
        ]);
        const agent = recording.resources.find(({ type }) => type.endsWith(":DaemonSet"));
        for (const { inputs } of [...stores, ...(agent ? [agent] : [])]) {
            expect(container(inputs).image).toMatch(/@sha256:[0-9a-f]{64}$/);
        }
        // Each label that the target writes is one that the agent reads, and each class has its way.
        const map = recording.resources.find(({ type, name }) => type.endsWith(":ConfigMap") && name === "log-agent");
        const config = JSON.parse((map?.inputs.data as Record<string, string>)["config.json"] ?? "");
        const read = config.processors.k8sattributes.extract.labels.map(({ key }: { key: string }) => key);
        expect(read).toEqual([RETENTION_LABEL, SINK_LABEL]);
        expect(config.connectors.routing.table.flatMap(({ pipelines }: { pipelines: string[] }) => pipelines)).toEqual([
            "logs/7",
            "logs/90",
        ]);
        for (const days of [7, 90]) {
            expect(config.service.pipelines[`logs/${days}`].exporters).toEqual([`otlphttp/${days}`]);
            expect(config.exporters[`otlphttp/${days}`].logs_endpoint).toMatch(
                `http://store-${days}d.twelvefold-logs.svc:9428/`,
            );
        }
    });

    test.each([
        [{ install: '["istio"]' }, "platform:install names istio; allowed: certManager, gateway, cloudnativepg"],
        [{ install: '["rabbitmq"]' }, "rabbitmq needs certManager: add it to platform:install, or to platform:record."],
        [
            { logClasses: '[{"retentionDays": 0, "gib": 1}]' },
            'platform:logClasses is [{"retentionDays":0,"gib":1}]; allowed:',
        ],
        [
            { install: '["keda"]', acme: '{"email": "ops@example.com", "solvers": [{}]}' },
            "platform:acme needs certManager in platform:install; else name certManager.acmeIssuer in platform:record.",
        ],
        [{ acme: '{"email": "ops@example.com"}' }, 'platform:acme is {"email":"ops@example.com"}; allowed:'],
        [{ logClasses: "[]" }, "platform:logClasses is []; allowed:"],
        [{ install: '["keda"]' }, "Nobody issues internal certificates: add certManager to platform:install"],
    ])("says what does not fit together: %o", async (config, message) => {
        await expect(runPlatform(config)).rejects.toThrow(message);
    });
});
