/**
 * A small shop: a web process and a worker from one source folder, a catalog in Python, a database, a queue, a load
 * balancer, a weekly report. It names no cloud: `twelvefold:target` in the stack's configuration says where it runs.
 */
import { Config } from "@pulumi/pulumi";
import { App, Autoscaler, Database, Job, LoadBalancer, LogSink, Queue } from "twelvefold";

// What differs between the environments is configuration (Pulumi.<stack>.yaml); everything else is the same everywhere.
const config = new Config();
const domain = config.get("domain");

// Exported whole, so that another stack can attach to them (stacks/reviews does): LoadBalancer.fromStack(shop, "front").
export const logs = new LogSink("logs", { retentionDays: config.requireNumber("logRetentionDays") });
export const db = new Database("db", { version: "17", storageGiB: 20 });
export const mail = new Queue("mail", { visibilityTimeoutSeconds: 60, maxDeliveries: 5 });
export const front = new LoadBalancer("front", domain ? { domain } : {});

const scale = new Autoscaler("web-scale", {
    minReplicas: config.requireNumber("minReplicas"),
    maxReplicas: config.requireNumber("maxReplicas"),
    cpuPercent: 70,
});

const catalog = new App("catalog", { build: { context: "./catalog" }, port: 8080, logs });

// One folder, several processes: its Procfile says how each is started, and which command migrates the database first.
const build = { context: "./service" };

const web = new App("web", {
    build,
    process: "web",
    port: 8080,
    cpu: 0.5,
    memoryMiB: 1024,
    secrets: { SESSION_KEY: config.requireSecret("sessionKey") },
    bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toSend(), CATALOG_URL: catalog },
    routes: [{ loadBalancer: front, path: "/" }],
    autoscaler: scale,
    logs,
});

new App(
    "mailer",
    {
        build,
        process: "worker",
        bindings: { DATABASE_URL: db, MAIL_QUEUE_URL: mail.toReceive() },
        logs,
    },
    // A release of the web process migrates the database first; the worker's code may count on that.
    { dependsOn: web },
);

// Mondays at six, UTC: the same release and the same configuration as the web process.
new Job("report", { app: web, command: ["node", "report.js"], schedule: "0 6 * * 1" });

export const url = front.url;
export const readLogs = logs.query;
