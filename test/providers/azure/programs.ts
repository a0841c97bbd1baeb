import { StackReference } from "@pulumi/pulumi";
import {
    App,
    type AppArgs,
    Autoscaler,
    Database,
    Job,
    type Kind,
    LoadBalancer,
    LogSink,
    Platform,
    Queue,
} from "twelvefold";
import { type ProgramOptions, type Recorded, type Recording, runProgram } from "twelvefold/testing";
import { type ByKind, build, IMAGE } from "../../support/programs.js";

export { build, IMAGE };

export function run<T>(program: () => T, options: ProgramOptions = {}): Promise<Recording<T>> {
    return runProgram(program, { target: "azure", profile: "development", ...options });
}

/** An app that needs nothing built. */
export function web(args: Partial<AppArgs> = {}): App {
    return new App("web", { image: IMAGE, port: 8080, ...args });
}

/** Every component with every argument that brings a resource, so that each child there is appears at least once. */
export function everything(extra: ByKind = () => ({})): void {
    const with_ = <A>(kind: Kind, args: A): A => ({ ...args, ...extra(kind) });
    new Platform("ground", with_("Platform", { azure: { premiumQueues: true, owner: "shop team" } }));
    const logs = new LogSink(
        "logs",
        with_("LogSink", {
            retentionDays: 60,
            archive: { retentionDays: 400 },
            alerts: [{ name: "errors", match: "ERROR", notify: "ops@example.com" }],
        }),
    );
    const db = new Database("db", with_("Database", { extensions: ["pg_trgm"], deletionProtection: true }));
    const mail = new Queue("mail", with_("Queue", { fifo: true, maxDeliveries: 3, delaySeconds: 5 }));
    const front = new LoadBalancer(
        "front",
        with_("LoadBalancer", {
            domain: "shop.example.com",
            certificate: "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/secrets/c",
            allowedCidrs: ["203.0.113.0/24"],
            accessLogs: true,
            routing: "geographic",
            azure: {
                domains: ["api.example.com"],
                dnsZoneId: "/subscriptions/s/resourceGroups/dns/providers/Microsoft.Network/dnszones/example.com",
            },
        }),
    );
    const queueBacklogPerReplica = { queue: mail, messages: 10 };
    const scale = new Autoscaler(
        "scale",
        with_("Autoscaler", { maxReplicas: 5, cpuPercent: 70, queueBacklogPerReplica }),
    );
    const other = App.fromStack(new StackReference("acme/other/dev"), "legacy");
    const app = new App(
        "web",
        with_("App", {
            build,
            port: 8080,
            environment: { GREETING: "hello" },
            secrets: { SESSION_KEY: "session-secret" },
            bindings: { DATABASE_URL: db, MAIL_URL: mail.toSend(), LEGACY_URL: other },
            release: { command: ["migrate"] },
            rollout: { strategy: "canary", rollbackOn: { errorPercent: 5, alarms: ["errors"] } },
            routes: [
                { loadBalancer: front, path: "/orders", percent: 20, otherwise: other, stripPrefix: true },
                { loadBalancer: front, path: "/prices", countries: ["DE"] },
                { loadBalancer: front, path: "/terms", countries: ["US"], joins: "us/web" },
            ],
            autoscaler: scale,
            logs,
        }),
    );
    new Job("report", with_("Job", { app, command: ["report"], schedule: "0 6 * * 1" }));
    new Job("import", with_("Job", { image: IMAGE, command: ["import"] }));
}

/** What other stacks exported. */
export function otherStack({ type }: Recorded): Record<string, unknown> | undefined {
    if (type !== "pulumi:pulumi:StackReference") return undefined;
    const place = { target: "azure", location: "westeurope", resourceGroup: "other-00000000" };
    const fqdn = "legacy-00000000.other.westeurope.azurecontainerapps.io";
    const legacy = {
        ...place,
        kind: "App",
        key: "other/dev/legacy",
        environmentId: "other-environment-id",
        external: true,
        fqdn,
        internalUrl: `https://${fqdn}`,
    };
    const ground = {
        ...place,
        kind: "Platform",
        key: "other/dev/ground",
        subscriptionId: "s",
        tenantId: "t",
        networkId: "other-network-id",
        environmentId: "other-environment-id",
        environmentName: "other-environment",
        defaultDomain: "other.westeurope.azurecontainerapps.io",
        endpointsSubnetId: "other-endpoints-id",
        identityId: "other-identity-id",
        identityPrincipalId: "other-principal",
        vaultName: "other-vault",
        vaultUri: "https://other-vault.vault.azure.net/",
        zones: { postgres: "other-zone-id" },
        auditWorkspaceId: "other-audit-id",
    };
    const db = {
        ...place,
        kind: "Database",
        key: "other/dev/db",
        networkId: "other-network-id",
        urlSecretUri: "https://other-vault.vault.azure.net/secrets/db/1",
    };
    return {
        name: "acme/other/dev",
        outputs: {
            ground: { handle: ground, name: "other-00000000" },
            legacy: { handle: legacy, url: "https://legacy", internalUrl: legacy.internalUrl, releaseId: "1" },
            db: { handle: db, host: "h", port: 5432, name: "db", username: "app", url: "postgresql://…" },
        },
        secretOutputNames: [],
    };
}

/** Inputs as tests read them. */
export interface Json {
    readonly [key: string]: Json;
}

export function inputs(recording: Recording, component: string, key: string): Json {
    return recording.child(component, key).inputs as Json;
}

/** Resources that are made, without those of an implicit platform, one `Type name` a line. */
export function resources(recording: Recording): readonly string[] {
    return recording.resources
        .filter(({ custom, id, parent, type }) => custom && id === undefined && parent !== "platform" && type !== STACK)
        .map(
            ({ type, name }) =>
                `${type
                    .split(":")
                    .slice(1)
                    .join(":")
                    .replace(/^\w+\/twelvefold:/, "")} ${name}`,
        )
        .sort();
}

const STACK = "pulumi:pulumi:StackReference";

/** The one container of an App or Job. */
export function container(recording: Recording, component: string, key = "app"): Json {
    const template = inputs(recording, component, key).template as Json;
    return (template.containers as unknown as readonly Json[])[0] as Json;
}
