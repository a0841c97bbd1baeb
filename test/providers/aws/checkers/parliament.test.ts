import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExportedResource } from "#dist/cli/export/format.js";
import { needs } from "../../../support/needs.js";
import { PYTHON_MILLISECONDS } from "../../../support/python-environment.js";
import { parliament, policiesOf } from "./parliament.js";
import { shopOn } from "./shop.js";

const { skip } = needs("python");
const SECONDS = 120_000;

/** Where parliament's own tables are behind. */
const KNOWN = [
    {
        policy: "report-machine-policy",
        issue: "RESOURCE_MISMATCH",
        detail: '[{"action":"states:ListExecutions","required_format":"arn:*:states:*:*:mapRun:*/*:*"}]',
        reason: "A state machine or a map run is listed, either; parliament wants both.",
    },
];

describe.skipIf(skip)("parliament on every policy that the shop emits", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-parliament-"));
    let shop: readonly ExportedResource[];

    beforeAll(async () => {
        shop = await shopOn("production");
    }, SECONDS);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test(
        "every action exists, every resource fits its action, every condition fits its key",
        async () => {
            const policies = policiesOf(shop);
            expect(policies.length).toBeGreaterThanOrEqual(10);
            expect(await parliament(folder, policies)).toEqual(KNOWN.map(({ reason: _, ...remark }) => remark));
        },
        PYTHON_MILLISECONDS,
    );

    test(
        "what is wrong is found",
        async () => {
            const statement = { Effect: "Allow", Action: "sqs:Send", Resource: "arn:aws:s3:::bucket" };
            const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
            const remarks = await parliament(path.join(folder, "wrong"), [{ name: "wrong", document }]);
            expect(remarks.map(({ policy, issue }) => [policy, issue])).toEqual([["wrong", "UNKNOWN_ACTION"]]);
        },
        PYTHON_MILLISECONDS,
    );

    test("roles are taken by one service, for this account alone", () => {
        const roles = shop.filter(({ type }) => type === "aws:iam/role:Role");
        expect(roles.length).toBeGreaterThanOrEqual(8);
        for (const { name, inputs } of roles) {
            const { Statement } = JSON.parse(String(inputs.assumeRolePolicy));
            expect([name, Statement]).toEqual([
                name,
                [
                    {
                        Effect: "Allow",
                        Principal: { Service: expect.stringMatching(/^[a-z.-]+\.amazonaws\.com$/) },
                        Action: "sts:AssumeRole",
                        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
                    },
                ],
            ]);
        }
    });
});
