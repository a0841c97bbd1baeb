import { expectTypeOf, test } from "vitest";
import { type RuleName, type TwelveFactorArgs, twelveFactorPolicies } from "#dist/policy/index.js";

test("a rule's name and its settings are known to the compiler", () => {
    expectTypeOf<"disallow-mutable-image">().toExtend<RuleName>();
    expectTypeOf<"disallow-mutable-images">().not.toExtend<RuleName>();
    expectTypeOf<{ "require-replicas": { level: "mandatory"; count: 3 } }>().toExtend<TwelveFactorArgs>();
    // @ts-expect-error there is no such rule
    twelveFactorPolicies({ "disallow-mutable-images": "mandatory" });
    // @ts-expect-error there is no such setting
    twelveFactorPolicies({ "require-replicas": { many: 3 } });
    // @ts-expect-error there is no such level
    twelveFactorPolicies({ "require-replicas": "forbidden" });
});
