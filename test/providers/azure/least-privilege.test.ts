import { secret } from "@pulumi/pulumi";
import { App, Queue } from "twelvefold";
import type { Recording } from "twelvefold/testing";
import { describe, expect, test } from "vitest";
import { runShop } from "../../support/stacks.js";
import { everything, IMAGE, inputs, type Json, otherStack, run, web } from "./programs.js";

const READS_SECRETS = "4633458b-17de-408a-b874-0445c86b69e6";
const PULLS_IMAGES = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
const OWNS_QUEUE_DATA = "090c5cfd-751d-490a-894a-3ce6f1109419";

/** Every right that somebody has on something, one `who may what on what` a line. */
function rights(recording: Recording): readonly string[] {
    const assigned = recording.resources.filter(({ type }) => type.endsWith(":RoleAssignment"));
    const rules = recording.resources.filter(({ type }) => type.endsWith(":QueueAuthorizationRule"));
    return [
        ...assigned.map(
            ({ name, inputs }) => `${name}: ${String(inputs.roleDefinitionId).split("/").at(-1)} on ${inputs.scope}`,
        ),
        ...rules.map(
            ({ parent, inputs }) => `${parent}: ${(inputs.rights as string[]).join("+")} on ${inputs.queueName}`,
        ),
    ].sort();
}

/** Names of the secrets that an app may read. */
function secretsOf(recording: Recording, app: string): readonly string[] {
    const { secrets } = inputs(recording, app, "app").configuration as Json;
    return (secrets as unknown as { name: string }[]).map(({ name }) => name);
}

describe("rights", () => {
    test("in the shop: exactly where there is a binding, for every pair", async () => {
        const shop = await runShop({ target: "azure" });
        expect(rights(shop)).toEqual([
            expect.stringMatching(/^mailer: Listen on mail-[0-9a-f]{8}$/),
            `platform-puller: ${PULLS_IMAGES} on platform-registry-id`,
            `platform-vault-reader: ${READS_SECRETS} on platform-vault-id`,
            expect.stringMatching(/^web: Send on mail-[0-9a-f]{8}$/),
        ]);
        expect(secretsOf(shop, "catalog")).toEqual([]);
        expect(secretsOf(shop, "web")).toEqual(["database-url", "mail-queue-url", "session-key"]);
        expect(secretsOf(shop, "mailer")).toEqual(["database-url", "mail-queue-url"]);
        const { secrets } = inputs(shop, "report", "job").configuration as Json;
        expect((secrets as unknown as { name: string }[]).map(({ name }) => name)).toEqual(secretsOf(shop, "web"));
    });

    test("a queue's length is read by an identity of its own, on that queue", async () => {
        const all = await run(everything, { state: otherStack });
        expect(rights(all)).toContain(`web-scaler-role: ${OWNS_QUEUE_DATA} on mail-queue-id`);
    });

    test("no container can get a token for any identity", async () => {
        const { resources } = await run(everything, { state: otherStack, profile: "production" });
        const running = resources.filter(({ type }) => /:app:(ContainerApp|Job)$/.test(type));
        expect(running.length).toBeGreaterThan(3);
        for (const { name, inputs } of running) {
            const { identitySettings } = inputs.configuration as {
                identitySettings: { identity: string; lifecycle: string }[];
            };
            const { userAssignedIdentities } = inputs.identity as { userAssignedIdentities: string[] };
            expect(
                identitySettings.map(({ identity }) => identity),
                name,
            ).toEqual(userAssignedIdentities);
            for (const { lifecycle } of identitySettings) expect(lifecycle, name).toBe("None");
        }
    });

    test("the thirteenth binding to a queue is refused", async () => {
        const program = () => {
            const mail = new Queue("mail");
            for (let index = 0; index < 13; index++) {
                new App(`app-${index}`, { image: IMAGE, bindings: { MAIL_URL: mail.toSend() } });
            }
        };
        await expect(run(program)).rejects.toThrow(
            'App "app-12" has the 13th binding to Queue "mail"; Service Bus takes 12 on one queue.',
        );
    });

    test("nothing but Front Door, Service Bus and the registry has a public address", async () => {
        const shop = await runShop({ target: "azure", profile: "production" });
        const closed = shop.resources.filter(({ inputs }) =>
            JSON.stringify(inputs).includes('"publicNetworkAccess":"Disabled"'),
        );
        expect(closed.map(({ name }) => name).sort()).toEqual(["db-server", "platform-vault"]);
        expect(shop.resources.filter(({ type }) => type.endsWith(":FirewallRule"))).toEqual([]);
    });
});

describe("secrets", () => {
    test("are in Key Vault, marked, and nowhere else", async () => {
        const canary = "canary-4f2a";
        const app = await run(() => web({ secrets: { KEY: secret(canary) }, environment: { PLAIN: "visible" } }));
        const holders = app.resources.filter(({ inputs }) => JSON.stringify(inputs).includes(canary));
        expect(holders.map(({ type }) => type)).toEqual(["azure-native:keyvault:Secret"]);
        expect(holders[0]?.secretInputs).toContain("properties");
        expect(holders[0]?.retainOnDelete).toBe(true);
    });

    test("passwords and keys are in Key Vault and on the server only", async () => {
        const shop = await runShop({ target: "azure" });
        const password = String(inputs(shop, "db", "server").administratorLoginPassword);
        const url = (inputs(shop, "db", "url").properties as Json).value;
        expect(url).toBe(
            `postgresql://app:${password}@${inputs(shop, "db", "server").serverName}.postgres.database.azure.com:5432/db?sslmode=require`,
        );
        const key = /:([^:@]+)@/.exec(
            String((inputs(shop, "web", "url-MAIL_QUEUE_URL").properties as Json).value),
        )?.[1];
        const holders = (text: string) =>
            shop.resources.filter(({ inputs }) => JSON.stringify(inputs).includes(text)).map(({ name }) => name);
        expect(holders(password).sort()).toEqual(["db-server", "db-url"]);
        expect(holders(key ?? "missing")).toEqual(["web-url-MAIL_QUEUE_URL"]);
        expect(holders("hidden-key")).toEqual(["web-secret-SESSION_KEY"]);
        expect(shop.child("db", "server").secretInputs).toContain("administratorLoginPassword");
    });

    test("apps name them by address and version, so that another value is another release", async () => {
        const release = async (value: string) => {
            const app = await run(() => web({ secrets: { KEY: value } }));
            const { secrets } = inputs(app, "web", "app").configuration as Json;
            const [first] = secrets as unknown as { keyVaultUrl: string; value?: string }[];
            expect(first?.keyVaultUrl).toMatch(
                /^https:\/\/platform-[0-9a-f]{8}\.vault\.azure\.net\/secrets\/web-[0-9a-f]{8}\/[0-9a-f]{32}$/,
            );
            expect(first).not.toHaveProperty("value");
            return inputs(app, "web", "serving").releaseId;
        };
        expect(await release("one")).not.toBe(await release("two"));
        expect(await release("one")).toBe(await release("one"));
    });

    test("deletion protection is on in production, for what holds data or an address", async () => {
        const shop = await runShop({ target: "azure", profile: "production" });
        const guarded = shop.resources.filter(({ protect }) => protect).map(({ name }) => name);
        expect(guarded.sort()).toEqual([
            "db-database",
            "db-server",
            "front-endpoint",
            "platform-environment",
            "platform-messaging",
            "platform-vault",
        ]);
        const development = await runShop({ target: "azure" });
        expect(development.resources.filter(({ protect }) => protect)).toEqual([]);
    });
});

test("images are pinned by digest everywhere", async () => {
    const { resources } = await runShop({ target: "azure" });
    const images = [...JSON.stringify(resources).matchAll(/"image":"([^"]+)"/g)].map(([, one]) => one);
    expect(images.length).toBeGreaterThan(4);
    for (const image of images) expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
});
