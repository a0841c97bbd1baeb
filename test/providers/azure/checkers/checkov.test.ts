import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExportedResource } from "#dist/cli/export/format.js";
import { type Checked, checkov, type Exception, type Finding, MOST_EXCEPTIONS } from "../../../support/checkov.js";
import { changed } from "../../../support/exported-shop.js";
import { needs } from "../../../support/needs.js";
import { PYTHON_MILLISECONDS } from "../../../support/python-environment.js";
import { EXCEPTIONS } from "./exceptions.js";
import { shopOn, templateOf } from "./shop.js";

const { skip } = needs("python");
const SECONDS = 240_000;

const answers = (exception: Exception) => (finding: Finding) =>
    exception.check === finding.check && exception.resource.test(finding.resource);

describe.skipIf(skip)("checkov on the shop", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "twelvefold-checkov-"));
    let shop: readonly ExportedResource[];
    let production: Checked;

    const check = (resources: readonly ExportedResource[]) => {
        const file = path.join(folder, "template.json");
        writeFileSync(file, templateOf(resources));
        return checkov(file, "arm");
    };

    beforeAll(async () => {
        shop = await shopOn("production");
        production = await check(shop);
    }, PYTHON_MILLISECONDS + SECONDS);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test("in production, nothing fails but what is answered for", () => {
        const unanswered = production.failed.filter((finding) => !EXCEPTIONS.some((one) => answers(one)(finding)));
        expect(unanswered).toEqual([]);
    });

    test("it agreed with all that its rules for templates know of", () => {
        const agreed = new Set(production.passed.map(({ check }) => check));
        expect([...agreed].sort()).toEqual([
            "CKV_AZURE_10",
            "CKV_AZURE_109",
            "CKV_AZURE_110",
            "CKV_AZURE_111",
            "CKV_AZURE_114",
            "CKV_AZURE_137",
            "CKV_AZURE_138",
            "CKV_AZURE_160",
            "CKV_AZURE_163",
            "CKV_AZURE_182",
            "CKV_AZURE_183",
            "CKV_AZURE_189",
            "CKV_AZURE_42",
            "CKV_AZURE_9",
        ]);
    });

    test("every exception is still needed, and there are few", () => {
        expect(EXCEPTIONS.filter((one) => !production.failed.some(answers(one)))).toEqual([]);
        expect(EXCEPTIONS.length).toBeLessThanOrEqual(MOST_EXCEPTIONS);
        for (const { reason } of EXCEPTIONS) expect(reason).toMatch(/^[A-Z].{30,}\.$/);
    });

    test(
        "what is made worse by hand is found: the template does not hide it",
        async () => {
            const open = {
                name: "open",
                priority: 200,
                access: "Allow",
                direction: "Inbound",
                protocol: "Tcp",
                sourceAddressPrefix: "*",
                sourcePortRange: "*",
                destinationAddressPrefix: "*",
                destinationPortRange: "22",
            };
            const { failed } = await check(
                changed(shop, "azure-native:", {
                    "platform-vault": { properties: { publicNetworkAccess: "Enabled", enableSoftDelete: false } },
                    "platform-registry": { adminUserEnabled: true, sku: { name: "Basic" } },
                    "platform-endpoints-nsg": { securityRules: [open] },
                    "db-url": { properties: { value: "(secret)" } },
                }),
            );
            expect(failed.map(({ check }) => check)).toEqual(
                expect.arrayContaining([
                    "CKV_AZURE_10",
                    "CKV_AZURE_110",
                    "CKV_AZURE_114",
                    "CKV_AZURE_137",
                    "CKV_AZURE_189",
                    "CKV_AZURE_42",
                ]),
            );
        },
        SECONDS,
    );
});
