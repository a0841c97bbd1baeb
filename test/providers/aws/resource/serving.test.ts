import { afterEach, describe, expect, test } from "vitest";
import type { ServingInputs } from "#dist/providers/aws/resource/inputs.js";
import { serving, untilServing } from "#dist/providers/aws/resource/serving.js";
import { judge } from "#dist/providers/aws/resource/verdict.js";
import { fakeClock, type Script, StandIn } from "./stand-in.js";

const OLD = "arn:aws:ecs:eu-central-1:123456789012:task-definition/shop-dev-web:4";
const NEW = "arn:aws:ecs:eu-central-1:123456789012:task-definition/shop-dev-web:5";
const INPUTS: ServingInputs = {
    app: "web",
    region: "eu-central-1",
    cluster: "shop",
    service: "shop-dev-web",
    taskDefinition: NEW,
    timeoutSeconds: 600,
};
const EVENTS =
    "Look at its events: aws ecs describe-services --cluster shop --services shop-dev-web --region eu-central-1 --query 'services[0].events[:10]'";

let standIn: StandIn | undefined;
afterEach(() => standIn?.stop());

const service = (taskDefinition: string, rolloutState = "COMPLETED", rolloutStateReason = "") => ({
    services: [
        {
            status: "ACTIVE",
            taskDefinition,
            deployments: [{ taskDefinition, rolloutState, rolloutStateReason }],
        },
    ],
});
const rollout = (status: string, rest: object = {}) => ({ serviceDeployments: [{ status, ...rest }] });
const BRIEFS = {
    serviceDeployments: [
        { serviceDeploymentArn: "older", createdAt: 1_700_000_000 },
        { serviceDeploymentArn: "newest", createdAt: 1_800_000_000 },
    ],
};

async function wait(scripts: Readonly<Record<string, Script>>, inputs = INPUTS): Promise<StandIn> {
    standIn = await StandIn.start({ ListServiceDeployments: BRIEFS, ...scripts });
    await untilServing(standIn.ecs, inputs, fakeClock());
    return standIn;
}

describe("the judge of a rollout", () => {
    test("waits while ECS works, and is content when the declared task definition serves", async () => {
        const made = await wait({
            DescribeServices: [service(OLD), service(NEW, "IN_PROGRESS"), service(NEW)],
            DescribeServiceDeployments: [rollout("PENDING"), rollout("IN_PROGRESS"), rollout("SUCCESSFUL")],
        });
        expect(made.count("DescribeServices")).toBe(3);
        expect(made.calls.at(-1)?.input).toEqual({ serviceDeploymentArns: ["newest"] });
    });

    test("fails when ECS has rolled back, with ECS's reason", async () => {
        const reason = "ECS deployment circuit breaker: tasks failed to start";
        const scripts = {
            DescribeServices: [service(NEW, "IN_PROGRESS"), service(OLD)],
            DescribeServiceDeployments: [
                rollout("ROLLBACK_IN_PROGRESS"),
                rollout("ROLLBACK_SUCCESSFUL", { statusReason: "Rolled back.", rollback: { reason } }),
            ],
        };
        await expect(wait(scripts)).rejects.toThrow(
            `App "web" does not serve shop-dev-web:5; ECS rolled it back to shop-dev-web:4: ${reason}. ${EVENTS}`,
        );
    });

    test("fails when the first release does not start", async () => {
        const scripts = {
            DescribeServices: service(NEW, "FAILED", "tasks failed to start"),
            ListServiceDeployments: { serviceDeployments: [] },
        };
        await expect(wait(scripts)).rejects.toThrow(
            `App "web" does not serve shop-dev-web:5; it failed: tasks failed to start. ${EVENTS}`,
        );
    });

    test("fails when somebody else has given the service another task definition", async () => {
        const scripts = { DescribeServices: service(OLD), DescribeServiceDeployments: rollout("SUCCESSFUL") };
        await expect(wait(scripts)).rejects.toThrow("the service runs shop-dev-web:4, which somebody else gave it");
    });

    test("fails when the service is gone", async () => {
        await expect(wait({ DescribeServices: { services: [] } })).rejects.toThrow("it failed: the service is gone");
    });

    test("gives up when it takes too long", async () => {
        const scripts = {
            DescribeServices: service(NEW, "IN_PROGRESS"),
            DescribeServiceDeployments: rollout("IN_PROGRESS"),
        };
        await expect(wait(scripts)).rejects.toThrow(
            `App "web" does not serve shop-dev-web:5 after 600 seconds: its deployment is IN_PROGRESS. ${EVENTS}`,
        );
    });

    test("asks again when AWS limits the rate", async () => {
        const made = await wait({
            DescribeServices: [
                { error: "ThrottlingException", message: "Rate exceeded" },
                { error: "ThrottlingException", message: "Rate exceeded" },
                service(NEW),
            ],
            DescribeServiceDeployments: rollout("SUCCESSFUL"),
        });
        expect(made.count("DescribeServices")).toBe(3);
    });

    test("tells at once what it may not ask", async () => {
        const scripts = { DescribeServices: { error: "AccessDeniedException", message: "not authorized" } };
        await expect(wait(scripts)).rejects.toThrow("not authorized");
        expect(standIn?.count("DescribeServices")).toBe(1);
    });
});

describe("what Pulumi asks", () => {
    const state = { ...INPUTS, served: NEW };

    test("an update follows another task definition, and one that did not come to serve", async () => {
        expect(await serving.diff("", state, INPUTS)).toEqual({ changes: false });
        expect(await serving.diff("", state, { ...INPUTS, timeoutSeconds: 1 })).toEqual({ changes: false });
        expect(await serving.diff("", state, { ...INPUTS, taskDefinition: OLD })).toEqual({ changes: true });
        expect(await serving.diff("", { ...state, served: OLD }, INPUTS)).toEqual({ changes: true });
    });
});

test.each([
    ["ROLLBACK_FAILED", "failed"],
    ["STOPPED", "failed"],
    ["STOP_REQUESTED", "waiting"],
    ["ROLLBACK_REQUESTED", "waiting"],
    ["SUCCESSFUL", "serving"],
])("a rollout that is %s is %s", (status, is) => {
    const seen = { status: "ACTIVE", taskDefinition: NEW, deployments: [], latest: { status } };
    expect(judge(NEW, seen).is).toBe(is);
});
