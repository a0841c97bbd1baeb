import {
    App,
    type AppArgs,
    Autoscaler,
    Database,
    Job,
    LoadBalancer,
    LogSink,
    Platform,
    Queue,
    type RolloutArgs,
} from "twelvefold";
import { expect } from "vitest";
import type { Kind } from "#dist/providers/contract.js";
import type { Feature } from "#dist/providers/support.js";

/** A program that asks for one feature, and where its intent must show that it did. */
export interface Case {
    readonly ask: () => void;
    readonly shows: readonly [kind: Kind, name: string, intent: Readonly<Record<string, unknown>>];
}

const build = { context: "test/support/fixtures/app" };

/** An App or Job may need what another target lacks, so a case asks for as little else as it can. */
function app(args: Partial<AppArgs>, intent: Readonly<Record<string, unknown>>): Case {
    return { ask: () => void new App("web", { build, port: 8080, ...args }), shows: ["App", "web", intent] };
}

function worker(args: Partial<AppArgs>, intent: Readonly<Record<string, unknown>>): Case {
    return { ask: () => void new App("web", { build, ...args }), shows: ["App", "web", intent] };
}

/** A rollout that moves traffic needs some: the app serves a path. */
function rollout(args: RolloutArgs): Case {
    return {
        ask: () => {
            const logs = new LogSink("logs");
            const routes = [{ loadBalancer: new LoadBalancer("front"), path: "/" }];
            new App("web", { build, port: 8080, logs, routes, rollout: args });
        },
        shows: ["App", "web", { rollout: expect.objectContaining(args) }],
    };
}

function route(extra: object, others: () => object = () => ({})): Case {
    return {
        ask: () => {
            const front = new LoadBalancer("front");
            new App("web", {
                build,
                port: 8080,
                routes: [{ loadBalancer: front, path: "/orders", ...extra, ...others() }],
            });
        },
        shows: ["App", "web", { routes: [expect.objectContaining({ path: "/orders", ...extra })] }],
    };
}

const rollback = (rollbackOn: NonNullable<RolloutArgs["rollbackOn"]>): Case => {
    const { ask, shows } = rollout({ strategy: "canary", rollbackOn });
    const [kind, name] = shows;
    const seen = expect.objectContaining({ strategy: "canary", rollbackOn: expect.objectContaining(rollbackOn) });
    return { ask, shows: [kind, name, { rollout: seen }] };
};

const platform = (args: Readonly<Record<string, unknown>>): Case => ({
    ask: () => void new Platform("ground", args),
    shows: ["Platform", "ground", args],
});
const sink = (args: Readonly<Record<string, unknown>>): Case => ({
    ask: () => void new LogSink("logs", args),
    shows: ["LogSink", "logs", args],
});
const database = (args: Readonly<Record<string, unknown>>): Case => ({
    ask: () => void new Database("db", args),
    shows: ["Database", "db", args],
});
const queue = (args: Readonly<Record<string, unknown>>): Case => ({
    ask: () => void new Queue("mail", args),
    shows: ["Queue", "mail", args],
});
const balancer = (args: Readonly<Record<string, unknown>>): Case => ({
    ask: () => void new LoadBalancer("front", args),
    shows: ["LoadBalancer", "front", args],
});
const scale = (args: Readonly<Record<string, unknown>>): Case => ({
    ask: () => void new Autoscaler("scale", { maxReplicas: 5, ...args }),
    shows: ["Autoscaler", "scale", { maxReplicas: 5, ...args }],
});
const job = (args: Readonly<Record<string, unknown>>): Case => ({
    ask: () => void new Job("report", { app: new App("web", { build, port: 8080 }), command: ["true"], ...args }),
    shows: ["Job", "report", { app: "web", ...args }],
});

const binding = (name: string, make: () => AppArgs["bindings"], bound: unknown): Case => ({
    ask: () => void new App("web", { build, port: 8080, bindings: make() ?? {} }),
    shows: ["App", "web", { bindings: { [name]: bound } }],
});

/** One case for every feature: a feature without a case does not compile. */
export const CASES: Readonly<Record<Feature, Case>> = {
    "Platform.network": platform({ network: "network-1" }),
    "Platform.zones": platform({ zones: 4 }),
    "Platform.domain": platform({ domain: "example.com" }),

    "LogSink.retentionDays": sink({ retentionDays: 7 }),
    "LogSink.alerts": sink({ alerts: [{ name: "errors", match: "ERROR" }] }),
    "LogSink.archive": sink({ archive: { retentionDays: 400 } }),

    "Database.version": database({ version: "16" }),
    "Database.storageGiB": database({ storageGiB: 64 }),
    "Database.size": database({ size: "large" }),
    "Database.highlyAvailable": database({ highlyAvailable: true }),
    "Database.backupRetentionDays": database({ backupRetentionDays: 30 }),
    "Database.deletionProtection": database({ deletionProtection: true }),
    "Database.restoreFrom": database({ restoreFrom: { snapshot: "before" } }),
    "Database.extensions": database({ extensions: ["pg_trgm"] }),

    "Queue.visibilityTimeoutSeconds": queue({ visibilityTimeoutSeconds: 60 }),
    "Queue.maxDeliveries": queue({ maxDeliveries: 3 }),
    "Queue.retentionSeconds": queue({ retentionSeconds: 3600 }),
    "Queue.delaySeconds": queue({ delaySeconds: 10 }),
    "Queue.fifo": queue({ fifo: true }),

    "LoadBalancer.roundRobin": balancer({ algorithm: "roundRobin" }),
    "LoadBalancer.leastConnections": balancer({ algorithm: "leastConnections" }),
    "LoadBalancer.latency": balancer({ routing: "latency", domain: "shop.example.com" }),
    "LoadBalancer.geographic": balancer({ routing: "geographic", domain: "shop.example.com" }),
    "LoadBalancer.domain": balancer({ domain: "shop.example.com" }),
    "LoadBalancer.certificate": balancer({ domain: "shop.example.com", certificate: "certificate-1" }),
    "LoadBalancer.redirectToHttps": balancer({ domain: "shop.example.com", redirectToHttps: false }),
    "LoadBalancer.internal": balancer({ internal: true }),
    "LoadBalancer.allowedCidrs": balancer({ allowedCidrs: ["203.0.113.0/24"] }),
    "LoadBalancer.idleTimeoutSeconds": balancer({ idleTimeoutSeconds: 120 }),
    "LoadBalancer.accessLogs": balancer({ accessLogs: true }),

    "Autoscaler.cpuPercent": scale({ cpuPercent: 70 }),
    "Autoscaler.memoryPercent": scale({ memoryPercent: 80 }),
    "Autoscaler.requestsPerSecondPerReplica": scale({ requestsPerSecondPerReplica: 50 }),
    "Autoscaler.queueBacklogPerReplica": {
        ask: () => {
            const mail = new Queue("mail");
            new Autoscaler("scale", { maxReplicas: 5, queueBacklogPerReplica: { queue: mail, messages: 10 } });
        },
        shows: ["Autoscaler", "scale", { queueBacklogPerReplica: { queue: "mail", messages: 10 } }],
    },
    "Autoscaler.schedules": scale({
        schedules: [{ cron: "0 8 * * 1-5", timeZone: "UTC", minReplicas: 2, maxReplicas: 5 }],
    }),
    "Autoscaler.scaleToZero": {
        ask: () => {
            const mail = new Queue("mail");
            new Autoscaler("scale", {
                maxReplicas: 5,
                scaleToZero: true,
                queueBacklogPerReplica: { queue: mail, messages: 10 },
            });
        },
        shows: ["Autoscaler", "scale", { scaleToZero: true, minReplicas: 0 }],
    },
    "Autoscaler.scaleInCooldownSeconds": scale({ cpuPercent: 70, scaleInCooldownSeconds: 60 }),
    "Autoscaler.scaleOutCooldownSeconds": scale({ cpuPercent: 70, scaleOutCooldownSeconds: 60 }),

    "App.image": {
        ask: () => void new App("web", { image: "registry.example.com/shop:1.0", port: 8080 }),
        shows: ["App", "web", { image: "registry.example.com/shop:1.0" }],
    },
    "App.build": app({}, { build }),
    "App.resources": app({ cpu: 0.5, memoryMiB: 1024 }, { cpu: 0.5, memoryMiB: 1024 }),
    "App.secrets": app({ secrets: { KEY: "hidden" } }, { secrets: ["KEY"] }),
    "App.release": app({ release: { command: ["true"] } }, { release: { command: ["true"], timeoutSeconds: 600 } }),
    "App.health.readinessPath": app({ health: { readinessPath: "/ready" } }, { health: { readinessPath: "/ready" } }),
    "App.health.livenessPath": app({ health: { livenessPath: "/alive" } }, { health: { livenessPath: "/alive" } }),
    "App.health.command": worker({ health: { command: ["true"] } }, { health: { command: ["true"] } }),
    "App.stopTimeoutSeconds": app({ stopTimeoutSeconds: 60 }, { stopTimeoutSeconds: 60 }),
    "App.rolling": app(
        { rollout: { strategy: "rolling" } },
        { rollout: expect.objectContaining({ strategy: "rolling" }) },
    ),
    "App.automaticRollback": app({}, { rollout: expect.objectContaining({ strategy: "rolling" }) }),
    "App.blueGreen": rollout({ strategy: "blueGreen", bakeSeconds: 60 }),
    "App.canary": rollout({ strategy: "canary", steps: [{ percent: 10, bakeSeconds: 60 }] }),
    "App.rollbackOn.errorPercent": rollback({ errorPercent: 1 }),
    "App.rollbackOn.p99Milliseconds": rollback({ p99Milliseconds: 500 }),
    "App.rollbackOn.alarms": rollback({ alarms: ["errors"] }),
    "App.bindings.database": binding("DATABASE_URL", () => ({ DATABASE_URL: new Database("db") }), {
        kind: "Database",
        name: "db",
        right: "connect",
    }),
    "App.bindings.queue": binding("MAIL_URL", () => ({ MAIL_URL: new Queue("mail").toSend() }), {
        kind: "Queue",
        name: "mail",
        right: "send",
    }),
    "App.bindings.app": binding("API_URL", () => ({ API_URL: new App("api", { build, port: 8080 }) }), {
        kind: "App",
        name: "api",
        right: "connect",
    }),
    "App.bindings.isolation": binding("DATABASE_URL", () => ({ DATABASE_URL: new Database("db") }), {
        kind: "Database",
        name: "db",
        right: "connect",
    }),
    "App.routes": route({}),
    "App.routes.host": {
        ask: () => {
            // A host that the load balancer answers under: on some targets there is no other.
            const loadBalancer = new LoadBalancer("front", { domain: "shop.example.com" });
            const routes = [{ loadBalancer, host: "shop.example.com", path: "/orders" }];
            new App("web", { build, port: 8080, routes });
        },
        shows: ["App", "web", { routes: [expect.objectContaining({ path: "/orders", host: "shop.example.com" })] }],
    },
    "App.routes.percent": {
        ask: () => {
            const front = new LoadBalancer("front");
            const legacy = new App("legacy", { build, port: 8080, routes: [{ loadBalancer: front, path: "/" }] });
            const share = { loadBalancer: front, path: "/orders", percent: 20, otherwise: legacy };
            new App("web", { build, port: 8080, routes: [share] });
        },
        shows: ["App", "web", { routes: [expect.objectContaining({ percent: 20, otherwise: "legacy" })] }],
    },
    "App.routes.stripPrefix": route({ stripPrefix: true }),
    "App.routes.countries": route({ countries: ["DE", "FR"] }),
    "App.routes.joins": route({ joins: "shop-eu/web" }),

    "Job.schedule": job({ schedule: "0 6 * * 1" }),
    "Job.timeZone": job({ schedule: "0 6 * * 1", timeZone: "Europe/Berlin" }),
    "Job.oncePerRelease": job({}),
    "Job.timeoutSeconds": job({ schedule: "0 6 * * 1", timeoutSeconds: 60 }),
    "Job.retries": job({ schedule: "0 6 * * 1", retries: 2 }),
    "Job.allowOverlap": job({ schedule: "0 6 * * 1", allowOverlap: true }),
    "Job.image": {
        ask: () => void new Job("report", { build, command: ["true"] }),
        shows: ["Job", "report", { build }],
    },
};
