import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ContainerApp } from "../support/arm/container-apps.js";
import { StandInArm, TOKEN } from "../support/arm/server.js";
import { ENGINE_MILLISECONDS, testEngine } from "../support/engine.js";
import { PulumiProject } from "../support/pulumi.js";

const DIST = path.resolve("dist/providers/azure");

/**
 * What the azure target makes of an App, without the SDK's provider, which needs a subscription: the step before, the
 * app itself by a PUT of the test's own, the step after.
 */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { ArmStep } = require(${JSON.stringify(`${DIST}/resource/arm-resource.js`)});
const { keepToken } = require(${JSON.stringify(`${DIST}/arm/token-file.js`)});
const config = new pulumi.Config();
const strategy = config.require("strategy");
const release = config.require("release");
if (!pulumi.runtime.isDryRun()) keepToken("test/dev", ${JSON.stringify(TOKEN)}, 60_000, async () => ${JSON.stringify(TOKEN)});

class Put extends pulumi.CustomResource {
    constructor(kind, name, args, opts) {
        const text = 'exports.handler=()=>require(process.cwd()+"/put.js").provider';
        super("pulumi-nodejs:dynamic/test:" + kind, name, { ...args, kind, __provider: text }, opts);
    }
}

const where = { managementUrl: config.require("arm"), subscriptionId: "s", resourceGroup: "g", owner: "test/dev", ready: "" };
const template = { containers: [{ image: release, env: [{ name: "RELEASE_ID", value: release }] }], scale: { minReplicas: 1 } };
const shifted = strategy === "canary";
const job = new Put("Job", "web-release-job", { url: where.managementUrl, name: "web-migrate", template });
const step = new ArmStep("AzureRelease", "web-release", {
    ...where, app: "web", releaseId: release, startupSeconds: 1, stopTimeoutSeconds: 1,
    command: { job: "web-migrate", timeoutSeconds: 60 },
    ...(shifted ? {
        shift: { steps: [{ percent: 20, bakeSeconds: 1 }, { percent: 100, bakeSeconds: 0 }], alarms: [] },
        desired: { template, secrets: [], registries: [], identities: [], identitySettings: [] },
    } : {}),
}, { dependsOn: job });
const configuration = shifted
    ? { activeRevisionsMode: "Multiple", ingress: { external: true, traffic: [{ latestRevision: true, weight: 100 }] } }
    : { activeRevisionsMode: "Single", ingress: { external: true } };
const app = new Put("App", "web-app", { url: where.managementUrl, name: "web", configuration, template }, { dependsOn: step });
const serving = new ArmStep("AzureServing", "web-serving", {
    ...where, app: "web", releaseId: release, startupSeconds: 1, takesBack: !shifted,
}, { dependsOn: app });
exports.revision = serving.result;
`;

/** A provider as plain as azure-native's is for a Container App: it puts what is declared, and reads what is there. */
const PUT = `
const GROUP = "/subscriptions/s/resourceGroups/g/providers/Microsoft.App";
const call = async ({ url, kind, name }, method, body) => {
    const collection = kind === "App" ? "containerApps" : "jobs";
    const response = await fetch(url + GROUP + "/" + collection + "/" + name + "?api-version=1", {
        method, headers: { authorization: "Bearer ${TOKEN}" }, ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
};
const put = async (inputs) => {
    await call(inputs, "PUT", { properties: { configuration: inputs.configuration, template: inputs.template } });
    return inputs;
};
exports.provider = {
    create: async (inputs) => ({ id: inputs.name, outs: await put(inputs) }),
    diff: async (_id, olds, news) => ({ changes: JSON.stringify([olds.template, olds.configuration]) !== JSON.stringify([news.template, news.configuration]) }),
    update: async (_id, _olds, news) => ({ outs: await put(news) }),
    read: async (id, olds) => {
        if (olds.kind !== "App") return { id, props: olds };
        const { properties } = await call(olds, "GET");
        return { id, props: { ...olds, template: properties.template, configuration: properties.configuration } };
    },
    delete: async () => {},
};
`;

describe.sequential.each(["canary", "rolling"])("%s, with pulumi itself", (strategy) => {
    let arm: StandInArm;
    let project: PulumiProject;

    beforeAll(async () => {
        await testEngine();
        arm = await StandInArm.start({ images: { broken: { failure: "exit code 1" } } });
        project = await PulumiProject.create({
            files: { "index.js": PROGRAM, "put.js": PUT },
            config: { "test:arm": arm.url, "test:strategy": strategy, "test:release": "one" },
        });
    }, ENGINE_MILLISECONDS);
    afterAll(async () => {
        await project?.dispose();
        await arm?.stop();
    });

    const release = (name: string) => project.config({ "test:release": name });
    const app = () => arm.apps.get("web") as ContainerApp;
    const runs = () => arm.jobs.get("web-migrate")?.executions.length;

    test("the first release runs its command and comes to serve", async () => {
        await project.up();
        expect(await project.outputs()).toEqual({ revision: "web--0000001" });
        expect(runs()).toBe(1);
    });

    test("an update without a change asks Azure nothing", async () => {
        arm.requests.length = 0;
        expect((await project.up()).changes).toMatchObject({ updated: 0, created: 0 });
        expect(arm.requests).toEqual([]);
    });

    test("the next release takes over, and its command ran once before", async () => {
        await release("two");
        arm.requests.length = 0;
        await project.up();
        expect(await project.outputs()).toEqual({ revision: "web--0000002" });
        expect(app().served()).toEqual({ "web--0000002": 100 });
        expect(runs()).toBe(2);
        const changes = arm.requests.filter((line) => !line.startsWith("GET"));
        const command = changes.findIndex((line) => line.endsWith("/jobs/web-migrate/start"));
        const first = changes.findIndex((line) => line.includes("/containerApps/"));
        expect(command).toBeGreaterThanOrEqual(0);
        expect(command).toBeLessThan(first);
    });

    test("one whose command fails leaves the app alone", async () => {
        await release("three");
        arm.jobBehaviour = { status: "Failed" };
        const failed = await project.up({ expectFailure: true });
        expect(failed.stdout + failed.stderr).toContain("of job web-migrate ended as Failed.");
        expect(app().list()).toHaveLength(2);
        expect(app().served()).toEqual({ "web--0000002": 100 });
        arm.jobBehaviour = { status: "Succeeded" };
    });

    test("one that does not start fails the update, and the old one serves on", async () => {
        await release("broken");
        const failed = await project.up({ expectFailure: true });
        const words = failed.stdout + failed.stderr;
        expect(words).toContain("revision web--0000003 is Failed: exit code 1");
        expect(words).toContain("Revision web--0000002 serves");
        expect(app().show("").properties).toMatchObject({
            latestReadyRevisionName: expect.not.stringMatching(/0003$/),
        });
        expect(Object.values(app().served())).toEqual([100]);
    });

    test("which is tried again, and fails again", async () => {
        const failed = await project.up({ expectFailure: true, args: ["--refresh"] });
        expect(failed.stdout + failed.stderr).toContain("is Failed: exit code 1");
    });

    test("until another one works; the token is nowhere in the state", async () => {
        await release("four");
        await project.up({ args: ["--refresh"] });
        expect(Object.keys(app().served())).toEqual([await project.outputs().then(({ revision }) => revision)]);
        const { deployment } = await project.exportState();
        expect(JSON.stringify(deployment)).not.toContain(TOKEN);
    });
});
