import { secret } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { runShop } from "../../support/stacks.js";
import { everything, type Json, otherStack, run, spec, web } from "./programs.js";

interface Rule {
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
}

describe("rights", () => {
    test("a sender may write to one exchange, a receiver read one queue, and nobody may configure", async () => {
        const shop = await runShop({ target: "kubernetes" });
        expect(spec(shop, "web", "permission-MAIL_QUEUE_URL").permissions).toEqual({
            configure: "",
            write: "^mail$",
            read: "",
        });
        expect(spec(shop, "mailer", "permission-MAIL_QUEUE_URL").permissions).toEqual({
            configure: "",
            write: "",
            read: "^mail$",
        });
    });

    test("no app has rights in the cluster, or a token", async () => {
        const { resources } = await run(everything, { state: otherStack, profile: "production" });
        const ofKind = (kind: string) => resources.filter(({ type }) => type.endsWith(`:${kind}`));
        const accounts = ofKind("ServiceAccount");
        expect(accounts.length).toBeGreaterThan(1);
        for (const { inputs } of accounts) expect(inputs.automountServiceAccountToken).toBe(false);
        const subjects = ofKind("RoleBinding").flatMap(({ inputs }) => inputs.subjects as { name: string }[]);
        const workloads = [...ofKind("Deployment"), ...ofKind("CronJob")];
        expect(workloads.length).toBeGreaterThan(1);
        for (const { name } of subjects) {
            for (const { inputs } of workloads)
                expect(JSON.stringify(inputs)).not.toContain(`"serviceAccountName":"${name}"`);
        }
    });

    test("what shifts traffic may do that, in its own namespace, and reads no secret", async () => {
        const { resources } = await run(everything, { state: otherStack, profile: "production" });
        expect(resources.filter(({ type }) => /:ClusterRole(?:Binding)?$/.test(type))).toEqual([]);
        const roles = resources.filter(({ type }) => type.endsWith(":Role"));
        expect(roles.map(({ name }) => name).every((name) => name.endsWith("-shift-role"))).toBe(true);
        const rules = roles.flatMap(({ inputs }) => inputs.rules as Rule[]);
        expect(rules.length).toBeGreaterThan(0);
        for (const { resources: kinds, verbs, resourceNames = [] } of rules) {
            expect([...kinds, ...verbs]).not.toContain("*");
            expect(kinds).not.toContain("secrets");
            if (verbs.includes("patch")) expect(resourceNames.length).toBeGreaterThan(0);
        }
    });

    test("the role of a database is no superuser, and connections without TLS are refused", async () => {
        const cluster = spec(await runShop({ target: "kubernetes" }), "db", "cluster");
        expect(cluster.enableSuperuserAccess).toBe(false);
        expect(cluster.postgresql?.pg_hba).toEqual(["hostnossl all all all reject"]);
    });
});

describe("secrets", () => {
    test("are in Secrets, marked, and nowhere else", async () => {
        const canary = "canary-4f2a";
        const app = await run(() => web({ secrets: { KEY: secret(canary) }, environment: { PLAIN: "visible" } }));
        const holders = app.resources.filter(({ inputs }) => JSON.stringify(inputs).includes(canary));
        expect(holders.map(({ type }) => type)).toEqual(["kubernetes:core/v1:Secret"]);
        expect(holders[0]?.secretInputs).toContain("stringData");
    });

    test("generated passwords are in Secrets only, and equal what the URL says", async () => {
        const shop = await runShop({ target: "kubernetes" });
        const open = shop.resources.filter(({ type }) => !type.endsWith(":Secret"));
        const secrets = shop.resources.filter(({ type }) => type.endsWith(":Secret"));
        const texts = secrets.map(({ inputs }) => JSON.stringify(inputs));
        const login = JSON.stringify(shop.child("db", "app").inputs);
        const password = /"password":"([0-9a-f]{32})"/.exec(login)?.[1] ?? "missing";
        expect(texts.filter((text) => text.includes(`postgresql://db:${password}@`))).toHaveLength(2);
        expect(JSON.stringify(open)).not.toContain(password);
        expect(JSON.stringify(open)).not.toContain("hidden-key");
    });

    test("deletion protection is on in production, for what holds data or an address", async () => {
        const shop = await runShop({ target: "kubernetes", profile: "production" });
        const guarded = shop.resources.filter(({ protect }) => protect).map(({ name }) => name);
        expect(guarded.sort()).toEqual(["db-app", "db-cluster", "front-gateway", "platform-namespace"]);
        const development = await runShop({ target: "kubernetes" });
        expect(development.resources.filter(({ protect }) => protect)).toEqual([]);
    });
});

test("images are pinned by digest everywhere", async () => {
    const { resources } = await runShop({ target: "kubernetes" });
    const images = [...JSON.stringify(resources as unknown as Json).matchAll(/"image":"([^"]+)"/g)].map(
        ([, one]) => one,
    );
    expect(images.length).toBeGreaterThan(4);
    for (const image of images) expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
});
