import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StandIn } from "../providers/aws/resource/stand-in.js";
import { ENGINE_MILLISECONDS } from "../support/engine.js";
import { PulumiProject } from "../support/pulumi.js";

const DIST = path.resolve(__dirname, "..", "..", "dist");
const FAMILY = "arn:aws:ecs:eu-central-1:123456789012:task-definition/shop-dev-web";
const TASK = "arn:aws:ecs:eu-central-1:123456789012:task/shop/1";

const PROGRAM = `
const { Config } = require("@pulumi/pulumi");
const { Serving } = require(${JSON.stringify(`${DIST}/providers/aws/serving.js`)});
const { TaskRun } = require(${JSON.stringify(`${DIST}/providers/aws/run-once.js`)});
const revision = new Config("test").require("revision");
const common = { region: "eu-central-1", cluster: "shop", taskDefinition: "${FAMILY}:" + revision, timeoutSeconds: 60 };
const release = new TaskRun("web-release", {
    ...common, owner: "web", container: "app", subnetIds: ["subnet-1"], securityGroupId: "sg-1", logGroup: "logs",
    streamPrefix: "web", command: ["migrate"], releaseId: revision, retries: 0,
}, {});
const serving = new Serving("web-serving", { ...common, app: "web", service: "web" }, { dependsOn: release });
exports.served = serving.served;
exports.ran = release.taskArn;
`;

// The plugin of the AWS provider cannot be had here; what its target does itself can be run by the engine all the same.
describe.sequential("the dynamic resources of the aws target, run by Pulumi", () => {
    let project: PulumiProject;
    let ecs: StandIn;
    /** What ECS would say. */
    let serves = `${FAMILY}:1`;
    let status = "SUCCESSFUL";
    let exitCode = 0;

    beforeAll(async () => {
        ecs = await StandIn.start({
            ListTasks: { taskArns: [] },
            RunTask: { tasks: [{ taskArn: TASK }] },
            DescribeTasks: () => ({
                tasks: [{ taskArn: TASK, lastStatus: "STOPPED", containers: [{ name: "app", exitCode }] }],
            }),
            GetLogEvents: { events: [{ message: "relation exists" }] },
            DescribeServices: () => ({ services: [{ status: "ACTIVE", taskDefinition: serves, deployments: [] }] }),
            ListServiceDeployments: { serviceDeployments: [{ serviceDeploymentArn: "newest" }] },
            DescribeServiceDeployments: () => ({
                serviceDeployments: [{ status, rollback: { reason: "tasks failed to start" } }],
            }),
        });
        project = await PulumiProject.create({
            files: { "index.js": PROGRAM },
            config: { "test:revision": "1" },
            environment: {
                AWS_ENDPOINT_URL: ecs.url,
                AWS_ACCESS_KEY_ID: "test",
                AWS_SECRET_ACCESS_KEY: "test",
                AWS_EC2_METADATA_DISABLED: "true",
            },
        });
    }, ENGINE_MILLISECONDS);

    afterAll(async () => {
        await project?.dispose();
        await ecs?.stop();
    });

    test("run the command, then see that the release serves", async () => {
        await project.up();
        expect(await project.outputs()).toEqual({ served: `${FAMILY}:1`, ran: TASK });
        expect(ecs.calls.map(({ operation }) => operation)).toEqual([
            "ListTasks",
            "ListTasks",
            "RunTask",
            "DescribeTasks",
            "DescribeServices",
            "ListServiceDeployments",
            "DescribeServiceDeployments",
        ]);
    });

    test("ask nothing when nothing has changed", async () => {
        const before = ecs.calls.length;
        await project.up();
        expect(ecs.calls.length).toBe(before);
    });

    test("fail the update when ECS has rolled back, until the release serves", async () => {
        await project.config({ "test:revision": "2" });
        status = "ROLLBACK_SUCCESSFUL";
        const failed = await project.up({ expectFailure: true });
        expect(failed.stdout).toContain(
            'App "web" does not serve shop-dev-web:2; ECS rolled it back to shop-dev-web:1: tasks failed to start.',
        );
        expect(ecs.count("RunTask")).toBe(2);
        status = "SUCCESSFUL";
        serves = `${FAMILY}:2`;
        await project.up();
        // Its release had succeeded, and the command is not run again.
        expect(ecs.count("RunTask")).toBe(2);
        expect(await project.outputs()).toMatchObject({ served: `${FAMILY}:2` });
    });

    test("fail the update with the last lines of a command that fails, before anything else", async () => {
        await project.config({ "test:revision": "3" });
        exitCode = 1;
        const looked = ecs.count("DescribeServices");
        const { stdout } = await project.up({ expectFailure: true });
        expect(stdout).toContain('"web": the command ["migrate"] ended with exit code 1. Its last lines:');
        expect(stdout).toContain("relation exists");
        expect(ecs.count("DescribeServices")).toBe(looked);
    });
});
