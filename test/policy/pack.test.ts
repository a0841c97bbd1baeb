import type { ResourceValidationPolicy } from "@pulumi/policy";
import { describe, expect, test } from "vitest";
import { matches } from "#dist/policy/exceptions.js";
import { imageOf } from "#dist/policy/image.js";
import { CATALOG, twelveFactorPolicies } from "#dist/policy/index.js";
import type { Resource } from "#dist/policy/resource.js";
import { typeOf } from "#dist/policy/resource.js";
import { judge, packOf } from "./support/judge.js";
import { DIGEST, kubernetes, resource } from "./support/render.js";

const bad = (): Resource => {
    const [pod] = kubernetes({ image: "shop:latest" });
    if (pod === undefined) throw new Error("There is no pod.");
    return pod;
};
const URN = "urn:pulumi:dev::shop::kubernetes:core:Pod::it";
const exception = {
    rule: "disallow-mutable-image",
    urn: "*::kubernetes:core:Pod::it",
    reason: "the vendor has no tags",
    until: "9999-12-31",
} as const;
const levels = (args: Parameters<typeof twelveFactorPolicies>[0]) =>
    new Map(twelveFactorPolicies(args).map(({ name, enforcementLevel }) => [name, enforcementLevel]));

describe("levels and settings", () => {
    test("development advises where a laptop may differ, production insists", () => {
        expect(levels({ profile: "development" }).get("require-autoscaler")).toBe("advisory");
        expect(levels({ profile: "production" }).get("require-autoscaler")).toBe("mandatory");
        expect(levels({ profile: "development" }).get("disallow-secret-in-environment")).toBe("mandatory");
    });

    test("all sets the level of every rule, a name that of one", () => {
        const chosen = levels({
            profile: "production",
            all: "advisory",
            "disallow-mutable-image": "disabled",
            "require-replicas": { level: "mandatory" },
        });
        expect(chosen.get("require-stop-grace")).toBe("advisory");
        expect(chosen.get("disallow-mutable-image")).toBe("disabled");
        expect(chosen.get("require-replicas")).toBe("mandatory");
    });

    test("settings change what a rule wants, and the engine's own win over the pack's", () => {
        const hpa = resource("kubernetes:autoscaling:HorizontalPodAutoscaler", {
            spec: { minReplicas: 2, maxReplicas: 6 },
        });
        const policy = () =>
            packOf({ profile: "production", "require-scaling-bounds": { minReplicas: 3 } }).get(
                "require-scaling-bounds",
            );
        expect(judge(policy(), [hpa]).violations.map(({ message }) => message)).toEqual([
            "spec.minReplicas is 2; wanted: 3 or more. Set minReplicas and maxReplicas.",
        ]);
        expect(judge(policy(), [hpa], { minReplicas: 2 })).toEqual({ violations: [] });
        expect(policy()?.configSchema?.properties.minReplicas).toMatchObject({ type: "integer", default: 3 });
    });

    test("a name that is no rule is an error", () => {
        expect(() =>
            twelveFactorPolicies({ profile: "production", "disallow-everything": "mandatory" } as never),
        ).toThrow("The twelve-factor pack has no rule disallow-everything.");
    });

    test("every rule tells the engine its factor, its page and how to mend it", () => {
        for (const policy of twelveFactorPolicies({ profile: "production" }).slice(1, -1)) {
            expect(policy.framework).toMatchObject({
                name: "twelve-factor",
                reference: expect.stringMatching(/^[IVX]+$/),
            });
            expect(policy.remediationSteps?.length ?? 0).toBeGreaterThan(9);
            expect(policy.url).toMatch(/^https:\/\/12factor\.net\/[a-z-]+$/);
            expect(policy.severity).toBeDefined();
        }
        expect(CATALOG.every(({ description }) => description.endsWith("."))).toBe(true);
    });
});

describe("exceptions", () => {
    test("one that holds makes the violation not applicable, with its reason", () => {
        const policy = packOf({ profile: "production", exceptions: [exception] }).get("disallow-mutable-image");
        expect(judge(policy, [bad()])).toEqual({ violations: [], notApplicable: "excepted: the vendor has no tags" });
    });

    test("one that has ended is a violation, beside the one that it hid", () => {
        const pack = packOf({ profile: "production", exceptions: [{ ...exception, until: "2020-01-31" }] });
        expect(judge(pack.get("require-current-exceptions"), [bad()]).violations.map(({ message }) => message)).toEqual(
            [
                "the exception from disallow-mutable-image ended on 2020-01-31 (the vendor has no tags); wanted: a violation that is mended. " +
                    "Mend it and drop the exception, or give it a new day and say why.",
            ],
        );
        expect(judge(pack.get("disallow-mutable-image"), [bad()]).violations).toHaveLength(1);
    });

    test("one that no violation needed is reported", () => {
        const pack = packOf({ profile: "production", exceptions: [exception, { ...exception, urn: "*::gone" }] });
        judge(pack.get("disallow-mutable-image"), [bad()]);
        expect(judge(pack.get("disallow-stale-exceptions"), [bad()]).violations.map(({ message }) => message)).toEqual([
            "the exception from disallow-mutable-image for *::gone (the vendor has no tags) matches no violation; " +
                "wanted: exceptions that are needed. Drop it, or correct its rule or URN.",
        ]);
    });

    test("the engine's configuration may bring some", () => {
        const pack = packOf({ profile: "production" });
        const first = pack.get("require-current-exceptions") as ResourceValidationPolicy;
        expect(judge(first, [bad()], { exceptions: [exception] })).toEqual({ violations: [] });
        expect(judge(pack.get("disallow-mutable-image"), [bad()]).notApplicable).toBe(
            "excepted: the vendor has no tags",
        );
    });

    test.each([
        [{ ...exception, until: "soon" }, 'exceptions[0] ends "soon", which is no day (YYYY-MM-DD)'],
        [{ ...exception, until: "2026-02-30" }, 'exceptions[0] ends "2026-02-30", which is no day (YYYY-MM-DD)'],
        [{ ...exception, reason: " " }, "exceptions[0] gives no reason"],
        [{ ...exception, rule: "no-rule" }, 'exceptions[0] names the rule "no-rule", which is none'],
        [{ ...exception, urn: "" }, "exceptions[0] names no URN"],
    ])("what is wrong with one is said: %j", (wrong, message) => {
        expect(() => twelveFactorPolicies({ profile: "production", exceptions: [wrong as never] })).toThrow(
            `The twelve-factor pack cannot use its exceptions:\n${message}`,
        );
    });

    test.each([
        [URN, true],
        ["*::it", true],
        ["urn:*:Pod::*", true],
        ["*::other", false],
        ["urn:pulumi:dev", false],
        ["*it*it", false],
    ])("%s", (pattern, expected) => expect(matches(pattern, URN)).toBe(expected));
});

describe("not applicable", () => {
    test.each([
        [
            "disallow-mutable-image",
            resource("random:index:RandomId", {}),
            "the rule does not know random:index:RandomId",
        ],
        ["require-readiness-check", resource("aws:lb:TargetGroup", { protocol: "TCP" }), "it balances no HTTP"],
        ["disallow-install-at-start", kubernetes({})[0], 'container "app" runs the command of its image'],
        [
            "require-immutable-registry-tags",
            resource("aws:s3:Bucket", {}),
            "nothing in aws:s3:Bucket that the rule judges",
        ],
    ] as const)("%s says why", (rule, given, why) => {
        const policy = packOf({ profile: "production" }).get(rule);
        expect(judge(policy, given === undefined ? [] : [given])).toEqual({ violations: [], notApplicable: why });
    });
});

describe("tokens and references", () => {
    test.each([
        ["aws:ecs/taskDefinition:TaskDefinition", "aws:ecs:TaskDefinition"],
        ["azure-native:app/v20240301:ContainerApp", "azure-native:app:ContainerApp"],
        ["kubernetes:apps/v1:Deployment", "kubernetes:apps:Deployment"],
        ["docker:index/image:Image", "docker:index:Image"],
        ["twelvefold:index:App", "twelvefold:index:App"],
        ["nonsense", "nonsense"],
    ])("%s is %s", (token, type) => expect(typeOf(token)).toBe(type));

    test.each([
        ["shop", { repository: "shop", tag: undefined, digest: undefined }],
        ["localhost:5000/shop", { repository: "localhost:5000/shop", tag: undefined, digest: undefined }],
        ["localhost:5000/shop:1.4", { repository: "localhost:5000/shop", tag: "1.4", digest: undefined }],
        [DIGEST, { repository: "registry.example.com/shop", tag: undefined, digest: `sha256:${"a".repeat(64)}` }],
        ["two words", undefined],
    ])("the image %s", (reference, expected) => expect(imageOf(reference)).toEqual(expected));
});
