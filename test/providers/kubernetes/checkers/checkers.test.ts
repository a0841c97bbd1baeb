import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MOST_EXCEPTIONS } from "../../../support/checkov.js";
import type { ApiObject } from "../../../support/control-plane/objects.js";
import { needs } from "../../../support/needs.js";
import { TOOL_MILLISECONDS } from "../../../support/tool-cache.js";
import { CONTAINER_RULES } from "./container-rules.js";
import { EXCEPTIONS } from "./exceptions.js";
import { NETWORK_RULES } from "./network-rules.js";
import { OBJECT_RULES } from "./object-rules.js";
import { POD_RULES } from "./pod-rules.js";
import { ROLE_RULES } from "./role-rules.js";
import { set } from "./rule.js";
import { type Files, productionObjects, writeYaml } from "./sample.js";
import { checkov, type Finding, kubernetesValidate, kubeScore, type Report } from "./tools.js";

const RULES = [...CONTAINER_RULES, ...POD_RULES, ...OBJECT_RULES, ...NETWORK_RULES, ...ROLE_RULES];
const { skip } = { skip: needs("go").skip ?? needs("python").skip };

let objects: readonly ApiObject[];
beforeAll(async () => {
    objects = await productionObjects();
});

function rulesOn(world: readonly ApiObject[]): Finding[] {
    return RULES.flatMap(({ ids, failures }) =>
        failures(world).flatMap((object) => ids.map((check) => ({ check, object, says: check }))),
    );
}

const isAnswered = ({ check, object }: Finding) =>
    EXCEPTIONS.some(({ checks, objects }) => checks.includes(check) && objects.test(object));

describe("the check lists of kube-linter and polaris, as rules of our own", () => {
    test("find nothing in production that has no answer", () => {
        expect(rulesOn(objects).filter((finding) => !isAnswered(finding))).toEqual([]);
    });

    test.each(RULES.map((rule) => [rule.ids.join(", "), rule] as const))("%s can fail", (_, rule) => {
        const broken = structuredClone(objects) as readonly ApiObject[];
        rule.breaks(broken);
        const before = rule.failures(objects).length;
        const after = rule.failures(broken).length;
        // Where it fails for all of them already, an exception says why.
        if (before < after) return;
        expect(rule.ids.every((check) => EXCEPTIONS.some(({ checks }) => checks.includes(check)))).toBe(true);
        expect(after).toBeGreaterThan(0);
    });
});

describe.skipIf(skip)("the community's checkers", () => {
    const TOOLS = { kubeScore, checkov, kubernetesValidate };
    const reports = new Map<string, Report>();
    let files: Files;

    beforeAll(async () => {
        files = writeYaml(objects);
        for (const [name, tool] of Object.entries(TOOLS)) reports.set(name, await tool(files));
    }, TOOL_MILLISECONDS);

    afterAll(() => files?.remove());

    test.each([
        ["kubeScore", 300],
        ["checkov", 900],
        ["kubernetesValidate", 70],
    ])("%s finds nothing in production that has no answer, in %d checks and more", (name, atLeast) => {
        const report = reports.get(name);
        expect(report?.findings.filter((finding) => !isAnswered(finding))).toEqual([]);
        expect(report?.passed).toBeGreaterThanOrEqual(atLeast);
    });

    test("every exception answers something, and there are few", () => {
        const found = [...rulesOn(objects), ...[...reports.values()].flatMap(({ findings }) => findings)];
        const idle = EXCEPTIONS.flatMap(({ checks, objects }) =>
            checks.filter((check) => !found.some((finding) => finding.check === check && objects.test(finding.object))),
        );
        expect(idle).toEqual([]);
        expect(EXCEPTIONS.length).toBeLessThanOrEqual(MOST_EXCEPTIONS);
    });

    test("they do find what is wrong", async () => {
        const wrong = structuredClone(objects.find(({ kind }) => kind === "Deployment")) as ApiObject;
        set(wrong.spec?.template?.spec.containers[0]?.securityContext as object, "privileged", true);
        set(wrong.spec, "replica", 2);
        const written = writeYaml([wrong]);
        try {
            const found = await Promise.all(Object.values(TOOLS).map((tool) => tool(written)));
            const checks = found.flatMap(({ findings }) => findings.map(({ check }) => check));
            expect(checks).toEqual(
                expect.arrayContaining([
                    "kube-score/container-security-context-privileged",
                    "checkov/CKV_K8S_16",
                    "kubernetes-validate/schema",
                ]),
            );
        } finally {
            written.remove();
        }
    });
});
