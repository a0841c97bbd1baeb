import { type ProgramOptions, type Recorded, type Recording, runProgram } from "twelvefold/testing";
import { describe, expect, test, vi } from "vitest";
import { parseRecord } from "#dist/providers/kubernetes/record.js";

const CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

/** What the cluster answers. */
function state({ type, id }: Recorded): Record<string, unknown> | undefined {
    if (id === "kube-system") return { metadata: { name: id, uid: "0000-1111" } };
    if (type.endsWith(":Secret") && id !== undefined)
        return { data: { "tls.crt": Buffer.from(CA).toString("base64") } };
    return undefined;
}

function runPlatform(config: Readonly<Record<string, string>> = {}, options: ProgramOptions = {}): Promise<Recording> {
    vi.resetModules();
    const prefixed = Object.fromEntries(Object.entries(config).map(([key, value]) => [`platform:${key}`, value]));
    return runProgram(() => import("../../../stacks/platform/index.js"), {
        project: "platform",
        config: prefixed,
        state,
        ...options,
    });
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
            ca: CA,
            certManager: { issuer: "twelvefold-internal" },
            gateway: { className: "twelvefold", drainSeconds: 5 },
            cloudnativepg: { version: "1.30.0", catalog: "twelvefold", operatorNamespace: "cnpg-system" },
            rabbitmq: { version: "2.22.1" },
            keda: { version: "2.21.0" },
            metricsServer: { version: "0.9.0" },
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
        for (const name of ["gateway-class", "keda", "postgres-catalog", "rabbitmq-topology-operator", "issuer"]) {
            expect(map?.dependsOn).toContain(name);
        }
    });

    test("installs what it is told, and believes the rest", async () => {
        const recording = await runPlatform({
            install: '["keda"]',
            record: JSON.stringify({
                ca: CA,
                certManager: { issuer: "corporate" },
                keda: { operatorNamespace: "scaling" },
            }),
        });
        expect(recordIn(recording)).toMatchObject({
            ca: CA,
            certManager: { issuer: "corporate" },
            keda: { version: "2.21.0", operatorNamespace: "scaling" },
        });
        expect(recordIn(recording)).not.toHaveProperty("rabbitmq");
        expect(recording.resources.filter(({ type }) => type.endsWith(":Release"))).toHaveLength(1);
    });

    test.each([
        [{ install: '["istio"]' }, "platform:install names istio; allowed: certManager, gateway, cloudnativepg"],
        [{ install: '["rabbitmq"]' }, "rabbitmq needs certManager: add it to platform:install, or to platform:record."],
        [{ install: '["keda"]' }, "Nobody issues internal certificates: add certManager to platform:install"],
    ])("says what does not fit together: %o", async (config, message) => {
        await expect(runPlatform(config)).rejects.toThrow(message);
    });
});
