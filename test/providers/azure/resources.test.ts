import { StackReference } from "@pulumi/pulumi";
import { App, Autoscaler, Database, Job, LoadBalancer, LogSink, Platform, Queue } from "twelvefold";
import { describe, expect, test } from "vitest";
import { runShop } from "../../support/stacks.js";
import { build, everything, IMAGE, otherStack, resources, run, web } from "./programs.js";

const GROUND = [
    "app:ManagedEnvironment ground-environment",
    "authorization:RoleAssignment ground-vault-reader",
    "keyvault:Vault ground-vault",
    "managedidentity:UserAssignedIdentity ground-identity",
    "network:NetworkSecurityGroup ground-endpoints-nsg",
    "network:VirtualNetwork ground-network",
    "privatedns:PrivateZone ground-zone-postgres",
    "privatedns:VirtualNetworkLink ground-zone-postgres-link",
    "resources:ResourceGroup ground-group",
];

// The exact resources of each component: one more or one less is a change that somebody must mean.
describe("what each component makes, with nothing but what it needs", () => {
    test.each<readonly [string, () => unknown, readonly string[]]>([
        ["Platform", () => new Platform("ground"), GROUND],
        [
            "Platform in a network that exists, with its zone",
            () => new Platform("ground", { network: "/net", azure: { privateZones: { postgres: "/zone" } } }),
            GROUND.filter((name) => !/network:|privatedns:/.test(name)),
        ],
        [
            "LogSink",
            () => new LogSink("logs"),
            [
                "monitor:DiagnosticSetting logs-wire",
                "operationalinsights:SavedSearch logs-search",
                "operationalinsights:Workspace logs-workspace",
            ],
        ],
        [
            "Database",
            () => new Database("db"),
            [
                "dbforpostgresql:Database db-database",
                "dbforpostgresql:Server db-server",
                "index/randomPassword:RandomPassword db-password",
                "keyvault:Secret db-url",
                "network:PrivateDnsZoneGroup db-dns",
                "network:PrivateEndpoint db-endpoint",
            ],
        ],
        ["Queue", () => new Queue("mail"), ["servicebus:Queue mail-queue"]],
        [
            "LoadBalancer",
            () => new LoadBalancer("front"),
            ["cdn:AFDEndpoint front-endpoint", "cdn:Profile front-profile"],
        ],
        ["Autoscaler", () => new Autoscaler("scale", { maxReplicas: 3, cpuPercent: 70 }), []],
        [
            "worker",
            () => new App("worker", { image: IMAGE }),
            ["AzureServing worker-serving", "app:ContainerApp worker-app"],
        ],
        ["web", () => web(), ["AzureServing web-serving", "app:ContainerApp web-app"]],
        [
            "Job of its own code",
            () => new Job("report", { image: IMAGE, command: ["true"], schedule: "0 6 * * 1" }),
            ["app:Job report-job"],
        ],
    ])("%s", async (_, program, expected) => {
        expect(resources(await run(program))).toEqual(expected);
    });
});

test("a namespace comes with the first queue, a registry with the first build, once", async () => {
    const { resources: all } = await run(() => {
        new Queue("mail");
        new Queue("orders");
        new App("web", { build, port: 8080 });
        new App("mailer", { build, process: "worker", command: ["work"] });
    });
    const shared = all.filter(({ parent }) => parent === "platform").map(({ name }) => name);
    expect(shared.filter((name) => /messaging|registry|puller|build/.test(name)).sort()).toEqual([
        expect.stringMatching(/^platform-build-/),
        "platform-messaging",
        "platform-puller",
        "platform-registry",
    ]);
});

test("every component with everything", async () => {
    expect(resources(await run(everything, { state: otherStack, profile: "production" }))).toMatchSnapshot();
});

describe("the shop, unchanged", () => {
    const custom = (run: Awaited<ReturnType<typeof runShop>>) => run.resources.filter((r) => r.custom);

    test("development: 43 resources", async () => {
        const shop = await runShop({ target: "azure" });
        expect(resources(shop)).toMatchSnapshot();
        expect(custom(shop)).toHaveLength(43);
    });

    test("production adds a private vault, audit logs, parameters and a lock, nothing else", async () => {
        const names = async (profile: "development" | "production") =>
            custom(await runShop({ target: "azure", profile })).map(
                ({ type, name }) => `${type.split(":").at(-1)} ${name}`,
            );
        const development = await names("development");
        const production = await names("production");
        expect(production.filter((name) => !development.includes(name)).sort()).toEqual([
            "Configuration db-min-tls",
            "Configuration db-tls",
            "DiagnosticSetting db-diagnostics",
            "DiagnosticSetting front-access-logs",
            "DiagnosticSetting front-diagnostics",
            "DiagnosticSetting platform-messaging-diagnostics",
            "DiagnosticSetting platform-registry-diagnostics",
            "DiagnosticSetting platform-vault-diagnostics",
            "ManagementLockByScope db-lock",
            "PrivateDnsZoneGroup platform-vault-dns",
            "PrivateEndpoint platform-vault-endpoint",
            "PrivateZone platform-zone-vault",
            "VirtualNetworkLink platform-zone-vault-link",
            "Workspace platform-audit",
        ]);
        expect(development.filter((name) => !production.includes(name))).toEqual([]);
    });
});

describe("the platform of another stack", () => {
    test("gets a namespace of this stack's in its own resource group", async () => {
        const recording = await run(
            () => {
                const platform = Platform.fromStack(new StackReference("acme/other/dev"), "ground");
                const mail = new Queue("mail", { platform });
                new App("mailer", { platform, image: IMAGE, bindings: { MAIL_URL: mail.toReceive() } });
            },
            { state: otherStack },
        );
        expect(resources(recording).filter((name) => /ResourceGroup|ManagedEnvironment|Vault /.test(name))).toEqual([]);
        const namespace = recording.resources.find(({ type }) => type.endsWith(":Namespace"));
        expect(namespace?.inputs).toMatchObject({ resourceGroupName: "other-00000000" });
        expect(namespace?.parent).toBeUndefined();
        expect(recording.child("mailer", "app").inputs).toMatchObject({ environmentId: "other-environment-id" });
    });

    test("is where an app has to stand to reach a database there", async () => {
        const other = () => new StackReference("acme/other/dev");
        const program = (own: boolean) => () => {
            const platform = own ? {} : { platform: Platform.fromStack(other(), "ground") };
            web({ ...platform, bindings: { DATABASE_URL: Database.fromStack(other(), "db") } });
        };
        await expect(run(program(true), { state: otherStack })).rejects.toThrow(
            'Database "db" lives in another network, and has no public address. Let App "web" stand on its platform: ' +
                'platform: Platform.fromStack(…, "platform").',
        );
        const there = await run(program(false), { state: otherStack });
        expect(there.child("web", "app").inputs).toMatchObject({
            configuration: { secrets: [{ keyVaultUrl: "https://other-vault.vault.azure.net/secrets/db/1" }] },
        });
    });
});
