import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExportedResource } from "#dist/cli/export/format.js";
import { type Checked, checkov, MOST_EXCEPTIONS } from "../../../support/checkov.js";
import { changed } from "../../../support/exported-shop.js";
import { needs } from "../../../support/needs.js";
import { PYTHON_MILLISECONDS } from "../../../support/python-environment.js";
import { EXCEPTIONS } from "./exceptions.js";
import { shopOn, writePlan } from "./shop.js";

const { skip } = needs("python");
const SECONDS = 240_000;

describe.skipIf(skip)("checkov on the shop", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-checkov-"));
    let shop: readonly ExportedResource[];
    let production: Checked;

    beforeAll(async () => {
        shop = await shopOn("production");
        production = await checkov(writePlan(folder, shop), "terraform_plan");
    }, PYTHON_MILLISECONDS + SECONDS);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test("in production, nothing fails but what is answered for", () => {
        const unanswered = production.failed.filter(
            ({ check, resource }) =>
                !EXCEPTIONS.some((exception) => exception.check === check && exception.resource.test(resource)),
        );
        expect(unanswered).toEqual([]);
    });

    test("it looked at every resource of AWS, and found much to agree with", () => {
        expect(production.resources).toBe(shop.filter(({ type }) => type.startsWith("aws:")).length);
        expect(production.passed.length).toBeGreaterThan(300);
    });

    test("every exception is still needed, and there are few", () => {
        const idle = EXCEPTIONS.filter(
            (exception) =>
                !production.failed.some(
                    ({ check, resource }) => exception.check === check && exception.resource.test(resource),
                ),
        );
        expect(idle).toEqual([]);
        expect(EXCEPTIONS.length).toBeLessThanOrEqual(MOST_EXCEPTIONS);
        for (const { reason } of EXCEPTIONS) expect(reason).toMatch(/^[A-Z].{30,}\.$/);
    });

    test(
        "what is made worse by hand is found: the plan does not hide it",
        async () => {
            const task = shop.find(({ name }) => name === "web-task-def")?.inputs.containerDefinitions;
            const containers = JSON.parse(String(task)).map((container: object) => ({
                ...container,
                readonlyRootFilesystem: false,
            }));
            const worse = changed(shop, "aws:", {
                "db-instance": { publiclyAccessible: true, storageEncrypted: false, parameterGroupName: "default" },
                "mail-queue": { sqsManagedSseEnabled: false },
                "front-alb": { dropInvalidHeaderFields: false },
                "logs-group": { retentionInDays: 3 },
                "web-task-def": { containerDefinitions: JSON.stringify(containers) },
                "web-service": { networkConfiguration: { assignPublicIp: true } },
                "web-task-policy": {
                    policy: JSON.stringify({
                        Version: "2012-10-17",
                        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
                    }),
                },
                "platform-default-sg": { vpcId: "vpc-of-somebody-else" },
            });
            const { failed } = await checkov(writePlan(folder, worse), "terraform_plan");
            const found = failed.map(({ check, resource }) => `${check} ${resource}`);
            expect(found).toEqual(
                expect.arrayContaining([
                    "CKV_AWS_17 aws_db_instance.db-instance",
                    "CKV_AWS_16 aws_db_instance.db-instance",
                    "CKV2_AWS_30 aws_db_instance.db-instance",
                    "CKV_AWS_27 aws_sqs_queue.mail-queue",
                    "CKV_AWS_131 aws_lb.front-alb",
                    "CKV_AWS_338 aws_cloudwatch_log_group.logs-group",
                    "CKV_AWS_336 aws_ecs_task_definition.web-task-def",
                    "CKV_AWS_333 aws_ecs_service.web-service",
                    "CKV2_AWS_5 aws_security_group.web-sg",
                    "CKV_AWS_290 aws_iam_role_policy.web-task-policy",
                    "CKV2_AWS_12 aws_vpc.platform-vpc",
                ]),
            );
        },
        SECONDS,
    );

    test(
        "development leaves out what costs money or keeps things, and nothing else",
        async () => {
            const { failed } = await checkov(writePlan(folder, await shopOn("development")), "terraform_plan");
            const answered = new Set(EXCEPTIONS.map(({ check }) => check));
            const more = [...new Set(failed.map(({ check }) => check))].filter((check) => !answered.has(check));
            expect(more.sort()).toMatchInlineSnapshot(`
              [
                "CKV2_AWS_11",
                "CKV_AWS_118",
                "CKV_AWS_136",
                "CKV_AWS_149",
                "CKV_AWS_150",
                "CKV_AWS_157",
                "CKV_AWS_158",
                "CKV_AWS_293",
                "CKV_AWS_297",
                "CKV_AWS_338",
                "CKV_AWS_354",
                "CKV_AWS_91",
              ]
            `);
        },
        SECONDS,
    );
});
