import { Config } from "@pulumi/pulumi";
import type { PlatformRecord } from "twelvefold/kubernetes";

/** What can be installed, each with its version: a release that this repository's tests have the definitions of. */
export const VERSIONS = {
    certManager: "1.19.1",
    gateway: "1.9.1",
    cloudnativepg: "1.30.0",
    rabbitmq: "2.22.1",
    rabbitmqTopology: "1.20.1",
    keda: "2.21.0",
    metricsServer: "0.9.0",
    /** VictoriaLogs. */
    logStore: "1.52.0",
    /** OpenTelemetry Collector, the distribution with all components. */
    logAgent: "0.149.0",
} as const;

const OPERATORS = ["certManager", "gateway", "cloudnativepg", "rabbitmq", "keda", "metricsServer", "logs"] as const;
export type Operator = (typeof OPERATORS)[number];

/** How long lines are kept, and on how large a disk. */
export interface LogClass {
    readonly retentionDays: number;
    readonly gib: number;
}

/** An account at an authority that the world trusts, and how cert-manager proves that a domain is ours. */
export interface Acme {
    readonly email: string;
    /** Directory of the authority. Default: Let's Encrypt. */
    readonly server?: string;
    /** `spec.acme.solvers` of cert-manager's ClusterIssuer. */
    readonly solvers: readonly object[];
}

export interface Settings {
    /** What this program installs; leave out what the cluster has already, and write it into `record`. */
    readonly install: readonly Operator[];
    /** Name of the GatewayClass that is made. */
    readonly gatewayClass: string;
    /** PostgreSQL images by major version. */
    readonly postgres: Readonly<Record<string, string>>;
    /** Who signs for domains; undefined: the cluster's own authority, which no browser trusts. */
    readonly acme: Acme | undefined;
    /** A log store for each; a LogSink gets the smallest that keeps lines long enough. */
    readonly logClasses: readonly LogClass[];
    /** Image with Node for the Jobs of canary and blueGreen rollouts; resolved to its digest. */
    readonly nodeImage: string;
    /** Parts of the platform record that are known better than here: wins, field by field. */
    readonly record: Partial<PlatformRecord>;
}

export function readSettings(): Settings {
    const config = new Config();
    const install = config.getObject<readonly string[]>("install") ?? OPERATORS;
    const unknown = install.filter((name) => !OPERATORS.some((operator) => operator === name));
    if (unknown.length > 0) {
        throw new Error(`platform:install names ${unknown.join(", ")}; allowed: ${OPERATORS.join(", ")}.`);
    }
    const lacking = needsOf(install).filter((name) => !install.includes(name) && !has(config, name));
    if (lacking.length > 0) {
        throw new Error(`rabbitmq needs ${lacking.join(", ")}: add it to platform:install, or to platform:record.`);
    }
    return {
        install: install as readonly Operator[],
        gatewayClass: config.get("gatewayClass") ?? "twelvefold",
        postgres: config.getObject("postgres") ?? {
            "16": "ghcr.io/cloudnative-pg/postgresql:16-standard-trixie",
            "17": "ghcr.io/cloudnative-pg/postgresql:17-standard-trixie",
        },
        acme: checkedAcme(config.getObject<Acme>("acme"), install),
        logClasses: checkedClasses(
            config.getObject<readonly LogClass[]>("logClasses") ?? [{ retentionDays: 30, gib: 20 }],
        ),
        nodeImage: config.get("nodeImage") ?? "docker.io/library/node:22-alpine",
        record: config.getObject<Partial<PlatformRecord>>("record") ?? {},
    };
}

/** Its webhooks have certificates of cert-manager. */
function needsOf(install: readonly string[]): readonly Operator[] {
    return install.includes("rabbitmq") ? ["certManager"] : [];
}

function has(config: Config, part: Operator): boolean {
    return config.getObject<Partial<PlatformRecord>>("record")?.[part] !== undefined;
}

function checkedClasses(classes: readonly LogClass[]): readonly LogClass[] {
    const whole = (value: unknown, most: number) =>
        Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
    const wrong = classes.find(({ retentionDays, gib }) => !whole(retentionDays, 3653) || !whole(gib, 16_384));
    const days = classes.map(({ retentionDays }) => retentionDays);
    if (wrong !== undefined || days.length === 0 || new Set(days).size < days.length) {
        throw new Error(
            `platform:logClasses is ${JSON.stringify(classes)}; allowed: a list of {"retentionDays": 1 to 3653, "gib": 1 to 16384}, ` +
                "each number of days once.",
        );
    }
    return classes;
}

function checkedAcme(acme: Acme | undefined, install: readonly string[]): Acme | undefined {
    if (acme === undefined) return undefined;
    if (!install.includes("certManager")) {
        throw new Error(
            "platform:acme needs certManager in platform:install; else name certManager.acmeIssuer in platform:record.",
        );
    }
    if (typeof acme.email !== "string" || !Array.isArray(acme.solvers) || acme.solvers.length === 0) {
        throw new Error(
            `platform:acme is ${JSON.stringify(acme)}; allowed: {"email": "…", "solvers": […]} with cert-manager's solvers, and "server".`,
        );
    }
    return acme;
}
