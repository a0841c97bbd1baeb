import { App, Autoscaler, Database, LoadBalancer, Queue } from "twelvefold";
import { describe, expect, test } from "vitest";
import { parseRecord } from "#dist/providers/kubernetes/record.js";
import { IMAGE, platformRecordWith, run } from "./programs.js";

const scaled = (args: object) => () => {
    const autoscaler = new Autoscaler("scale", { maxReplicas: 3, ...args });
    new App("web", { image: IMAGE, port: 8080, autoscaler });
};

describe("what the cluster lacks is said at preview, in our words", () => {
    test.each([
        ["cloudnativepg", () => new Database("db"), 'Database "db" needs the CloudNativePG operator'],
        ["rabbitmq", () => new Queue("mail"), 'Queue "mail" needs the RabbitMQ operators'],
        ["certManager", () => new Database("db"), '"db" needs cert-manager'],
        ["gateway", () => new LoadBalancer("front"), 'LoadBalancer "front" needs the Gateway API'],
        ["metricsServer", scaled({ cpuPercent: 70 }), 'App "web" with Autoscaler "scale" needs metrics-server'],
        ["keda", scaled({ requestsPerSecondPerReplica: 5 }), 'App "web" with Autoscaler "scale" needs KEDA'],
    ])("%s", async (part, program, sentence) => {
        const ends = `; the platform record names none. Run stacks/platform, or add ${part} to the record.`;
        const state = platformRecordWith({ [part]: undefined });
        await expect(run(program as () => unknown, { state, preview: true })).rejects.toThrow(`${sentence}${ends}`);
    });

    test.each([
        [
            { prometheus: undefined },
            scaled({ requestsPerSecondPerReplica: 5 }),
            "Nothing in Kubernetes counts requests per app; add prometheus to the platform record, or scale on cpu.",
        ],
        [
            { backup: undefined },
            () => new Database("db", { backupRetentionDays: 30 }),
            'Database "db" asks for 30 days of backups; the platform record names no backup store.',
        ],
        [
            { gateway: { className: "public", from: [], drainSeconds: 5 } },
            () => new LoadBalancer("front", { internal: true }),
            "The platform record names no internal gateway class",
        ],
    ])("%j", async (changes, program, sentence) => {
        const state = platformRecordWith(changes);
        await expect(run(program as () => unknown, { state, preview: true })).rejects.toThrow(sentence);
    });

    test("production asks for backups by itself", async () => {
        const state = platformRecordWith({ backup: undefined });
        await expect(run(() => new Database("db"), { state, profile: "production" })).rejects.toThrow("14 days");
        await expect(run(() => new Database("db"), { state })).resolves.toBeDefined();
    });
});

test.each([
    [undefined, "This cluster has no platform record. Run stacks/platform against the cluster"],
    ["{", "key record.json) is not JSON"],
    ['{"schema":2}', "has schema 2; this version reads 1"],
    ['{"schema":1,"ca":"x"}', "lacks cluster and dns"],
])("a record of %j", (text, sentence) => {
    expect(() => parseRecord(text)).toThrow(sentence);
});
