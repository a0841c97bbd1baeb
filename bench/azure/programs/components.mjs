/** The example of the core design, as a user of the library writes it. */
import pulumi from "@pulumi/pulumi";
import twelvefold from "twelvefold";
import registry from "#dist/providers/registry.js";

const { App, Autoscaler, Database, Job, LoadBalancer, LogSink, Queue } = twelvefold;
// Loaded before the clock starts, as the modules of the hand-written program are.
registry.loadTarget("azure");

const build = { context: "bench/azure/source" };

export function program(times) {
    const logs = new LogSink("logs", { retentionDays: 30 });
    const db = new Database("db", { version: "17", storageGiB: 20 });
    const front = new LoadBalancer("front", {});
    const autoscaler = new Autoscaler("web-scale", { minReplicas: 2, maxReplicas: 10, cpuPercent: 70 });
    for (let index = 0; index < times; index++) {
        const mail = new Queue(`mail-${index}`, { visibilityTimeoutSeconds: 60, maxDeliveries: 5 });
        const app = new App(`web-${index}`, {
            build,
            port: 8080,
            cpu: 0.5,
            memoryMiB: 1024,
            environment: { GREETING: "hello" },
            secrets: { SESSION_KEY: pulumi.secret(`key-${index}`) },
            bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toSend() },
            release: { command: ["npm", "run", "migrate"] },
            rollout: { strategy: "canary", steps: [{ percent: 10, bakeSeconds: 60 }] },
            routes: [{ loadBalancer: front, path: `/web-${index}` }],
            autoscaler,
            logs,
        });
        new App(`mailer-${index}`, {
            build,
            command: ["work"],
            bindings: { MAIL_QUEUE_URL: mail.toReceive() },
            logs,
        });
        new Job(`report-${index}`, { app, command: ["npm", "run", "report"], schedule: "0 6 * * 1" });
    }
}
