import { describe, expect, test } from "vitest";
import type { ExportedResource } from "#dist/cli/export/format.js";
import { arm } from "#dist/cli/export/formats/arm/index.js";
import { ARM_TYPES } from "#dist/cli/export/formats/arm/types.js";
import { everything, otherStack, run } from "../../providers/azure/programs.js";

const PROGRAM = { project: "shop", stack: "prod" };

function resource(
    type: string,
    name: string,
    inputs: Readonly<Record<string, unknown>>,
    more: Partial<ExportedResource> = {},
): ExportedResource {
    const urn = `urn:pulumi:prod::shop::${type}::${name}`;
    return { type, name, urn, inputs, secretInputs: [], dependencies: [], ...more };
}

interface Template {
    readonly metadata: { readonly leftOut: readonly string[] };
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly resources: readonly Readonly<Record<string, unknown>>[];
}

function printed(...resources: readonly ExportedResource[]): Template {
    return JSON.parse(arm.print(resources, PROGRAM));
}

const vault = resource("azure-native:keyvault:Vault", "platform-vault", {
    vaultName: "platform-1",
    resourceGroupName: "group",
    location: "westeurope",
    properties: { tenantId: "t", sku: { family: "A", name: "standard" } },
});

test("every type that the target makes is known, but the resource group itself", async () => {
    const { resources } = await run(everything, { state: otherStack, profile: "production" });
    const types = resources.filter(({ type }) => type.startsWith("azure-native:")).map(({ type }) => type.slice(13));
    const unknown = [...new Set(types)].filter((type) => ARM_TYPES[type] === undefined);
    expect(unknown).toEqual(["resources:ResourceGroup"]);
    for (const { type, names, apiVersion } of Object.values(ARM_TYPES)) {
        expect(apiVersion, type).toMatch(/^\d{4}-\d\d-\d\d(-preview)?$/);
        // An extension's name is its own; all others have a part for each segment.
        expect(names.length === type.split("/").length - 1, type).toBe(true);
    }
});

describe("a resource", () => {
    test("has an envelope, properties, and its parents in its name", () => {
        const secret = resource(
            "azure-native:keyvault:Secret",
            "db-url",
            {
                vaultName: "platform-1",
                secretName: "db-2",
                resourceGroupName: "group",
                properties: { value: "(secret)", contentType: "text/uri" },
                tags: { a: "b" },
            },
            { secretInputs: ["properties.value"], dependencies: [vault.urn] },
        );
        const template = printed(secret, vault);
        expect(template.parameters).toEqual({ "db-url": { type: "securestring" } });
        expect(template.resources).toEqual([
            expect.objectContaining({ type: "Microsoft.KeyVault/vaults", name: "platform-1", location: "westeurope" }),
            {
                type: "Microsoft.KeyVault/vaults/secrets",
                apiVersion: "2024-11-01",
                name: "platform-1/db-2",
                comments: "db-url",
                tags: { a: "b" },
                dependsOn: ["[resourceId('Microsoft.KeyVault/vaults', 'platform-1')]"],
                properties: { value: "[parameters('db-url')]", contentType: "text/uri" },
            },
        ]);
    });

    test("names others by expressions, also with a path, also as a key", () => {
        const identity = resource("azure-native:managedidentity:UserAssignedIdentity", "platform-identity", {
            resourceName: "identity-1",
        });
        const network = resource("azure-native:network:VirtualNetwork", "platform-network", {
            virtualNetworkName: "network-1",
            subnets: [{ name: "apps", addressPrefix: "10.0.0.0/23" }],
        });
        const app = resource("azure-native:app:ContainerApp", "web-app", {
            containerAppName: "web-1",
            identity: { type: "UserAssigned", userAssignedIdentities: ["platform-identity-id"] },
            template: { subnet: "platform-network-id/subnets/apps", odd: "[not an expression]", web: "web-app-idle" },
        });
        const { resources } = printed(identity, network, app);
        const of = (name: string) => resources.find(({ comments }) => comments === name);
        const id = "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'identity-1')]";
        expect(of("web-app")).toMatchObject({
            identity: { type: "UserAssigned", userAssignedIdentities: { [id]: {} } },
            properties: {
                template: {
                    subnet: "[concat(resourceId('Microsoft.Network/virtualNetworks', 'network-1'), '/subnets/apps')]",
                    odd: "[[not an expression]",
                    web: "web-app-idle",
                },
            },
        });
        expect(of("platform-network")).toMatchObject({
            properties: { subnets: [{ name: "apps", properties: { addressPrefix: "10.0.0.0/23" } }] },
        });
    });

    test("that extends another one has its scope", () => {
        const role = resource(
            "azure-native:authorization:RoleAssignment",
            "reader",
            { roleAssignmentName: "guid", scope: "platform-vault-id", principalId: "p" },
            { dependencies: [vault.urn] },
        );
        const app = resource("azure-native:app:Job", "job", { jobName: "job-1" }, { dependencies: [role.urn] });
        const { resources } = printed(vault, role, app);
        const scope = "resourceId('Microsoft.KeyVault/vaults', 'platform-1')";
        expect(resources[1]).toMatchObject({ scope: `[${scope}]`, properties: { principalId: "p" } });
        expect(resources[2]).toMatchObject({
            dependsOn: [`[extensionResourceId(${scope}, 'Microsoft.Authorization/roleAssignments', 'guid')]`],
        });
    });
});

test("what no template makes is said", () => {
    const step = resource("pulumi-nodejs:dynamic/twelvefold:AzureServing", "web-serving", {});
    expect(printed(vault, step).metadata.leftOut).toEqual([
        "pulumi-nodejs:dynamic/twelvefold:AzureServing web-serving",
    ]);
});

test("a program on another target is told what to set", () => {
    const app = resource("twelvefold:index:App", "web", { target: "local" });
    expect(() => arm.print([app], PROGRAM)).toThrow(
        "The format arm prints what the target azure makes, and shop/prod has the target local.",
    );
});
